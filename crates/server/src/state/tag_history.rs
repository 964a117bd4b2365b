//! The entity tags of a setting that is replaced under `If-Match`, such as the policy.
//!
//! A setting has numbered versions, like a document, and keeps no text of the old ones.

use std::collections::VecDeque;

use contract::{EntityTag, Policy};
use precondition::{
    BodyState, Conditions, Current, History, HttpDate, JudgedRequest, Judgement, Method, Target, judge,
};
use serde::{Deserialize, Serialize};

/// How many tags are kept. The version of an older one is in the tag itself.
pub(crate) const MAX_TAGS: usize = 1000;

/// The tags of a setting's versions.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TagHistory {
    /// The letter with which the tags begin.
    prefix: char,
    /// The number of the current version.
    pub(crate) number: u64,
    /// The tags of the newest versions, at most [`MAX_TAGS`]; the last is the current one.
    tags: VecDeque<EntityTag>,
}

impl TagHistory {
    /// Returns the history of a setting without a version. `prefix` is a letter.
    pub(crate) const fn new(prefix: char) -> Self {
        Self { prefix, number: 0, tags: VecDeque::new() }
    }

    /// Adds a version. `words` are letters, digits and dashes that describe it.
    ///
    /// They are in the tag because the numbers start again after a restart.
    pub(crate) fn push(&mut self, words: &str) {
        self.number += 1;
        if self.tags.len() == MAX_TAGS {
            self.tags.pop_front();
        }
        let opaque = format!("{}{}-{words}", self.prefix, self.number);
        self.tags.push_back(EntityTag::strong(opaque).expect("letters, digits and dashes are legal in a tag"));
    }

    /// Returns the current tag, or `None` if there has never been a version.
    pub(crate) fn etag(&self) -> Option<EntityTag> {
        self.tags.back().cloned()
    }

    /// Judges the conditions of a request.
    ///
    /// `is_here` says whether the current version exists and is not a delete. The strict rules apply, whatever the
    /// policy says: otherwise there would be no way back to them.
    pub(crate) fn judge(&self, method: Method, conditions: &Conditions, now: HttpDate, is_here: bool) -> Judgement {
        let request = JudgedRequest { method, conditions, body: BodyState::Read, now };
        let target = match self.etag() {
            Some(etag) if is_here => undated_target(etag, self.number),
            Some(_) => Target::Deleted,
            None => Target::NeverExisted,
        };
        judge(&request, &target, &Policy::default(), self)
    }

    /// Returns the number in a tag.
    fn number_in(&self, tag: &EntityTag) -> Option<u64> {
        tag.to_string().strip_prefix('"')?.strip_prefix(self.prefix)?.split_once('-')?.0.parse().ok()
    }
}

impl History for TagHistory {
    fn version_of(&self, tag: &EntityTag) -> Option<u64> {
        let forgotten = self.number - self.tags.len() as u64;
        match self.tags.iter().position(|issued| issued == tag) {
            Some(place) => Some(forgotten + place as u64 + 1),
            None => self.number_in(tag).filter(|number| (1..=forgotten).contains(number)),
        }
    }

    /// A setting has no author, so a lost response cannot be recognized.
    ///
    /// A client that repeats a PUT must read first.
    fn applied_on(&self, _: &EntityTag) -> Option<EntityTag> {
        None
    }

    fn author_wrote_after(&self, _: &EntityTag) -> bool {
        false
    }
}

/// Returns the target of a judgement about something that has a tag and no date.
pub(crate) fn undated_target(etag: EntityTag, version: u64) -> Target {
    let last_modified = HttpDate::from_unix_seconds(0);
    Target::Exists(Current { etag, version, last_modified, shares_second: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_tags_are_forgotten_and_still_stale() {
        let words = ["even", "odd"];
        let mut history = TagHistory::new('p');
        for number in 1..=5 * MAX_TAGS {
            history.push(words[number % 2]);
        }
        assert_eq!((history.tags.len(), history.number), (MAX_TAGS, 5 * MAX_TAGS as u64));
        let tag = |text: &str| EntityTag::strong(text).unwrap();
        for number in [1, 2, 4000, 4001, 5000] {
            let issued = tag(&format!("p{number}-{}", words[number % 2]));
            assert_eq!(history.version_of(&issued), Some(number as u64), "{issued}");
        }
        for never in ["p4001-even", "p5001-odd", "p0-even", "q1-odd", "x"] {
            assert_eq!(history.version_of(&tag(never)), None, "{never}");
        }
    }
}
