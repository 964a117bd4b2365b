//! The rows that wrapped lines take, and the drawing of one of them.
//!
//! A very long line is not wrapped: it would fill the screen alone, so it has one row and is scrolled sideways.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use terminal::buffer::wrap_line;
use terminal::sanitize::clip::LineClip;

/// The most bytes of a line that is wrapped.
const MAX_WRAPPED_BYTES: usize = 1 << 14;

/// How many rows each of some lines takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LineRows {
    /// How many lines there are.
    count: usize,
    /// For each line, the row after its last one; empty if each line has one row.
    ends: Vec<usize>,
}

impl LineRows {
    /// Collects the numbers of rows, each at least 1.
    pub(crate) fn new(heights: impl Iterator<Item = usize>) -> Self {
        let mut rows = Self::default();
        let mut end = 0;
        for height in heights {
            if height > 1 && rows.ends.is_empty() {
                rows.ends.extend(1..=rows.count);
            }
            rows.count += 1;
            end += height;
            if height > 1 || !rows.ends.is_empty() {
                rows.ends.push(end);
            }
        }
        rows
    }

    /// Returns one row if there is no line.
    pub(crate) fn or_one(self) -> Self {
        if self.count == 0 { Self { count: 1, ..self } } else { self }
    }

    /// Returns the number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.ends.last().copied().unwrap_or(self.count)
    }

    /// Returns the line that a row is in, and the part of the line, both counted from 0.
    pub(crate) fn at(&self, row: usize) -> (usize, usize) {
        if self.ends.is_empty() {
            return (row, 0);
        }
        let line = self.ends.partition_point(|&end| end <= row);
        (line, row - self.start_of(line))
    }

    /// Returns the first row of a line.
    pub(crate) fn start_of(&self, line: usize) -> usize {
        match line.checked_sub(1) {
            None => 0,
            Some(_) if self.ends.is_empty() => line,
            Some(above) => self.ends.get(above).copied().unwrap_or_else(|| self.rows()),
        }
    }
}

/// Returns how many rows a line takes if it is wrapped in a pane of this width.
pub(crate) fn row_count(line: &str, columns: usize) -> usize {
    rows_of(line, columns).len()
}

/// Returns the parts of a line that is wrapped in a pane of this width, as ranges of bytes.
pub(crate) fn rows_of(line: &str, columns: usize) -> Vec<Range<usize>> {
    let whole = || vec![Range { start: 0, end: line.len() }];
    if line.len() > MAX_WRAPPED_BYTES {
        return whole();
    }
    let rows = wrap_line(line, columns);
    // A blank that does not fit is drawn in the last column, which a line that fits may use.
    if rows.len() == 1 { rows } else { wrap_line(line, columns.saturating_sub(1)) }
}

/// Draws a part of a wrapped line into a row; nothing if the line has fewer parts.
///
/// A line that has one part only is drawn from its column `left` on.
pub(crate) fn draw_part(
    clip: &LineClip<'_>,
    parts: &[Range<usize>],
    part: usize,
    left: usize,
    more: &str,
    row: Rect,
    buffer: &mut Buffer,
) {
    let Some(bytes) = parts.get(part) else { return };
    if parts.len() == 1 {
        return clip.put(buffer, row, left, more);
    }
    let within = |ranges: &[Range<usize>]| -> Vec<Range<usize>> {
        let cut = |range: &Range<usize>| range.start.max(bytes.start)..range.end.min(bytes.end);
        let cut = ranges.iter().map(cut).filter(|range| range.start < range.end);
        cut.map(|range| range.start - bytes.start..range.end - bytes.start).collect()
    };
    let (words, marks) = (within(clip.words), within(clip.marks));
    LineClip { line: &clip.line[bytes.clone()], words: &words, marks: &marks, ..*clip }.put(buffer, row, 0, more);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_line_and_lines_by_row() {
        let rows = LineRows::new([1, 3, 1].into_iter());
        assert_eq!(rows.rows(), 5);
        assert_eq!((0..5).map(|row| rows.at(row)).collect::<Vec<_>>(), [(0, 0), (1, 0), (1, 1), (1, 2), (2, 0)]);
        assert_eq!((0..4).map(|line| rows.start_of(line)).collect::<Vec<_>>(), [0, 1, 4, 5]);
        let plain = LineRows::new([1, 1].into_iter());
        assert_eq!((plain.rows(), plain.at(1), plain.start_of(1)), (2, (1, 0), 1));
        assert_eq!(LineRows::default().or_one().rows(), 1);
    }

    #[test]
    fn line_that_fits_has_one_row_and_a_wrapped_one_a_column_for_a_blank() {
        assert_eq!(row_count("one two", 7), 1);
        assert_eq!(rows_of("one two three", 7), [0..4, 4..8, 8..13]);
        assert_eq!(row_count(&"x ".repeat(MAX_WRAPPED_BYTES), 10), 1, "too long to be wrapped");
    }
}
