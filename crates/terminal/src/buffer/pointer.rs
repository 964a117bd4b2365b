//! The mouse in a text: a press places the cursor or selects a word or a line, and a drag selects by the same unit.

use std::ops::Range;

use text::Text;

use super::TextBuffer;
use super::caret::Caret;
use super::line_endings::line_without_end;
use super::motion::{self, place_of, position_of};
use super::selection_unit::{PointerOrigin, SelectionUnit};
use super::viewport::existing;

impl TextBuffer {
    /// Places the cursor where the mouse was pressed, or selects the word or the line there.
    ///
    /// The row and the column are counted from the corner of the text's area.
    pub fn press(&mut self, row: u16, column: u16, unit: SelectionUnit) {
        let range = unit_at(&self.text, self.position_under(row, column), unit);
        self.point(Caret { head: range.end, anchor: (!range.is_empty()).then_some(range.start) });
        self.pointer = Some(PointerOrigin { unit, range });
    }

    /// Selects up to the place where the mouse was pressed: from the other end of the selection, or from the cursor.
    pub fn extend_to(&mut self, row: u16, column: u16) {
        let anchor = self.caret.anchor.unwrap_or(self.caret.head);
        let head = self.position_under(row, column);
        self.point(Caret { head, anchor: Some(anchor) });
        self.pointer = Some(PointerOrigin { unit: SelectionUnit::Glyph, range: anchor..anchor });
    }

    /// Selects from where the mouse was pressed to where it was dragged.
    ///
    /// A row above or below the area scrolls the text.
    pub fn drag_to(&mut self, row: i32, column: i32) {
        let Some(PointerOrigin { unit, range }) = self.pointer.clone() else { return };
        let height = i32::try_from(self.sight.get().height).unwrap_or(i32::MAX);
        if row < 0 || row >= height {
            self.scroll(if row < 0 { -1 } else { 1 });
        }
        let within = |value: i32, last: i32| u16::try_from(value.clamp(0, last)).unwrap_or(u16::MAX);
        let position = self.position_under(within(row, height - 1), within(column, i32::from(u16::MAX)));
        let pointed = unit_at(&self.text, position, unit);
        self.point(if pointed.start < range.start {
            Caret { head: pointed.start, anchor: Some(range.end) }
        } else {
            Caret { head: pointed.end.max(range.end), anchor: Some(range.start) }
        });
    }

    fn point(&mut self, caret: Caret) {
        self.history.close_run();
        self.goal = None;
        self.holds_view = false;
        self.caret = caret;
    }

    /// Returns the position of the glyph at a row and a column of the text's area, or the nearest one.
    fn position_under(&self, row: u16, column: u16) -> usize {
        let sight = self.sight.get();
        let top = existing(&self.text, &self.layout, sight.top);
        let (row, _) = self.layout.below(&self.text, top, row.into());
        let column = sight.left + usize::from(column).saturating_sub(self.gutter().into());
        let at = self.layout.position_at(&self.text, row, column);
        position_of(&self.text, row.line, at)
    }
}

/// Returns the range of a unit at a position. It is empty for a glyph.
fn unit_at(text: &Text, position: usize, unit: SelectionUnit) -> Range<usize> {
    let (row, at) = place_of(text, position);
    let start = text.line_start(row);
    match unit {
        SelectionUnit::Glyph => position..position,
        SelectionUnit::Word => {
            let word = motion::word_around(line_without_end(text, row), at);
            start + word.start..start + word.end
        }
        SelectionUnit::Line => {
            let end = if row + 1 < text.line_count() { text.line_start(row + 1) } else { text.len() };
            start..end
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;
    use crate::theme::Theme;

    /// Returns a buffer that was drawn in an area of 12 columns and 3 rows, of which 3 columns are line numbers.
    fn drawn(text: &str) -> TextBuffer {
        let buffer = TextBuffer::new(text);
        let mut terminal = Terminal::new(TestBackend::new(12, 3)).unwrap();
        terminal.draw(|frame| buffer.draw(frame, frame.area(), true, &Theme::default())).unwrap();
        buffer
    }

    fn selected(buffer: &TextBuffer) -> String {
        buffer.selected().unwrap_or_default()
    }

    #[test]
    fn drag_selects_in_both_directions_and_takes_the_cursor_along() {
        let mut buffer = drawn("abc\ndef\nghi");
        buffer.press(1, 4, SelectionUnit::Glyph);
        assert_eq!((selected(&buffer).as_str(), buffer.cursor()), ("", (1, 1)));
        buffer.drag_to(2, 5);
        assert_eq!((selected(&buffer).as_str(), buffer.cursor()), ("ef\ngh", (2, 2)));
        buffer.drag_to(0, 5);
        assert_eq!((selected(&buffer).as_str(), buffer.cursor()), ("c\nd", (0, 2)));
    }

    #[test]
    fn double_click_selects_a_word_and_a_drag_goes_on_by_words() {
        let mut buffer = drawn("one, two");
        buffer.press(0, 4, SelectionUnit::Word);
        assert_eq!(selected(&buffer), "one");
        buffer.drag_to(0, 9);
        assert_eq!(selected(&buffer), "one, two");
        buffer.press(0, 11, SelectionUnit::Word);
        assert_eq!(selected(&buffer), "two", "at the end of the line, the word before it");
        buffer.drag_to(0, 3);
        assert_eq!(selected(&buffer), "one, two");
    }

    #[test]
    fn triple_click_selects_a_line_with_its_end() {
        let mut buffer = drawn("one\r\ntwo\r\n");
        buffer.press(0, 5, SelectionUnit::Line);
        assert_eq!(selected(&buffer), "one\r\n");
        buffer.drag_to(1, 3);
        assert_eq!(selected(&buffer), "one\r\ntwo\r\n");
    }

    #[test]
    fn shift_click_extends_from_the_cursor_or_the_selection() {
        let mut buffer = drawn("abcdef");
        buffer.press(0, 5, SelectionUnit::Glyph);
        buffer.extend_to(0, 7);
        assert_eq!(selected(&buffer), "cd");
        buffer.extend_to(0, 3);
        assert_eq!(selected(&buffer), "ab");
    }

    #[test]
    fn drag_below_the_area_scrolls() {
        let mut buffer = drawn("a\nb\nc\nd\ne");
        buffer.press(0, 3, SelectionUnit::Glyph);
        buffer.drag_to(3, 4);
        buffer.drag_to(3, 4);
        assert_eq!(selected(&buffer), "a\nb\nc\nd\ne");
        buffer.drag_to(-1, 4);
        assert_eq!(selected(&buffer), "a\nb");
    }
}
