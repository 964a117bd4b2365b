//! The rows of the screen that a line takes if it is wrapped.
//!
//! A row ends after a blank, or beside a wide glyph, if it can; a word that is wider than a row is divided between
//! glyphs. A blank that does not fit any more stays at the end of its row, so a row may be one column wider than the
//! width that it is wrapped to.

use std::ops::Range;

use text::TextSlice;

use super::glyphs::{GlyphClass, GlyphWalk, LineGlyph, glyphs_of};

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
        let start = self.ends.last().copied().unwrap_or(0);
        let row = wrap(GlyphWalk::new(line, start, 0), width, start, line.len());
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

/// Returns the rows of a line that is wrapped to a width, as ranges of its bytes; at least one.
///
/// A row may end with a blank beyond the width, which a reader does not miss. The columns of each row are counted from
/// its own beginning.
#[must_use]
pub fn wrap_line(line: &str, width: usize) -> Vec<Range<usize>> {
    let width = width.max(1);
    if is_one_row(line, width) {
        return vec![Range { start: 0, end: line.len() }];
    }
    let mut rows = Vec::new();
    let mut start = 0;
    while rows.is_empty() || start < line.len() {
        let row = wrap(glyphs_of(line, start), width, start, line.len());
        rows.push(start..row.end);
        start = row.end;
    }
    rows
}

/// Returns whether a line is of printable ASCII characters that all fit, which is faster than to wrap it.
fn is_one_row(line: &str, width: usize) -> bool {
    line.len() <= width && line.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Returns the row that begins at a position. `glyphs` are those of the line from there on.
fn wrap(glyphs: impl Iterator<Item = LineGlyph>, width: usize, start: usize, length: usize) -> WrappedRow {
    let mut opportunity = None;
    let mut was_wide = false;
    for glyph in glyphs {
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
    WrappedRow { end: length, is_overfull: false }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use text::Text;

    use super::*;

    fn rows(line: &str, width: usize) -> Vec<&str> {
        wrap_line(line, width).into_iter().map(|row| &line[row]).collect()
    }

    #[test]
    fn line_is_wrapped_between_words_and_a_long_word_between_glyphs() {
        assert_eq!(rows("one two three", 7), ["one two ", "three"]);
        assert_eq!(rows("one two", 7), ["one two"]);
        assert_eq!(rows("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(rows("日本語", 5), ["日本", "語"]);
        assert_eq!(rows("", 3), [""]);
        assert_eq!(rows("ab", 0), ["a", "b"], "a row has at least one column");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        // The merge view wraps strings, and the editor a rope: a line has to look alike in both.
        #[test]
        fn string_is_wrapped_like_a_text(line in "([a-c ]|日|\t|e\u{301}|👩\u{200d}❤\u{fe0f}\u{200d}👨){0,30}", width in 1..12_usize) {
            let text = Text::from(line.as_str());
            let mut ends = RowEnds::default();
            let count = ends.count(text.line(0), width);
            let mut expected: Vec<_> = (0..count).filter_map(|row| ends.row(text.line(0), width, row)).collect();
            // In an editor, the cursor needs a row after a blank that did not fit.
            if expected.len() > 1 {
                expected.pop_if(|row| row.start == row.end);
            }
            prop_assert_eq!(wrap_line(&line, width), expected);
        }
    }
}
