//! The whole result as one text, to be written by hand.
//!
//! A conflict that is open when the text is begun is in it in both versions, mine first, so that nothing is missing and
//! the user need not look elsewhere; there is never a marker. If both versions are still there when the text is taken
//! over, the user is asked once whether that is meant.

use std::ops::Range;
use std::time::{Duration, Instant};

use contract::EntityTag;
use editor::{ChangeId, DocumentMerge};
use merge::{Format, Session, Side};
use terminal::buffer::TextBuffer;

use crate::list_diff::{ListHunk, hunks};

/// How long comparing the text with what it was may take. After that too much counts as changed, and less is asked.
const DIFF_BUDGET: Duration = Duration::from_millis(100);

/// What was known when a whole text was begun.
#[derive(Debug, Clone)]
pub(crate) struct FullEdit {
    /// The version of theirs that was in sight.
    seen: EntityTag,
    /// The lines as they were.
    begun: Vec<String>,
    /// Those of the lines that are conflicts which were open.
    open: Vec<Range<usize>>,
    /// Whether it was said that conflicts are left, and nothing was typed since.
    warned: bool,
}

impl FullEdit {
    /// Returns the text to begin with, and the line of a change in it.
    pub(crate) fn new(conflict: &DocumentMerge, place: Option<ChangeId>) -> (Self, String, usize) {
        let (text, open, line) = match conflict.full_override() {
            Some(whole) => (whole.to_owned(), Vec::new(), 0),
            None => compose(conflict, place),
        };
        let begun = TextBuffer::new(&text).lines().to_vec();
        (Self { seen: conflict.theirs().etag.clone(), begun, open, warned: false }, text, line)
    }

    /// The version of theirs that was in sight.
    pub(crate) fn seen(&self) -> &EntityTag {
        &self.seen
    }

    /// Something was typed.
    pub(crate) fn mark_edited(&mut self) {
        self.warned = false;
    }

    /// Returns the lines of conflicts that are in the text in both versions, unless the user was asked already.
    pub(crate) fn still_open(&mut self, buffer: &TextBuffer) -> Vec<usize> {
        if self.warned || self.open.is_empty() {
            return Vec::new();
        }
        self.warned = true;
        let changed = hunks(&self.begun, buffer.lines(), Some(Instant::now() + DIFF_BUDGET));
        self.open.iter().filter_map(|lines| untouched_place(lines, &changed)).collect()
    }
}

/// Returns the place of lines now, or `None` if one of them was changed, or a line was put between them.
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

/// The result with both versions of what is open, the lines of what is open, and the line of a change.
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

/// The lines of both sides of a region, mine first, each with its ending.
fn both_sides(session: &Session, region: usize) -> Vec<u8> {
    let merge = session.merge();
    let lines = [Side::Mine, Side::Theirs].into_iter().flat_map(|side| {
        let usual = Some(merge.format(side).ending);
        let lines = merge.text(side).lines(merge.regions()[region].range(side));
        // A line that ends as its text does ends as the result does; one that ends otherwise keeps that.
        lines.map(move |line| (line.content, line.ending.filter(|_| line.ending != usual)))
    });
    let usual = session.format().ending;
    lines.flat_map(|(content, own)| [content, own.unwrap_or(usual).bytes()]).flatten().copied().collect()
}

/// A text of whole lines, with its end and its beginning as the format has them.
fn finish(mut text: Vec<u8>, format: Format) -> String {
    if !format.final_newline {
        let line = text.strip_suffix(b"\n").unwrap_or(&text);
        let end = line.strip_suffix(b"\r").unwrap_or(line).len();
        text.truncate(end);
    }
    // Whole lines of UTF-8 texts are UTF-8.
    let text = String::from_utf8_lossy(&text);
    if format.byte_order_mark { format!("\u{feff}{text}") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::conflict;
    use terminal::edit::Edit;

    #[test]
    fn what_is_settled_reads_as_it_will_be_saved() {
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
        assert!(whole.still_open(&buffer).is_empty(), "it is said once");
        buffer.go_to(1);
        buffer.apply(&Edit::InsertText("new\nx".to_owned()), &mut String::new());
        whole.mark_edited();
        assert_eq!(whole.still_open(&buffer), [5], "one was touched, the other moved");
    }

    #[test]
    fn a_line_between_the_two_versions_is_a_touch() {
        let at = |old: Range<usize>| untouched_place(&(3..5), &[ListHunk { old, new: 0..1 }]);
        assert_eq!([at(4..4), at(4..5), at(2..4)], [None; 3]);
        assert_eq!([at(2..3), at(3..3), at(5..5)], [Some(3), Some(4), Some(3)], "beside it is not in it");
    }
}
