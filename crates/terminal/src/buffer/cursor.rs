//! How the widget's cursor is brought to a place.
//!
//! The widget jumps by 16-bit numbers. Beyond them it is led step by step, and its steps stumble over characters that
//! take no column; where they do, or where the way is too long, the end of the line is as near as it gets.

use tui_textarea::CursorMove;

use super::TextBuffer;
use super::motion::{self, At, MAX_JUMP};

/// So many steps within a line are taken at most.
const MAX_JUMP_STEPS: usize = 4096;

impl TextBuffer {
    /// Moves the cursor to a place of the text.
    pub(super) fn reach(&mut self, (row, column): At) {
        if let (Ok(row), Ok(column)) = (u16::try_from(row), u16::try_from(column)) {
            self.area.move_cursor(CursorMove::Jump(row, column));
            return;
        }
        self.reach_row(row);
        self.reach_column(column);
    }

    /// Selects everything, the cursor at the end.
    pub(super) fn select_all(&mut self) {
        self.area.cancel_selection();
        self.area.move_cursor(CursorMove::Jump(0, 0));
        self.area.start_selection();
        self.area.move_cursor(CursorMove::Bottom);
        self.area.move_cursor(CursorMove::End);
    }

    /// Where the cursor stands within a glyph, because one was put together around it, it goes behind that glyph.
    pub(super) fn leave_the_glyph(&mut self) {
        let (row, column) = self.cursor();
        let stop = motion::between_glyphs(&self.lines()[row], column);
        if stop != column {
            self.reach((row, stop));
        }
    }

    fn reach_row(&mut self, row: usize) {
        let nearest = row.min(MAX_JUMP);
        if self.cursor().0.abs_diff(row) > row - nearest {
            // It is at most the widget's own bound.
            self.area.move_cursor(CursorMove::Jump(u16::try_from(nearest).unwrap_or(u16::MAX), 0));
        }
        while self.cursor().0 < row {
            self.area.move_cursor(CursorMove::Down);
        }
        while self.cursor().0 > row {
            self.area.move_cursor(CursorMove::Up);
        }
    }

    fn reach_column(&mut self, column: usize) {
        let row = self.cursor().0;
        if column < self.cursor().1.abs_diff(column) {
            self.area.move_cursor(CursorMove::Head);
        }
        let way = if self.cursor().1 < column { CursorMove::Forward } else { CursorMove::Back };
        for _ in 0..MAX_JUMP_STEPS {
            if self.cursor() == (row, column) {
                return;
            }
            self.area.move_cursor(way);
        }
        self.reach_row(row);
        self.area.move_cursor(CursorMove::End);
    }
}
