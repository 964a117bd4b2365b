//! The line of an edit: `writer-017: edit 3, run 5f2c1a`.
//!
//! It is the only thing that a simulated writer types. It names the writer and the edit, so that every edit can be
//! looked up in a text.

use std::collections::BTreeSet;
use std::fmt;

/// Identifies an edit of a run: the writer and the edit, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EditMark {
    /// The number of the writer.
    pub writer: usize,
    /// The number of the edit among those of the writer.
    pub edit: usize,
}

/// Writes the lines of a run's edits, and finds them in texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkWriter {
    prefix: String,
    suffix: String,
}

impl MarkWriter {
    /// Returns the lines of a run. `prefix` begins the writers' names; `run` may be empty.
    #[must_use]
    pub fn new(prefix: &str, run: &str) -> Self {
        let suffix = if run.is_empty() { String::new() } else { format!(", run {run}") };
        Self { prefix: format!("{prefix}-"), suffix }
    }

    /// Returns the name of a writer, such as `writer-017`.
    #[must_use]
    pub fn name(&self, writer: usize) -> String {
        format!("{}{writer:03}", self.prefix)
    }

    /// Returns the line of an edit, without a line feed.
    #[must_use]
    pub fn line(&self, mark: EditMark) -> String {
        format!("{}: edit {}{}", self.name(mark.writer), mark.edit, self.suffix)
    }

    /// Returns the edit of a line, or `None` if it is not the line of an edit of this run.
    #[must_use]
    pub fn parse(&self, line: &str) -> Option<EditMark> {
        let rest = line.strip_prefix(&self.prefix)?.strip_suffix(&self.suffix)?;
        let (writer, edit) = rest.split_once(": edit ")?;
        let mark = EditMark { writer: writer.parse().ok()?, edit: edit.parse().ok()? };
        (self.line(mark) == line).then_some(mark)
    }

    /// Returns all edits of this run in a text.
    #[must_use]
    pub fn find(&self, text: &str) -> BTreeSet<EditMark> {
        text.lines().filter_map(|line| self.parse(line)).collect()
    }

    /// Returns whether a text has the line of an edit.
    #[must_use]
    pub fn is_in(&self, text: &str, mark: EditMark) -> bool {
        let line = self.line(mark);
        text.match_indices(&line).any(|(at, _)| {
            let is_first = at == 0 || text.as_bytes()[at - 1] == b'\n';
            is_first && text[at + line.len()..].chars().next().is_none_or(|next| matches!(next, '\n' | '\r'))
        })
    }

    /// Returns a text with the line of one more edit: below the writer's last line, or else at the end.
    ///
    /// So a writer's first edit meets those of all others, and the later ones have a place of their own, as the
    /// sections of people who write a page together.
    #[must_use]
    pub fn insert(&self, text: &str, mark: EditMark) -> String {
        let line = self.line(mark);
        let own = format!("{}: edit ", self.name(mark.writer));
        let is_own = |at: usize| {
            (at == 0 || text.as_bytes()[at - 1] == b'\n') && {
                let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
                self.parse(text[at..end].trim_end_matches('\r')).is_some()
            }
        };
        let last = text.rmatch_indices(&own).map(|(at, _)| at).find(|at| is_own(*at));
        let place = last.and_then(|at| text[at..].find('\n').map(|length| at + length + 1)).unwrap_or(text.len());
        let (before, after) = text.split_at(place);
        let feed = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
        format!("{before}{feed}{line}\n{after}")
    }
}

impl fmt::Display for EditMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "edit {} of writer {}", self.edit, self.writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn mark(writer: usize, edit: usize) -> EditMark {
        EditMark { writer, edit }
    }

    #[test]
    fn line_is_found_only_as_a_whole_line_of_its_run() {
        let marks = MarkWriter::new("writer", "5f2c");
        let line = marks.line(mark(17, 3));
        assert_eq!(line, "writer-017: edit 3, run 5f2c");
        assert!(marks.is_in(&format!("a\n{line}\nb"), mark(17, 3)));
        assert!(marks.is_in(&format!("a\r\n{line}\r\n"), mark(17, 3)));
        for other in [format!("> {line}"), format!("{line}0"), "writer-017: edit 3, run 5f2d".to_owned()] {
            assert!(!marks.is_in(&other, mark(17, 3)), "{other}");
            assert_eq!(marks.find(&other).len(), 0, "{other}");
        }
        assert!(!marks.is_in(&marks.line(mark(17, 31)), mark(17, 3)));
    }

    #[test]
    fn next_line_is_below_the_writers_last() {
        let marks = MarkWriter::new("writer", "");
        let text = ["Notes", "writer-001: edit 1", "writer-002: edit 1", ""].join("\n");
        let second = marks.insert(&text, mark(1, 2));
        assert_eq!(second, "Notes\nwriter-001: edit 1\nwriter-001: edit 2\nwriter-002: edit 1\n");
        assert_eq!(marks.insert("Notes", mark(1, 1)), "Notes\nwriter-001: edit 1\n");
        assert_eq!(marks.insert("", mark(1, 1)), "writer-001: edit 1\n");
        assert_eq!(marks.insert("writer-001: edit 1", mark(1, 2)), "writer-001: edit 1\nwriter-001: edit 2\n");
        assert_eq!(marks.find(&second).len(), 3);
    }
}
