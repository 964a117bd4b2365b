//! The lines that a lost update lost: lines of the overwritten version that the next version lacks.
//!
//! Texts are compared as multisets of lines: a line that only moved is not lost, and blank lines do not count. Only
//! known facts are reported: the text of a version is known if an editor of this program has it as its base, and the
//! author of a line is known if the version was also saved here, because then the text before it is known. What is
//! *not* here: whether a version was overwritten unseen, which the server reports.

use std::collections::HashMap;
use std::fmt;

use contract::{Author, Document, DocumentId, EntityTag, Snapshot};

/// The most lines that a sentence quotes.
const MAX_QUOTED_LINES: usize = 3;

/// Lines that were lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostLines {
    /// The document.
    pub document: DocumentId,
    /// The first version without them.
    pub since: EntityTag,
    whose: Attribution,
    /// The lines, without their ends; there is at least one.
    pub lines: Vec<String>,
}

/// The author of lost lines, as far as known.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Attribution {
    /// This author wrote the lines.
    WrittenBy(Author),
    /// The lines were in this version; the version's author may not have written them.
    OfVersion(EntityTag, Option<Author>),
    /// This user wrote the lines in the save that made this version.
    Mine(EntityTag),
}

impl LostLines {
    /// Returns the lines of `overwritten` that are lost in `since`, or `None` if there are none.
    ///
    /// The writer of `since` started from `held`, and never saw those lines. `replaced` is the text that `overwritten`
    /// itself replaced, if that is known.
    #[must_use]
    pub fn lost_by_overwrite(
        document: &DocumentId,
        held: &str,
        since: &Snapshot,
        overwritten: &Snapshot,
        replaced: Option<&Document>,
    ) -> Option<Self> {
        let text = &overwritten.document.content;
        let unseen = lines_without(lines(text), lines(held));
        let lines_gone = lines_without(unseen, lines_without(lines(&since.document.content), lines(held)));
        let written = replaced.map(|replaced| lines_without(lines(text), lines(&replaced.content)));
        let all_written = written.is_some_and(|written| lines_without(lines_gone.clone(), written).is_empty());
        let whose = match &overwritten.author {
            Some(author) if all_written => Attribution::WrittenBy(author.clone()),
            author => Attribution::OfVersion(overwritten.etag.clone(), author.clone()),
        };
        Self::new(document, since, whose, &lines_gone)
    }

    /// Returns the lines of this user's save that `now` lacks, or `None` if it lacks none.
    ///
    /// The save replaced `replaced` with `mine`.
    #[must_use]
    pub fn lost_of_mine(document: &DocumentId, mine: &Snapshot, replaced: &Document, now: &Snapshot) -> Option<Self> {
        let written = lines_without(lines(&mine.document.content), lines(&replaced.content));
        let missing = lines_without(written, lines(&now.document.content));
        Self::new(document, now, Attribution::Mine(mine.etag.clone()), &missing)
    }

    fn new(document: &DocumentId, since: &Snapshot, whose: Attribution, lines: &[&str]) -> Option<Self> {
        let lines: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
        (!lines.is_empty()).then(|| Self { document: document.clone(), since: since.etag.clone(), whose, lines })
    }
}

impl fmt::Display for LostLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = match self.lines.len() {
            1 => "1 line".to_owned(),
            count => format!("{count} lines"),
        };
        match &self.whose {
            Attribution::WrittenBy(author) => write!(f, "gone: {count} that {author} wrote: ")?,
            Attribution::OfVersion(etag, Some(author)) => write!(f, "gone: {count} of {etag} by {author}: ")?,
            Attribution::OfVersion(etag, None) => write!(f, "gone: {count} of {etag}: ")?,
            Attribution::Mine(etag) => write!(f, "not in it: {count} that I wrote in my last save, {etag}: ")?,
        }
        for (at, line) in self.lines.iter().take(MAX_QUOTED_LINES).enumerate() {
            write!(f, "{}\u{2018}{}\u{2019}", if at == 0 { "" } else { ", " }, line.trim())?;
        }
        if self.lines.len() > MAX_QUOTED_LINES { f.write_str(" and more") } else { Ok(()) }
    }
}

/// Returns the lines that are not blank.
fn lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.trim().is_empty()).collect()
}

/// Returns the lines of `from` in their order, without one occurrence for each line of `taken`.
fn lines_without<'a>(from: Vec<&'a str>, taken: Vec<&str>) -> Vec<&'a str> {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for line in taken {
        *left.entry(line).or_default() += 1;
    }
    let mut stays = |line: &&str| match left.get_mut(*line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    from.into_iter().filter(|line| stays(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(number: u64, author: &str, content: &str) -> Snapshot {
        Snapshot {
            etag: format!("\"v{number}-00000000\"").parse().unwrap(),
            author: Some(author.parse().unwrap()),
            at: None,
            document: text(content),
        }
    }

    fn text(content: &str) -> Document {
        Document { content: content.to_owned(), ..Document::default() }
    }

    fn lost(held: &str, overwritten: &str, now: &str, replaced: Option<&str>) -> Option<String> {
        let (id, replaced) = ("welcome".parse().unwrap(), replaced.map(text));
        let (overwritten, now) = (version(2, "Alice", overwritten), version(3, "Bob", now));
        LostLines::lost_by_overwrite(&id, held, &now, &overwritten, replaced.as_ref()).map(|gone| gone.to_string())
    }

    #[test]
    fn unseen_line_that_the_next_version_lacks_is_lost() {
        let gone = lost("a\nb\n", "a Alice\nb\n", "a Bob\nb\n", Some("a\nb\n"));
        assert_eq!(gone.as_deref(), Some("gone: 1 line that Alice wrote: ‘a Alice’"));
    }

    #[test]
    fn seen_moved_and_blank_lines_are_not_lost() {
        assert_eq!(lost("a\nb\n", "a\nb\n", "a\n", None), None, "Bob saw the line and dropped it");
        assert_eq!(lost("a\n", "new\na\n", "a\nnew\n", None), None, "the line moved");
        assert_eq!(lost("a\n", "a\n\n \n", "a\n", None), None, "a blank line");
        let gone = lost("a\n", "a\na\n", "a\n", None);
        assert_eq!(gone.as_deref(), Some("gone: 1 line of \"v2-00000000\" by Alice: ‘a’"), "the second occurrence");
    }

    #[test]
    fn line_of_unknown_origin_is_only_attributed_to_its_version() {
        let gone = lost("a\n", "a\nCarol\nAlice\n", "a Bob\n", Some("a\nCarol\n")).unwrap();
        assert!(gone.starts_with("gone: 2 lines of \"v2-00000000\" by Alice: ‘Carol’, ‘Alice’"), "{gone}");
    }

    #[test]
    fn long_list_of_lines_ends_with_and_more() {
        let gone = lost("", "1\n2\n3\n4\n", "", Some("")).unwrap();
        assert_eq!(gone, "gone: 4 lines that Alice wrote: ‘1’, ‘2’, ‘3’ and more");
    }

    #[test]
    fn only_my_own_lines_of_my_last_save_are_missed() {
        let (mine, now) = (version(2, "Bob", "a\nBob\n"), version(3, "Alice", "Alice\n"));
        let gone = LostLines::lost_of_mine(&"welcome".parse().unwrap(), &mine, &text("a\n"), &now).unwrap();
        assert_eq!(gone.to_string(), "not in it: 1 line that I wrote in my last save, \"v2-00000000\": ‘Bob’");
        assert_eq!(LostLines::lost_of_mine(&"welcome".parse().unwrap(), &mine, &mine.document, &now), None);
    }
}
