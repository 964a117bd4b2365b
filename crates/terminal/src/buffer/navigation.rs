//! Moving the cursor: by keys, by the mouse, and with the rows in sight.

use super::TextBuffer;
use super::layout::RowAt;
use super::line_endings::range_without_end;
use super::motion;
use super::viewport::existing;
use crate::edit::Motion;

impl TextBuffer {
    /// Moves the cursor to the place that the mouse pointed at, counted from the corner of the text's area.
    pub fn click(&mut self, row: u16, column: u16) {
        let position = self.position_under(row, column);
        self.history.close_run();
        self.goal = None;
        self.caret.move_to(position, false);
    }

    /// Moves the cursor to the beginning of a line, or of the last one.
    pub fn go_to(&mut self, line: usize) {
        self.history.close_run();
        self.goal = None;
        self.caret.move_to(self.text.line_start(line.min(self.line_count() - 1)), false);
    }

    /// Scrolls by rows, down if the number is positive. The cursor stays in sight.
    pub fn scroll(&mut self, rows: i16) {
        let sight = self.sight.get().scrolled(&self.text, &self.layout, rows.into());
        self.sight.set(sight);
        let row = self.row_of_cursor();
        let seen = row.clamp(sight.top, sight.bottom(&self.text, &self.layout));
        if seen != row {
            self.enter_row(seen, false);
        }
    }

    /// Returns the position of the glyph at a row and a column of the text's area, or the nearest one.
    fn position_under(&self, row: u16, column: u16) -> usize {
        let sight = self.sight.get();
        let top = existing(&self.text, &self.layout, sight.top);
        let (row, _) = self.layout.below(&self.text, top, row.into());
        let column = sight.left + usize::from(column).saturating_sub(self.gutter().into());
        let at = self.layout.position_at(&self.text, row, column);
        motion::position_of(&self.text, row.line, at)
    }

    pub(super) fn move_cursor(&mut self, to: Motion, select: bool) {
        self.history.close_run();
        let head = self.caret.head;
        let line = self.text.line_at(head);
        let page = self.sight.get().height;
        let position = match to {
            Motion::Up => return self.move_by_rows(-1, select),
            Motion::Down => return self.move_by_rows(1, select),
            Motion::PageUp => return self.move_by_page(-page.cast_signed(), select),
            Motion::PageDown => return self.move_by_page(page.cast_signed(), select),
            // With a selection, these go to its ends, as in other editors.
            Motion::Left if !select && self.caret.selection().is_some() => self.caret.replaced().start,
            Motion::Right if !select && self.caret.selection().is_some() => self.caret.replaced().end,
            Motion::Left => motion::before(&self.text, head),
            Motion::Right => motion::after(&self.text, head),
            Motion::WordLeft => motion::word_left(&self.text, head),
            Motion::WordRight => motion::word_right(&self.text, head),
            Motion::LineStart => self.text.line_start(line),
            Motion::LineEnd => range_without_end(&self.text, line).end,
            Motion::Top => 0,
            Motion::Bottom => self.text.len(),
            Motion::Line(row) => self.text.line_start(row.min(self.line_count() - 1)),
        };
        self.goal = None;
        self.caret.move_to(position, select);
    }

    fn move_by_page(&mut self, rows: isize, select: bool) {
        self.sight.set(self.sight.get().scrolled(&self.text, &self.layout, rows));
        self.move_by_rows(rows, select);
    }

    fn move_by_rows(&mut self, rows: isize, select: bool) {
        let row = self.row_of_cursor();
        let other = if rows < 0 {
            self.layout.above(&self.text, row, rows.unsigned_abs())
        } else {
            self.layout.below(&self.text, row, rows.unsigned_abs()).0
        };
        if other == row {
            self.caret.move_to(self.caret.head, select);
        } else {
            self.enter_row(other, select);
        }
    }

    /// Moves the cursor into another row, in the column that it has or had.
    fn enter_row(&mut self, row: RowAt, select: bool) {
        let goal = self.goal.unwrap_or_else(|| self.column_of_cursor());
        let at = self.layout.position_at(&self.text, row, goal);
        self.goal = Some(goal);
        self.caret.move_to(motion::position_of(&self.text, row.line, at), select);
    }

    pub(super) fn row_of_cursor(&self) -> RowAt {
        let (line, at) = motion::place_of(&self.text, self.caret.head);
        self.layout.row_at(&self.text, line, at)
    }

    /// Returns the column of the cursor, within its row.
    pub(super) fn column_of_cursor(&self) -> usize {
        let (line, at) = motion::place_of(&self.text, self.caret.head);
        self.layout.column_at(&self.text, line, at)
    }
}
