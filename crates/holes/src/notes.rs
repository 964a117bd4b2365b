//! The notes of a server: texts, tags and dates.

use std::collections::BTreeMap;

use axum::body::Bytes;
use precondition::{Current, EntityTag, HttpDate, Target};

/// The most notes of a server. A learner needs one, and a probe a few more.
const MAX_NOTES: usize = 200;

/// A note as it was saved last.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) body: Bytes,
    pub(crate) current: Current,
}

/// The content of a new tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TagContent {
    /// A number that rises with each save.
    Number,
    /// The second of the save: all versions of one second have the same tag.
    Second,
}

/// All notes of a server.
#[derive(Debug)]
pub(crate) struct Notes {
    by_path: BTreeMap<String, Note>,
    /// The number of saves so far, of all notes: no number is in two tags.
    saves: u64,
    /// A part of each tag, so that the tags of an earlier run of the server are not valid.
    started: HttpDate,
}

/// There is no room for another note.
#[derive(Debug)]
pub(crate) struct TooManyNotes;

impl Notes {
    pub(crate) const fn new(started: HttpDate) -> Self {
        Self { by_path: BTreeMap::new(), saves: 0, started }
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Note> {
        self.by_path.get(path)
    }

    /// Returns the note as a judgement sees it.
    pub(crate) fn target(&self, path: &str) -> Target {
        self.get(path).map_or(Target::NeverExisted, |note| Target::Exists(note.current.clone()))
    }

    /// Saves a note, and returns it.
    pub(crate) fn save(
        &mut self,
        path: &str,
        body: Bytes,
        now: HttpDate,
        content: TagContent,
    ) -> Result<&Note, TooManyNotes> {
        if !self.by_path.contains_key(path) && self.by_path.len() >= MAX_NOTES {
            return Err(TooManyNotes);
        }
        self.saves += 1;
        let tag = match content {
            TagContent::Number => format!("{:x}-{}", self.started.unix_seconds(), self.saves),
            TagContent::Second => format!("{:x}", now.unix_seconds()),
        };
        let current = Current {
            etag: EntityTag::strong(tag).expect("hexadecimal digits are valid in a tag"),
            version: self.saves,
            last_modified: now,
            shares_second: self.get(path).is_some_and(|note| note.current.last_modified == now),
        };
        self.by_path.insert(path.to_owned(), Note { body, current });
        self.get(path).ok_or(TooManyNotes)
    }

    pub(crate) fn delete(&mut self, path: &str) {
        self.by_path.remove(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(notes: &mut Notes, second: i64, content: TagContent) -> Current {
        let now = HttpDate::from_unix_seconds(second);
        notes.save("/notes/1", Bytes::from_static(b"{}"), now, content).unwrap().current.clone()
    }

    #[test]
    fn numbers_never_repeat_and_seconds_do() {
        let mut notes = Notes::new(HttpDate::from_unix_seconds(1));
        let mut tags = |content| [10, 10, 11].map(|second| saved(&mut notes, second, content).etag);
        let [first, second, third] = tags(TagContent::Number);
        assert!(first != second && second != third && first != third);
        let [first, second, third] = tags(TagContent::Second);
        assert!(first == second && second != third);
    }

    #[test]
    fn date_of_two_versions_is_known_as_weak() {
        let mut notes = Notes::new(HttpDate::from_unix_seconds(1));
        let shares = [10, 10, 11].map(|second| saved(&mut notes, second, TagContent::Number).shares_second);
        assert_eq!(shares, [false, true, false]);
    }

    #[test]
    fn number_of_notes_is_bounded() {
        let mut notes = Notes::new(HttpDate::from_unix_seconds(1));
        let mut save = |number: usize| {
            let now = HttpDate::from_unix_seconds(10);
            notes.save(&format!("/notes/{number}"), Bytes::new(), now, TagContent::Number).is_ok()
        };
        assert!((0..MAX_NOTES).all(&mut save));
        assert!(!save(MAX_NOTES));
        assert!(save(0), "a note that exists can be saved");
    }
}
