//! Draws one line of foreign text into one row of cells.
//!
//! A line that does not fit is clipped between glyphs, never within one, and an ellipsis shows that there is more. A
//! wide glyph that would cross an edge becomes blanks, so the text to its right never shifts. The column of each glyph
//! is computed here too, so that a cursor is drawn on its glyph.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation as _;

use super::sanitize;
use crate::theme::AS_WRITTEN;

/// The most bytes of a line that are examined for each visible column.
///
/// So a line of a megabyte costs no more than a line of a hundred columns. A glyph of more bytes is cut.
const MAX_BYTES_PER_COLUMN: usize = 16;

/// The longest line whose width is measured; a longer line counts one column for each byte.
const MAX_MEASURED_BYTES: usize = 1 << 16;

/// The distance between tab stops, in columns.
pub(crate) const TAB_WIDTH: usize = 4;

/// A line, and the styles to draw it with.
#[derive(Debug, Clone, Copy)]
pub struct LineClip<'t> {
    /// The line, as it was received.
    pub line: &'t str,
    /// The emphasised words, as ranges of bytes.
    pub words: &'t [Range<usize>],
    /// Marked parts, which an emphasised word covers, as ranges of bytes.
    pub marks: &'t [Range<usize>],
    /// The style of the rest of the line.
    pub plain: Style,
    /// The style of the emphasised words.
    pub word: Style,
    /// The style of the marked parts.
    pub mark: Style,
    /// Whether blanks and tabs are drawn as visible glyphs.
    pub blanks: bool,
}

impl<'t> LineClip<'t> {
    /// Returns a line without emphasised words.
    #[must_use]
    pub fn plain(line: &'t str, style: Style) -> Self {
        Self { line, words: &[], marks: &[], plain: style, word: style, mark: style, blanks: false }
    }

    /// Draws the line from its column `left` on into a row. `more` is the ellipsis for clipped text.
    pub fn put(&self, buffer: &mut Buffer, row: Rect, left: usize, more: &str) {
        let width = usize::from(row.width);
        if row.is_empty() {
            return;
        }
        let line = cut(self.line, examined_bytes(left + width));
        let mut column = 0;
        let mut beyond = line.len() < self.line.len();
        // The cell of the row in which the last glyph begins.
        let mut last = 0;
        'line: for glyph in glyphs(line, self.blanks) {
            let has_glyph = |ranges: &[Range<usize>]| ranges.iter().any(|range| range.contains(&glyph.at));
            let style = match (has_glyph(self.words), has_glyph(self.marks)) {
                (true, _) => self.word,
                (false, true) => self.mark,
                (false, false) => self.plain,
            };
            // A mark that replaces a glyph is our own text, not the user's.
            let style = if glyph.shown == glyph.text { style } else { style.remove_modifier(AS_WRITTEN) };
            for part in glyph.shown.graphemes(true) {
                let (part, wide) = drawable(part);
                let end = column + wide;
                if end > left + width {
                    beyond = true;
                    break 'line;
                }
                if column >= left {
                    last = column - left;
                    buffer.set_stringn(x(row, last), row.y, &part, wide, style);
                }
                column = end;
            }
        }
        if beyond {
            // The ellipsis takes the last cell. A wide glyph that reaches into this cell is removed as a whole.
            let cell = width - 1;
            if last + 1 == cell && column - left == width {
                buffer.set_stringn(x(row, last), row.y, " ", 1, self.plain);
            }
            buffer.set_stringn(x(row, cell), row.y, more, 1, self.plain);
        }
        if left > 0 && column > 0 {
            buffer.set_stringn(row.x, row.y, more, 1, self.plain);
        }
    }
}

/// A glyph of a line, and its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClippedGlyph<'t> {
    /// The position of the glyph's first byte in the line.
    pub at: usize,
    /// The glyph, as it was received.
    pub text: &'t str,
    /// The glyph's first column, counted from 0.
    pub column: usize,
    /// The glyph's width in columns, at least 1.
    pub width: usize,
    shown: Cow<'t, str>,
}

/// Returns the glyphs of a line, from left to right.
///
/// With `blanks`, blanks and tabs are drawn as visible glyphs.
pub fn glyphs(line: &str, blanks: bool) -> impl Iterator<Item = ClippedGlyph<'_>> {
    let mut column = 0;
    line.grapheme_indices(true).map(move |(at, text)| {
        let shown = drawn_glyph(text, column, blanks);
        let width = marks_width(&shown);
        column += width;
        ClippedGlyph { at, text, column: column - width, width, shown }
    })
}

/// Returns the width of a glyph that begins in a column, in columns.
pub(crate) fn glyph_width(glyph: &str, column: usize) -> usize {
    if glyph == "\t" {
        return TAB_WIDTH - column % TAB_WIDTH;
    }
    match sanitize(glyph) {
        Cow::Borrowed(glyph) => drawable(glyph).1,
        Cow::Owned(marks) => marks_width(&marks),
    }
}

/// Returns the width of what is drawn for a glyph: the glyph itself, or marks.
fn marks_width(shown: &str) -> usize {
    shown.graphemes(true).map(|part| drawable(part).1).sum()
}

/// Returns the most bytes of a line that are examined if so many columns of it are drawn.
pub(crate) const fn examined_bytes(columns: usize) -> usize {
    (columns + 1).saturating_mul(MAX_BYTES_PER_COLUMN)
}

/// Returns the width of a line in columns.
pub fn width(line: impl AsRef<str>) -> usize {
    let line = line.as_ref();
    if line.len() > MAX_MEASURED_BYTES {
        return line.len();
    }
    glyphs(line, false).last().map_or(0, |glyph| glyph.column + glyph.width)
}

/// Returns the screen column of a cell in a row.
fn x(row: Rect, cell: usize) -> u16 {
    row.x.saturating_add(u16::try_from(cell).unwrap_or(u16::MAX))
}

/// Returns the beginning of a line, at most `bytes` long.
fn cut(line: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(line.len())).rev().find(|&at| line.is_char_boundary(at));
    &line[..end.unwrap_or(0)]
}

/// Returns a glyph as it is drawn in a column.
fn drawn_glyph(glyph: &str, column: usize, blanks: bool) -> Cow<'_, str> {
    match glyph {
        " " if blanks => "·".into(),
        "\t" => format!("{:width$}", if blanks { "→" } else { "" }, width = TAB_WIDTH - column % TAB_WIDTH).into(),
        glyph => sanitize(glyph),
    }
}

/// Returns a glyph as it can be put into cells, and its width.
///
/// A combining mark without a letter gets a circle.
fn drawable(glyph: &str) -> (Cow<'_, str>, usize) {
    match glyph.cell_width() {
        0 => (format!("◌{glyph}").into(), 1),
        wide => (glyph.into(), usize::from(wide)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Modifier;

    fn clip(line: &str) -> LineClip<'_> {
        LineClip { word: Style::new().add_modifier(Modifier::BOLD), ..LineClip::plain(line, Style::new()) }
    }

    /// Returns a row of `width` cells, with a bar on either side that must not be overwritten.
    ///
    /// The second cell of a wide glyph is left out.
    fn row(clip: &LineClip<'_>, width: u16, left: usize) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width + 2, 1));
        clip.put(&mut buffer, Rect::new(1, 0, width, 1), left, "…");
        buffer.set_stringn(0, 0, "|", 1, Style::new());
        buffer.set_stringn(width + 1, 0, "|", 1, Style::new());
        let mut cells = buffer.content().iter();
        let mut text = String::new();
        while let Some(cell) = cells.next() {
            text.push_str(cell.symbol());
            (1..cell.symbol().cell_width()).for_each(|_| {
                cells.next();
            });
        }
        text
    }

    #[test]
    fn clipped_text_has_an_ellipsis() {
        assert_eq!(row(&clip("bread"), 5, 0), "|bread|");
        assert_eq!(row(&clip("breads"), 5, 0), "|brea…|");
        assert_eq!(row(&clip("breads"), 5, 1), "|…eads|");
        assert_eq!(row(&clip("breads"), 5, 9), "|…    |");
        assert_eq!(row(&clip(""), 5, 9), "|     |");
    }

    #[test]
    fn a_wide_glyph_is_never_split() {
        assert_eq!(row(&clip("日本語"), 6, 0), "|日本語|");
        assert_eq!(row(&clip("日本語"), 5, 0), "|日本…|");
        assert_eq!(row(&clip("日本語x"), 6, 0), "|日本 …|");
        assert_eq!(row(&clip("日本語"), 6, 1), "|…本語 |");
        assert_eq!(row(&clip("日本語"), 6, 2), "|… 語  |");
        assert_eq!(row(&clip("👩\u{200d}❤\u{fe0f}\u{200d}👨x"), 3, 0), "|👩\u{200d}❤\u{fe0f}\u{200d}👨x|");
        assert_eq!(row(&clip("日"), 1, 0), "|…|");
    }

    #[test]
    fn combining_marks_stay_on_their_letters() {
        assert_eq!(row(&clip("e\u{301}te\u{301}"), 3, 0), "|e\u{301}te\u{301}|");
        assert_eq!(row(&clip("\u{301}a"), 3, 0), "|◌\u{301}a |");
    }

    #[test]
    fn hidden_characters_and_blanks_are_visible() {
        assert_eq!(row(&clip("a\u{1b}[2J\u{202e}b"), 16, 0), "|a␛[2J<U+202E>b  |");
        let blanks = LineClip { blanks: true, ..clip("a b\tc") };
        assert_eq!(row(&blanks, 8, 0), "|a·b→c   |");
        assert_eq!(row(&clip("\t日\tb"), 10, 0), "|    日  b |", "tabs reach to the next stop");
    }

    #[test]
    fn words_are_emphasised_from_first_to_last_cell() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 9, 1));
        let word = 4..10;
        let clip = LineClip { words: std::slice::from_ref(&word), ..clip("ten 日本 x") };
        clip.put(&mut buffer, Rect::new(0, 0, 9, 1), 0, "…");
        let bold: Vec<_> = buffer.content().iter().map(|cell| cell.modifier.contains(Modifier::BOLD)).collect();
        // The second cell of a wide glyph belongs to the glyph, and has no style of its own.
        assert_eq!(bold, [false, false, false, false, true, false, true, false, false]);
    }

    #[test]
    fn only_the_visible_part_of_a_long_line_is_examined() {
        let line = "x".repeat(1 << 20);
        assert_eq!(cut(&line, 100).len(), 100);
        assert_eq!(row(&clip(&line), 5, 0), "|xxxx…|");
        assert_eq!(width(&line), 1 << 20);
    }
}
