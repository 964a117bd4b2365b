//! The whole result as one text, which the user writes by hand.
//!
//! A conflict that is open at the start is in the text in both versions, mine first and without markers, so the user
//! has everything in one place. If both versions are still unchanged when the user accepts the text, the view warns
//! once.

use std::borrow::Cow;
use std::ops::Range;
use std::time::{Duration, Instant};

use contract::EntityTag;
use editor::{ChangeId, DocumentMerge};
use merge::{Format, Session, Side};
use terminal::buffer::TextBuffer;

use crate::list_diff::{ListHunk, hunks};
use crate::text;

/// The longest time for comparing the text with its start; a coarser comparison warns less.
const DIFF_BUDGET: Duration = Duration::from_millis(100);

/// The state of the merge when the user began to write the whole result.
#[derive(Debug, Clone)]
pub(crate) struct FullEdit {
    /// The version of theirs that the view showed.
    seen: EntityTag,
    /// The lines at the start.
    begun: Vec<String>,
    /// The ranges of `begun` that are both versions of an open conflict.
    open: Vec<Range<usize>>,
    /// Whether the view has shown its warning, and the user has not typed after it.
    warned: bool,
}

impl FullEdit {
    /// Returns the state, the text to begin with, and the line of a change in the text.
    pub(crate) fn new(conflict: &DocumentMerge, place: Option<ChangeId>) -> (Self, String, usize) {
        let (text, open, line) = match conflict.full_override() {
            Some(whole) => (whole.to_owned(), Vec::new(), 0),
            None => compose(conflict, place),
        };
        let begun = lines_of(&TextBuffer::new(&text));
        (Self { seen: conflict.theirs().etag.clone(), begun, open, warned: false }, text, line)
    }

    /// Returns the version of theirs that the view showed when the text was begun.
    pub(crate) fn seen(&self) -> &EntityTag {
        &self.seen
    }

    /// Notes that the user typed, so that the next attempt to accept the text warns again.
    pub(crate) fn mark_edited(&mut self) {
        self.warned = false;
    }

    /// Returns the first line of each conflict whose two versions are unchanged.
    ///
    /// Returns none if the view has just warned.
    pub(crate) fn still_open(&mut self, buffer: &TextBuffer) -> Vec<usize> {
        if self.warned || self.open.is_empty() {
            return Vec::new();
        }
        self.warned = true;
        let changed = hunks(&self.begun, &lines_of(buffer), Some(Instant::now() + DIFF_BUDGET));
        self.open.iter().filter_map(|lines| untouched_place(lines, &changed)).collect()
    }
}

/// Returns the lines of a text, without their line ends.
fn lines_of(buffer: &TextBuffer) -> Vec<String> {
    buffer.lines().map(Cow::into_owned).collect()
}

/// Returns the present position of some lines, or `None` if they were changed.
///
/// A line that was inserted between them counts as a change.
fn untouched_place(lines: &Range<usize>, changed: &[ListHunk]) -> Option<usize> {
    let touches = |hunk: &ListHunk| {
        let within = lines.start < hunk.old.start && hunk.old.start < lines.end;
        within || (hunk.old.start < lines.end && lines.start < hunk.old.end)
    };
    if changed.iter().any(touches) {
        return None;
    }
    let before = changed.iter().filter(|hunk| hunk.old.end <= lines.start);
    let (gone, come) = before.fold((0, 0), |(gone, come), hunk| (gone + hunk.old.len(), come + hunk.new.len()));
    Some(lines.start + come - gone)
}

/// Returns the text to begin with, the lines of its open conflicts, and the line of the change `place`.
fn compose(conflict: &DocumentMerge, place: Option<ChangeId>) -> (String, Vec<Range<usize>>, usize) {
    let session = conflict.content();
    let (mut text, mut open, mut line, mut at) = (Vec::new(), Vec::new(), 0, 0);
    for region in 0..session.merge().regions().len() {
        if place == Some(ChangeId::Region(region)) {
            at = line;
        }
        let is_open = session.is_open(region);
        let piece = session.chosen(region).unwrap_or_else(|| both_sides(session, region));
        let start = line;
        line += piece.split_inclusive(|byte| *byte == b'\n').count();
        if is_open && line > start {
            open.push(start..line);
        }
        text.extend(piece);
    }
    (finish(text, session.format()), open, at)
}

/// Returns the lines of both sides of a region, mine first, each with its line ending.
fn both_sides(session: &Session, region: usize) -> Vec<u8> {
    [Side::Mine, Side::Theirs].map(|side| text::side_lines(session, region, side)).concat()
}

/// Returns a text of whole lines with the final newline and byte order mark of the format.
fn finish(mut text: Vec<u8>, format: Format) -> String {
    if !format.final_newline {
        let line = text.strip_suffix(b"\n").unwrap_or(&text);
        let end = line.strip_suffix(b"\r").unwrap_or(line).len();
        text.truncate(end);
    }
    // Whole lines of UTF-8 texts are valid UTF-8.
    let text = String::from_utf8_lossy(&text);
    if format.byte_order_mark { format!("\u{feff}{text}") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::conflict;
    use terminal::edit::Edit;

    #[test]
    fn text_without_open_conflicts_is_the_result() {
        for (base, mine, theirs) in [
            ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC"),
            ("a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\nb\nC\n"),
            ("a\nb\nc\n", "\u{feff}a\nb\nc\n", "a\nb\nC\n"),
            ("a\nb\r\nc\n", "A\nb\r\nc\n", "a\nb\r\nC\n"),
        ] {
            let conflict = conflict(base, mine, theirs);
            let (_, text, _) = FullEdit::new(&conflict, None);
            assert_eq!(Some(text), conflict.result().map(|result| result.content));
        }
    }

    #[test]
    fn open_conflict_has_both_versions_until_edited() {
        let conflict = conflict("a\nb\nc\nd\ne\n", "a\nB\nc\nD\ne\n", "a\nb!\nc\nd!\ne\n");
        let (mut whole, text, line) = FullEdit::new(&conflict, Some(ChangeId::Region(3)));
        assert_eq!((text.as_str(), line), ("a\nB\nb!\nc\nD\nd!\ne\n", 4));
        let mut buffer = TextBuffer::new(&text);
        assert_eq!(whole.still_open(&buffer), [1, 4]);
        assert!(whole.still_open(&buffer).is_empty(), "the view warns once");
        buffer.go_to(1);
        buffer.apply(&Edit::InsertText("new\nx".to_owned()), &mut String::new());
        whole.mark_edited();
        assert_eq!(whole.still_open(&buffer), [5], "the first was changed, the second moved");
    }

    #[test]
    fn line_between_the_versions_counts_as_a_change() {
        let at = |old: Range<usize>| untouched_place(&(3..5), &[ListHunk { old, new: 0..1 }]);
        assert_eq!([at(4..4), at(4..5), at(2..4)], [None; 3]);
        assert_eq!(
            [at(2..3), at(3..3), at(5..5)],
            [Some(3), Some(4), Some(3)],
            "a change next to the lines does not count"
        );
    }
}
