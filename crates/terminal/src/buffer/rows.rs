//! The rows of the screen that a line takes if it is wrapped.
//!
//! A row ends after a blank, or beside a wide glyph, if it can; a word that is wider than a row is divided between
//! glyphs. A blank that does not fit any more stays at the end of its row, so a row may be one column wider than the
//! width that it is wrapped to.

use std::ops::Range;

use text::TextSlice;

use super::glyphs::{GlyphClass, GlyphWalk};

/// After an edit, how many rows are wrapped again at most in search of one that ends where it ended before.
const MAX_REWRAPPED_ROWS: usize = 64;

/// The ends of the first rows of a line, as far as they are known, as positions in the line.
#[derive(Debug, Clone, Default)]
pub(super) struct RowEnds {
    ends: Vec<usize>,
    is_complete: bool,
}

impl RowEnds {
    /// Returns the positions of a row's bytes in the line, or `None` if there are fewer rows.
    pub(super) fn row(&mut self, line: TextSlice<'_>, width: usize, index: usize) -> Option<Range<usize>> {
        while self.ends.len() <= index && self.wrap_next(line, width) {}
        let end = *self.ends.get(index)?;
        Some(self.start_of(index)..end)
    }

    /// Returns the index of the row that a position is in, and the positions of its bytes.
    ///
    /// A position between two rows is in the second.
    pub(super) fn row_at(&mut self, line: TextSlice<'_>, width: usize, at: usize) -> (usize, Range<usize>) {
        while self.ends.last().is_none_or(|&end| end <= at) && self.wrap_next(line, width) {}
        let index = self.ends.partition_point(|&end| end <= at).min(self.ends.len() - 1);
        (index, self.start_of(index)..self.ends[index])
    }

    /// Returns how many rows there are.
    pub(super) fn count(&mut self, line: TextSlice<'_>, width: usize) -> usize {
        while self.wrap_next(line, width) {}
        self.ends.len()
    }

    /// Follows an edit within the line: `removed` bytes at a position became `inserted` bytes. `line` has the edit.
    pub(super) fn on_edit(&mut self, line: TextSlice<'_>, width: usize, at: usize, removed: usize, inserted: usize) {
        if self.ends.is_empty() {
            return;
        }
        // The first word of a row can decide where the row before it ends, so that one is wrapped again as well.
        let first = self.ends.partition_point(|&end| end <= at).saturating_sub(1);
        let rest = self.ends.split_off(first);
        let was_complete = std::mem::take(&mut self.is_complete);
        for _ in 0..MAX_REWRAPPED_ROWS {
            if !self.wrap_next(line, width) {
                return;
            }
            let Some(&end) = self.ends.last() else { return };
            if end < at + inserted || end == line.len() {
                continue;
            }
            if let Ok(same) = rest.binary_search(&(end - inserted + removed)) {
                self.ends.extend(rest[same + 1..].iter().map(|end| end - removed + inserted));
                self.is_complete = was_complete;
                return;
            }
        }
    }

    /// Forgets the rows from a position on, since the line goes on differently.
    pub(super) fn forget_from(&mut self, at: usize) {
        let first = self.ends.partition_point(|&end| end <= at).saturating_sub(1);
        self.ends.truncate(first);
        self.is_complete = false;
    }

    fn start_of(&self, index: usize) -> usize {
        index.checked_sub(1).map_or(0, |above| self.ends[above])
    }

    /// Wraps one row more. Returns whether there was one.
    fn wrap_next(&mut self, line: TextSlice<'_>, width: usize) -> bool {
        if self.is_complete {
            return false;
        }
        let row = wrap(line, width, self.ends.last().copied().unwrap_or(0));
        self.ends.push(row.end);
        // After a blank that did not fit, the end of the line is at the beginning of a row of its own.
        if row.end == line.len() {
            self.is_complete = true;
            if row.is_overfull {
                self.ends.push(row.end);
            }
        }
        true
    }
}

/// A row that was found.
struct WrappedRow {
    end: usize,
    /// Whether its last glyph is a blank that does not fit.
    is_overfull: bool,
}

/// Returns the row that begins at a position.
fn wrap(line: TextSlice<'_>, width: usize, start: usize) -> WrappedRow {
    let mut opportunity = None;
    let mut was_wide = false;
    for glyph in GlyphWalk::new(line, start, 0) {
        let is_wide = glyph.width == 2;
        if glyph.at > start && (is_wide || was_wide) {
            opportunity = Some(glyph.at);
        }
        if glyph.column + glyph.width > width {
            let is_blank = glyph.class == GlyphClass::Blank && glyph.width == 1;
            // A glyph that is wider than a whole row has a row of its own.
            let end = if is_blank || glyph.at == start { glyph.end } else { opportunity.unwrap_or(glyph.at) };
            return WrappedRow { end, is_overfull: is_blank };
        }
        if glyph.class == GlyphClass::Blank {
            opportunity = Some(glyph.end);
        }
        was_wide = is_wide;
    }
    WrappedRow { end: line.len(), is_overfull: false }
}
