//! The lines that a followed save of another user has changed, highlighted for a moment.

use std::ops::Range;
use std::time::{Duration, Instant};

use merge_view::list_diff::{ListHunk, hunks};
use text::Text;

/// The time limit for comparing two texts; after it, the highlight is coarser.
const DIFF_BUDGET: Duration = Duration::from_millis(50);

/// The highlighted lines.
#[derive(Debug, Clone, Default)]
pub(super) struct FreshLines {
    /// Half-open ranges of lines, from 0, in order.
    lines: Vec<Range<usize>>,
    /// Counts the highlights, so that a timer ends only its own.
    count: u64,
}

impl FreshLines {
    /// Returns whether a line is highlighted.
    pub(super) fn contains(&self, line: usize) -> bool {
        let after = self.lines.partition_point(|lines| lines.end <= line);
        self.lines.get(after).is_some_and(|lines| lines.contains(&line))
    }

    /// Highlights the lines in which a text differs from an earlier one.
    ///
    /// Returns the number of the highlight.
    pub(super) fn highlight(&mut self, before: &Text, after: &Text) -> u64 {
        self.lines = changed_lines(before, after, Some(Instant::now() + DIFF_BUDGET));
        self.count += 1;
        self.count
    }

    /// Ends the highlight.
    pub(super) fn settle(&mut self) {
        self.lines.clear();
    }

    /// Ends the highlight with that number, unless a newer one has begun.
    pub(super) fn end(&mut self, highlight: u64) {
        if self.count == highlight {
            self.settle();
        }
    }
}

/// Returns the lines of `after` that `before` does not have at their place.
///
/// Only the part between the equal beginnings and ends of the two texts is compared line by line.
fn changed_lines(before: &Text, after: &Text, deadline: Option<Instant>) -> Vec<Range<usize>> {
    let Some(change) = after.change_since(before) else { return Vec::new() };
    let lines = |text: &Text, bytes: &Range<usize>| text.line_at(bytes.start)..text.line_at(bytes.end) + 1;
    let (old, new) = (lines(before, &change.before), lines(after, &change.after));
    let texts = |text: &Text, lines: Range<usize>| lines.map(|line| String::from(text.line(line))).collect::<Vec<_>>();
    let (first, old, new) = (new.start, texts(before, old), texts(after, new));
    let changed = hunks(&old, &new, deadline).into_iter().map(|ListHunk { new, .. }| new);
    changed.filter(|lines| !lines.is_empty()).map(|lines| lines.start + first..lines.end + first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the first and the last line of each highlight.
    fn changed(before: &str, after: &str) -> Vec<(usize, usize)> {
        let lines = changed_lines(&before.into(), &after.into(), None);
        lines.into_iter().map(|lines| (lines.start, lines.end - 1)).collect()
    }

    #[test]
    fn added_and_changed_lines_are_highlighted() {
        assert_eq!(changed("a\nb\nc\n", "a\nB\nc\n"), [(1, 1)]);
        assert_eq!(changed("a\nb\n", "x\ny\na\nb\n"), [(0, 1)]);
        assert_eq!(changed("a\nb\nc\nd\n", "A\nb\nc\nD\n"), [(0, 0), (3, 3)]);
        assert_eq!(changed("a\nb\n", "a\nb\nc"), [(2, 2)]);
        assert_eq!(changed("a\nb\nc\n", "a\nc\n"), [], "a deleted line has no place");
        assert_eq!(changed("a\n", "a\n"), []);
    }

    #[test]
    fn line_is_compared_whole() {
        assert_eq!(changed("flour\nwater\n", "flour, rye\nwater\n"), [(0, 0)]);
        assert_eq!(changed("aa\naa\n", "aa\naa\naa\n").len(), 1);
    }
}
