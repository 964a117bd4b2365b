//! How the lines of a text are laid out on the screen: in rows, and in columns within each row.
//!
//! A row is found from the line alone. For a long line, what was found is kept and follows the edits, so that neither a
//! key nor a frame reads the whole line.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use text::{Text, TextSlice};

use super::columns::{ColumnAnchor, LineSegments};
use super::glyphs::GlyphWalk;
use super::line_endings::{line_without_end, range_without_end};
use super::rows::RowEnds;

/// A line of more bytes is a long line.
const LONG_LINE_BYTES: usize = 1024;

/// How many long lines are remembered, at most.
const MAX_LONG_LINES: usize = 128;

/// A row of the screen: the number of its line, and its index among the rows of the line, both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct RowAt {
    pub(super) line: usize,
    pub(super) index: usize,
}

/// What is known of a long line.
#[derive(Debug, Clone)]
struct LongLine {
    line: usize,
    rows: RowEnds,
    segments: LineSegments,
}

impl LongLine {
    fn new(line: usize) -> Self {
        Self { line, rows: RowEnds::default(), segments: LineSegments::default() }
    }
}

/// An edit, as the layout of the text sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct LayoutEdit {
    /// The line in which it begins.
    pub(super) line: usize,
    /// Its position in that line.
    pub(super) at: usize,
    /// How many bytes were removed.
    pub(super) removed: usize,
    /// How many bytes were inserted.
    pub(super) inserted: usize,
    /// How many line feeds were removed.
    pub(super) removed_lines: usize,
    /// How many line feeds were inserted.
    pub(super) inserted_lines: usize,
}

/// The layout of a text.
#[derive(Debug, Clone, Default)]
pub(super) struct TextLayout {
    /// The columns that a line is wrapped to, or `None` if each line is one row.
    wrap: Cell<Option<usize>>,
    /// The long lines that were looked at last, the newest at the end.
    long_lines: RefCell<Vec<LongLine>>,
}

impl TextLayout {
    /// Wraps lines to so many columns from now on, or not at all.
    pub(super) fn set_wrap(&self, columns: Option<usize>) {
        if self.wrap.replace(columns) != columns {
            self.long_lines.borrow_mut().clear();
        }
    }

    /// Returns whether lines are wrapped.
    pub(super) fn is_wrapped(&self) -> bool {
        self.wrap.get().is_some()
    }

    /// Returns the positions of a row's bytes in its line, or `None` if the line has fewer rows.
    pub(super) fn row(&self, text: &Text, row: RowAt) -> Option<Range<usize>> {
        match self.wrap.get() {
            Some(width) => self.with_line(text, row.line, |known, line| known.rows.row(line, width, row.index)),
            None => (row.index == 0).then(|| 0..line_length(text, row.line)),
        }
    }

    /// Returns the row that a position of a line is in.
    pub(super) fn row_at(&self, text: &Text, line: usize, at: usize) -> RowAt {
        let index = self
            .wrap
            .get()
            .map_or(0, |width| self.with_line(text, line, |known, slice| known.rows.row_at(slice, width, at).0));
        RowAt { line, index }
    }

    /// Returns the last row of a line.
    pub(super) fn last_row(&self, text: &Text, line: usize) -> RowAt {
        let count = self
            .wrap
            .get()
            .map_or(1, |width| self.with_line(text, line, |known, slice| known.rows.count(slice, width)));
        RowAt { line, index: count - 1 }
    }

    /// Returns the column of a position of a line, within its row.
    pub(super) fn column_at(&self, text: &Text, line: usize, at: usize) -> usize {
        let wrap = self.wrap.get();
        let anchor = self.with_line(text, line, |known, slice| match wrap {
            Some(width) => ColumnAnchor { at: known.rows.row_at(slice, width, at).1.start, ..ColumnAnchor::default() },
            None if is_long(slice) => known.segments.anchor_at(slice, at),
            None => ColumnAnchor::default(),
        });
        let before = walk(text, line, anchor).take_while(|glyph| glyph.at < at).last();
        before.map_or(anchor.column, |glyph| glyph.column + glyph.width)
    }

    /// Returns the number of glyphs before a position of a line, whether or not the line is wrapped.
    pub(super) fn glyphs_before(&self, text: &Text, line: usize, at: usize) -> usize {
        let anchor = self.with_line(text, line, |known, slice| {
            if is_long(slice) { known.segments.anchor_at(slice, at) } else { ColumnAnchor::default() }
        });
        anchor.glyphs + walk(text, line, anchor).take_while(|glyph| glyph.at < at).count()
    }

    /// Returns the position whose glyph is in a column of a row, or the last position of the row.
    pub(super) fn position_at(&self, text: &Text, row: RowAt, column: usize) -> usize {
        let wrap = self.wrap.get();
        let (anchor, end) = self.with_line(text, row.line, |known, slice| match wrap {
            Some(width) => {
                let bytes = known.rows.row(slice, width, row.index).unwrap_or(slice.len()..slice.len());
                (ColumnAnchor { at: bytes.start, ..ColumnAnchor::default() }, bytes.end)
            }
            None if is_long(slice) => (known.segments.anchor_at_column(slice, column), slice.len()),
            None => (ColumnAnchor::default(), slice.len()),
        });
        let goes_on = self.row(text, RowAt { index: row.index + 1, ..row }).is_some();
        let mut at = anchor.at;
        for glyph in walk(text, row.line, anchor).take_while(|glyph| glyph.end <= end) {
            // The position at the end of a row that is continued is in the next row.
            if glyph.column + glyph.width > column || goes_on && glyph.end == end {
                break;
            }
            at = glyph.end;
        }
        at
    }

    /// Returns a known position before a column of a line that is not wrapped, to begin drawing from.
    pub(super) fn anchor_before(&self, text: &Text, line: usize, column: usize) -> ColumnAnchor {
        self.with_line(text, line, |known, slice| {
            if is_long(slice) { known.segments.anchor_at_column(slice, column) } else { ColumnAnchor::default() }
        })
    }

    /// Returns the row so many rows below, or the last row, and how far below it is.
    pub(super) fn below(&self, text: &Text, from: RowAt, rows: usize) -> (RowAt, usize) {
        let last = text.line_count() - 1;
        if !self.is_wrapped() {
            let line = from.line.saturating_add(rows).min(last);
            return (RowAt { line, index: 0 }, line - from.line);
        }
        let mut row = from;
        for passed in 0..rows {
            let next = RowAt { index: row.index + 1, ..row };
            row = if self.row(text, next).is_some() {
                next
            } else if row.line < last {
                RowAt { line: row.line + 1, index: 0 }
            } else {
                return (row, passed);
            };
        }
        (row, rows)
    }

    /// Returns the row so many rows above, or the first row.
    pub(super) fn above(&self, text: &Text, from: RowAt, rows: usize) -> RowAt {
        if !self.is_wrapped() {
            return RowAt { line: from.line.saturating_sub(rows), index: 0 };
        }
        let (mut row, mut left) = (from, rows);
        while left > row.index && row.line > 0 {
            left -= row.index + 1;
            row = self.last_row(text, row.line - 1);
        }
        RowAt { index: row.index.saturating_sub(left), ..row }
    }

    /// Follows an edit; `text` has it already.
    pub(super) fn on_edit(&mut self, text: &Text, edit: LayoutEdit) {
        let LayoutEdit { line, at, removed, inserted, removed_lines, inserted_lines } = edit;
        let wrap = self.wrap.get();
        self.long_lines.get_mut().retain_mut(|known| {
            if known.line > line + removed_lines {
                known.line = known.line - removed_lines + inserted_lines;
            } else if known.line > line {
                return false;
            } else if known.line == line && removed_lines + inserted_lines > 0 {
                known.rows.forget_from(at);
                known.segments.forget_from(at);
            } else if known.line == line {
                let slice = line_without_end(text, line);
                known.segments.on_edit(slice, at, removed, inserted);
                if let Some(width) = wrap {
                    known.rows.on_edit(slice, width, at, removed, inserted);
                }
            }
            true
        });
    }

    /// Calls a function with what is known of a line. If the line is long, what it finds out is remembered.
    fn with_line<R>(&self, text: &Text, line: usize, find: impl FnOnce(&mut LongLine, TextSlice<'_>) -> R) -> R {
        let slice = line_without_end(text, line);
        if !is_long(slice) {
            return find(&mut LongLine::new(line), slice);
        }
        let mut lines = self.long_lines.borrow_mut();
        let place = lines.iter().rposition(|known| known.line == line);
        let mut known = place.map_or_else(|| LongLine::new(line), |place| lines.remove(place));
        let found = find(&mut known, slice);
        if lines.len() == MAX_LONG_LINES {
            lines.remove(0);
        }
        lines.push(known);
        found
    }
}

fn is_long(line: TextSlice<'_>) -> bool {
    line.len() > LONG_LINE_BYTES
}

fn line_length(text: &Text, line: usize) -> usize {
    range_without_end(text, line).len()
}

fn walk(text: &Text, line: usize, from: ColumnAnchor) -> GlyphWalk<'_> {
    GlyphWalk::new(line_without_end(text, line), from.at, from.column)
}
