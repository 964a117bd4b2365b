//! Moving the cursor: by keys, and with the rows in sight.

use super::TextBuffer;
use super::layout::RowAt;
use super::line_endings::range_without_end;
use super::motion;
use crate::edit::Motion;

impl TextBuffer {
    /// Moves the cursor to the beginning of a line, or of the last one.
    pub fn go_to(&mut self, line: usize) {
        self.history.close_run();
        self.goal = None;
        self.holds_view = false;
        self.caret.move_to(self.text.line_start(line.min(self.line_count() - 1)), false);
    }

    /// Scrolls by rows, down if the number is positive.
    ///
    /// The cursor stays where it is. The next edit, or move of the cursor, brings it into sight again.
    pub fn scroll(&mut self, rows: i16) {
        self.sight.set(self.sight.get().scrolled(&self.text, &self.layout, rows.into()));
        self.holds_view = true;
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
            Motion::RowStart => self.row_start(),
            Motion::RowEnd => self.row_end(),
            Motion::Top => 0,
            Motion::Bottom => self.text.len(),
            Motion::Line(row) => self.text.line_start(row.min(self.line_count() - 1)),
        };
        self.goal = None;
        self.caret.move_to(position, select);
    }

    /// Returns the beginning of the cursor's row on the screen; from there, that of its line.
    fn row_start(&self) -> usize {
        let row = self.row_of_cursor();
        let start = self.text.line_start(row.line);
        let in_row = self.layout.row(&self.text, row).map_or(start, |bytes| start + bytes.start);
        if in_row == self.caret.head { start } else { in_row }
    }

    /// Returns the last position of the cursor's row on the screen; from there, the end of its line.
    fn row_end(&self) -> usize {
        let row = self.row_of_cursor();
        let at = self.layout.position_at(&self.text, row, usize::MAX);
        let in_row = motion::position_of(&self.text, row.line, at);
        if in_row == self.caret.head { range_without_end(&self.text, row.line).end } else { in_row }
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
