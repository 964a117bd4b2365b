//! Rows with glyphs whose width terminals disagree about, such as flags and families.
//!
//! A terminal that adds up the widths of the characters draws such a glyph wider or narrower than the cells that we
//! give it. What it draws beyond them is in no cell of ours, so it would stay when the row changes, until the whole
//! screen is drawn again. So a row that has such glyphs, or had them in the last frame, is cleared and drawn as a whole
//! when it changes. `CrosstermBackend` places each cell after a wide glyph anew, so the rest of the row does not move.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth as _};

/// The first emoji and pictographs. Terminals learn of new ones, and of their width, years later.
const FIRST_PICTOGRAPH: char = '\u{1f000}';

/// The rows of the last frame that have such glyphs.
#[derive(Debug, Default)]
pub(crate) struct DoubtfulRows {
    /// For each row, a hash of its cells if it has such a glyph.
    rows: Vec<Option<u64>>,
}

impl DoubtfulRows {
    /// Forgets the last frame: the screen is empty.
    pub(crate) fn forget(&mut self) {
        self.rows.clear();
    }

    /// Has all cells drawn of the rows that have to be drawn as a whole, and returns these rows.
    pub(crate) fn prepare(&mut self, frame: &mut Buffer) -> Vec<u16> {
        let width = usize::from(frame.area.width);
        let height = usize::from(frame.area.height);
        self.rows.resize(height, None);
        let mut whole = Vec::new();
        for (y, (before, cells)) in self.rows.iter_mut().zip(frame.content.chunks_mut(width.max(1))).enumerate() {
            let now = cells.iter().any(is_doubtful).then(|| hash(cells));
            if now == std::mem::replace(before, now) {
                continue;
            }
            for cell in &mut *cells {
                cell.set_diff_option(CellDiffOption::AlwaysUpdate);
            }
            whole.extend(u16::try_from(y));
        }
        whole
    }
}

/// Returns whether terminals may disagree about the width of a cell.
fn is_doubtful(cell: &Cell) -> bool {
    let symbol = cell.symbol();
    // No character of one or two bytes is an emoji, and most rows have no others.
    if symbol.len() < 3 {
        return false;
    }
    let mut bytes = [0; 4];
    let each = symbol.chars().map(|c| usize::from(c.encode_utf8(&mut bytes).cell_width())).sum::<usize>();
    symbol.chars().any(|c| c >= FIRST_PICTOGRAPH) || each != usize::from(symbol.cell_width())
}

fn hash(cells: &[Cell]) -> u64 {
    let mut hasher = DefaultHasher::new();
    cells.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn frame(rows: &[&str]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, u16::try_from(rows.len()).unwrap()));
        for (y, row) in (0..).zip(rows) {
            buffer.set_stringn(0, y, row, 12, Style::new());
        }
        buffer
    }

    #[test]
    fn row_is_drawn_as_a_whole_if_it_has_or_had_a_doubtful_glyph() {
        let mut rows = DoubtfulRows::default();
        let mut whole = |texts: &[&str]| rows.prepare(&mut frame(texts));
        let family = "👩\u{200d}👩\u{200d}👧";
        assert!(whole(&["bread", "日本 é●", "x"]).is_empty(), "all agree about these");
        assert_eq!(whole(&["bread", family, "x"]), [1]);
        assert!(whole(&["breads", family, "x"]).is_empty(), "a row that stays is not drawn");
        assert_eq!(whole(&[family, "bread", "🇩🇪"]), [0, 1, 2]);
        assert_eq!(whole(&["a", "bread", "❤\u{fe0f}"]), [0, 2]);
        rows.forget();
        assert_eq!(rows.prepare(&mut frame(&["a", "bread", "❤\u{fe0f}"])), [2]);
    }
}
