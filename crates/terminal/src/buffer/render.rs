//! Draws the part of a text that is in sight: line numbers, rows, the selection, and the cursor.

use std::ops::Range;

use ratatui::Frame;
use ratatui::buffer::Buffer as Cells;
use ratatui::layout::{Position, Rect};

use super::TextBuffer;
use super::glyphs::{GlyphWalk, char_boundary_from};
use super::layout::RowAt;
use super::line_endings::line_without_end;
use super::motion;
use super::viewport::Viewport;
use crate::sanitize::clip::{self, LineClip, TAB_WIDTH};
use crate::theme::{Role, Theme};

impl TextBuffer {
    /// Draws the text, and places the terminal's cursor if the text has the keys.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, focused: bool, theme: &Theme) {
        if area.is_empty() {
            return;
        }
        let gutter = self.gutter().min(area.width - 1);
        let text = Rect { x: area.x + gutter, width: area.width - gutter, ..area };
        // The last column is for the cursor at the end of a row, and for a blank that does not fit.
        let columns = usize::from(text.width).saturating_sub(1).max(1);
        self.layout.set_wrap(self.is_wrapped.then_some(columns));
        let (cursor, column) = (self.row_of_cursor(), self.column_of_cursor());
        let sight = self.settle_sight(text, cursor, column);
        let mut row = sight.top;
        let mut shown_lines = self.shown_lines.borrow_mut();
        shown_lines.clear();
        for place in area.rows() {
            shown_lines.push(row.line);
            if row.index == 0 {
                self.draw_number(row.line, Rect { width: gutter, ..place }, theme, frame.buffer_mut());
            }
            self.draw_row(row, place.intersection(text), sight.left, theme, frame.buffer_mut());
            if focused
                && row == cursor
                && let Some(column) = column.checked_sub(sight.left)
            {
                let x = cell(text.x, column).min(text.right() - 1);
                frame.set_cursor_position(Position::new(x, place.y));
            }
            let (next, below) = self.layout.below(&self.text, row, 1);
            if below == 0 {
                break;
            }
            row = next;
        }
    }

    /// Returns the line that the last frame showed in a row of its area, or `None` if the row was below the text.
    #[must_use]
    pub fn line_at_row(&self, row: u16) -> Option<usize> {
        self.shown_lines.borrow().get(usize::from(row)).copied()
    }

    /// Returns how many cells the line numbers take, with a blank on either side.
    pub(super) fn gutter(&self) -> u16 {
        let digits = self.line_count().ilog10() + 1;
        u16::try_from(digits + 2).unwrap_or(u16::MAX)
    }

    /// Settles what is in sight, for this frame and for the keys that follow it.
    fn settle_sight(&self, room: Rect, cursor: RowAt, column: usize) -> Viewport {
        let sight = Viewport { height: room.height.into(), width: room.width.into(), ..self.sight.get() };
        if self.holds_view {
            // The text can have become shorter, and the area higher.
            let sight = sight.scrolled(&self.text, &self.layout, 0);
            self.sight.set(Viewport { left: if self.is_wrapped { 0 } else { sight.left }, ..sight });
            return self.sight.get();
        }
        let sight = sight.following_row(&self.text, &self.layout, cursor);
        if self.is_wrapped {
            let sight = Viewport { left: 0, ..sight };
            self.sight.set(sight);
            return sight;
        }
        let (line, at) = motion::place_of(&self.text, self.caret.head);
        let under = GlyphWalk::new(line_without_end(&self.text, line), at, column).next();
        let sight = sight.following_column(column, under.map_or(1, |glyph| glyph.width));
        self.sight.set(sight);
        sight
    }

    fn draw_number(&self, line: usize, place: Rect, theme: &Theme, cells: &mut Cells) {
        if place.is_empty() {
            return;
        }
        let digits = usize::from(self.gutter() - 2);
        let shown = format!(" {:>digits$} ", line + 1);
        cells.set_stringn(place.x, place.y, shown, place.width.into(), theme.style(Role::Dim));
    }

    fn draw_row(&self, row: RowAt, place: Rect, left: usize, theme: &Theme, cells: &mut Cells) {
        let line = line_without_end(&self.text, row.line);
        let Some(bytes) = self.layout.row(&self.text, row) else { return };
        // Drawing begins at a known position before the first column in sight, behind blanks for the columns between
        // two tab stops. With one more tab stop, the row still begins left of its area, so an ellipsis says so.
        let anchor = self.layout.anchor_before(&self.text, row.line, if bytes.start == 0 { left } else { 0 });
        let (begin, blanks) = match anchor.at {
            0 => (bytes.start, 0),
            at => (at, anchor.column % TAB_WIDTH + TAB_WIDTH),
        };
        let shown_left = left - anchor.column + blanks;
        let most = clip::examined_bytes(shown_left + usize::from(place.width)) + 1;
        let end = char_boundary_from(line, (begin + most).min(bytes.end));
        let shown = " ".repeat(blanks) + &line.slice(begin..end).to_cow();
        let selected = self.selected_in(row.line);
        let word = selected.clone().map_or(0..0, |selected| {
            let within = |at: usize| at.clamp(begin, end) - begin + blanks;
            within(selected.start)..within(selected.end)
        });
        let start = self.text.line_start(row.line) + begin;
        let in_row = self.marks_in(start..start + (end - begin)).into_iter();
        let marks: Vec<_> = in_row.map(|mark| mark.start + blanks..mark.end + blanks).collect();
        let plain = theme.as_written(theme.style(Role::Text));
        let marked = theme.as_written(plain.patch(theme.style(Role::Word)));
        let reversed = theme.as_written(theme.style(Role::Selected));
        let clip = LineClip { words: std::slice::from_ref(&word), word: reversed, ..LineClip::plain(&shown, plain) };
        LineClip { marks: &marks, mark: marked, ..clip }.put(cells, place, shown_left, theme.glyphs.more);
        // The end of the line is selected too. It has no glyph, so a blank is drawn for it.
        if bytes.end == line.len() && selected.is_some_and(|selected| selected.end > line.len()) {
            let column = self.layout.column_at(&self.text, row.line, line.len());
            if let Some(column) = column.checked_sub(left).filter(|&column| column < place.width.into()) {
                cells.set_stringn(cell(place.x, column), place.y, " ", 1, reversed);
            }
        }
    }

    /// Returns the bytes of a line that are selected, and one more if its end is.
    fn selected_in(&self, line: usize) -> Option<Range<usize>> {
        let selected = self.caret.selection()?;
        let all = self.text.line_range(line);
        let is_in_sight = selected.start <= all.end && all.start < selected.end.max(1);
        is_in_sight.then(|| {
            let start = selected.start.saturating_sub(all.start);
            let length = line_without_end(&self.text, line).len();
            let end = if selected.end > all.end { length + 1 } else { (selected.end - all.start).min(length) };
            start.min(length)..end
        })
    }
}

/// Returns the screen column of a cell.
fn cell(from: u16, cells: usize) -> u16 {
    from.saturating_add(u16::try_from(cells).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use ratatui::buffer::CellWidth as _;
    use ratatui::style::Modifier;

    use super::*;
    use crate::buffer::SelectionUnit;
    use crate::edit::{Edit, Motion};

    /// The rows of a screen of that size, and where the cursor is: column and row.
    fn drawn(buffer: &TextBuffer, width: u16, height: u16) -> (Vec<String>, (u16, u16)) {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| buffer.draw(frame, frame.area(), true, &Theme::default())).unwrap();
        let cells = terminal.backend().buffer().clone();
        let row = |y| {
            let mut x = 0;
            let mut row = String::new();
            while x < width {
                row.push_str(cells[(x, y)].symbol());
                x += cells[(x, y)].symbol().cell_width().max(1);
            }
            row
        };
        let cursor = terminal.get_cursor_position().unwrap();
        ((0..height).map(row).collect(), (cursor.x, cursor.y))
    }

    fn go(buffer: &mut TextBuffer, to: Motion) {
        buffer.apply(&Edit::Move { to, select: false }, &mut String::new());
    }

    #[test]
    fn what_steers_or_hides_is_seen_and_the_cursor_stands_behind_it() {
        let mut buffer = TextBuffer::new("a\u{7}\u{1b}[2J\u{202e}b\n\t日x");
        for _ in 0..3 {
            go(&mut buffer, Motion::Right);
        }
        let (rows, cursor) = drawn(&buffer, 22, 2);
        assert_eq!(rows, [" 1 a␇␛[2J<U+202E>b    ", " 2     日x            "]);
        assert_eq!(cursor, (6, 0));
        go(&mut buffer, Motion::LineEnd);
        assert_eq!(drawn(&buffer, 22, 2).1, (18, 0));
        go(&mut buffer, Motion::Down);
        assert_eq!(drawn(&buffer, 22, 2).1, (10, 1));
    }

    #[test]
    fn a_line_that_goes_on_says_so_at_both_edges() {
        let mut buffer = TextBuffer::new("0123456789\nab");
        buffer.set_wrapped(false);
        assert_eq!(drawn(&buffer, 9, 2).0, [" 1 01234…", " 2 ab    "]);
        go(&mut buffer, Motion::LineEnd);
        let (rows, cursor) = drawn(&buffer, 9, 2);
        assert_eq!(rows, [" 1 …789  ", " 2 …     "], "the numbers stay");
        assert_eq!(cursor, (7, 0));
        go(&mut buffer, Motion::LineStart);
        assert_eq!(drawn(&buffer, 9, 2).0[0], " 1 01234…");
    }

    #[test]
    fn wrapped_rows_have_one_number_and_keys_go_by_rows() {
        let mut buffer = TextBuffer::new("one two three four\nab");
        let (rows, cursor) = drawn(&buffer, 12, 4);
        assert_eq!(rows, [" 1 one two  ", "   three    ", "   four     ", " 2 ab       "]);
        assert_eq!(cursor, (3, 0));
        for _ in 0..2 {
            go(&mut buffer, Motion::Right);
        }
        let mut places = Vec::new();
        for to in [Motion::Down, Motion::RowEnd, Motion::RowEnd, Motion::RowStart, Motion::RowStart, Motion::Down] {
            go(&mut buffer, to);
            places.push((to, buffer.cursor(), drawn(&buffer, 12, 4).1));
        }
        assert_eq!(
            places,
            [
                (Motion::Down, (0, 10), (5, 1)),
                (Motion::RowEnd, (0, 13), (8, 1)),
                (Motion::RowEnd, (0, 18), (7, 2)),
                (Motion::RowStart, (0, 14), (3, 2)),
                (Motion::RowStart, (0, 0), (3, 0)),
                (Motion::Down, (0, 8), (3, 1)),
            ]
        );
        buffer.press(2, 5, SelectionUnit::Glyph);
        assert_eq!(buffer.cursor(), (0, 16), "a click maps back to the row");
        buffer.press(1, 11, SelectionUnit::Glyph);
        assert_eq!(buffer.cursor(), (0, 13), "beyond a row that goes on, its last glyph");
    }

    #[test]
    fn wrapped_text_scrolls_by_rows() {
        let mut buffer = TextBuffer::new(format!("{}\nend", "word ".repeat(20)));
        let first = |buffer: &TextBuffer| drawn(buffer, 14, 4).0;
        assert_eq!(first(&buffer)[0], " 1 word word  ");
        buffer.scroll(3);
        assert_eq!(first(&buffer), ["   word word  ", "   word word  ", "   word word  ", "   word word  "]);
        assert_eq!(buffer.cursor(), (0, 0), "the cursor stays in its place");
        go(&mut buffer, Motion::PageDown);
        go(&mut buffer, Motion::Bottom);
        assert_eq!(first(&buffer)[2..], ["   word word  ", " 2 end        "]);
        buffer.scroll(1);
        assert_eq!(first(&buffer)[3], " 2 end        ", "no more emptiness than there must be");
    }

    #[test]
    fn cursor_at_the_end_of_a_full_row_is_in_sight() {
        let mut buffer = TextBuffer::new("12345678");
        go(&mut buffer, Motion::Bottom);
        assert_eq!(drawn(&buffer, 12, 2), (vec![" 1 12345678 ".to_owned(), " ".repeat(12)], (11, 0)));
        buffer.apply(&Edit::Insert(' '), &mut String::new());
        assert_eq!(drawn(&buffer, 12, 2).1, (3, 1));
    }

    #[test]
    fn a_page_down_shows_no_more_emptiness_than_there_is() {
        let lines: Vec<String> = (1..=12).map(|line| format!("line {line}")).collect();
        let mut buffer = TextBuffer::new(lines.join("\n"));
        let first = |buffer: &TextBuffer, height| drawn(buffer, 12, height).0[0].trim_end().to_owned();
        assert_eq!(first(&buffer, 20), "  1 line 1");
        go(&mut buffer, Motion::PageDown);
        assert_eq!(first(&buffer, 20), "  1 line 1", "all of it is in sight");
        assert_eq!(buffer.cursor().0, 11);
        go(&mut buffer, Motion::Top);
        assert_eq!(first(&buffer, 5), "  1 line 1");
        for expected in ["  6 line 6", "  8 line 8", "  8 line 8"] {
            go(&mut buffer, Motion::PageDown);
            assert_eq!(first(&buffer, 5), expected);
        }
        for expected in ["  3 line 3", "  1 line 1", "  1 line 1"] {
            go(&mut buffer, Motion::PageUp);
            assert_eq!(first(&buffer, 5), expected);
        }
    }

    #[test]
    fn wheel_leaves_the_cursor_and_typing_returns_to_it() {
        let lines: Vec<String> = (1..=20).map(|line| format!("x{line}")).collect();
        let mut buffer = TextBuffer::new(lines.join("\n"));
        let first = |buffer: &TextBuffer| drawn(buffer, 12, 5).0[0].trim_end().to_owned();
        assert_eq!(first(&buffer), "  1 x1");
        buffer.scroll(3);
        assert_eq!((first(&buffer).as_str(), buffer.cursor()), ("  4 x4", (0, 0)));
        buffer.scroll(100);
        assert_eq!(first(&buffer), " 16 x16");
        buffer.scroll(-9);
        assert_eq!(first(&buffer), "  7 x7", "the next frame does not return to the cursor");
        assert_eq!(first(&buffer), "  7 x7");
        buffer.apply(&Edit::Insert('y'), &mut String::new());
        assert_eq!(first(&buffer), "  1 yx1");
        buffer.scroll(9);
        go(&mut buffer, Motion::Down);
        assert_eq!(first(&buffer), "  1 yx1", "with what is around the cursor");
        buffer.scroll(3);
        go(&mut buffer, Motion::Down);
        assert_eq!(first(&buffer), "  3 x3", "no further than it must be, if that is not far");
        buffer.scroll(-2);
        buffer.scroll(9);
        buffer.press(0, 5, SelectionUnit::Glyph);
        assert_eq!((first(&buffer).as_str(), buffer.cursor()), (" 10 x10", (9, 1)), "a click is where it is seen");
    }

    #[test]
    fn jump_brings_what_is_around_the_cursor_into_sight() {
        let lines: Vec<String> = (1..=60).map(|line| format!("x{line}")).collect();
        let mut buffer = TextBuffer::new(lines.join("\n"));
        let first = |buffer: &TextBuffer| drawn(buffer, 12, 10).0[0].trim().to_owned();
        let jumps_to = |buffer: &mut TextBuffer, line: usize| {
            buffer.go_to(line - 1);
            first(buffer)
        };
        assert_eq!(first(&buffer), "1 x1");
        assert_eq!(jumps_to(&mut buffer, 40), "35 x35", "far below: in the middle");
        assert_eq!(jumps_to(&mut buffer, 20), "15 x15", "far above: in the middle");
        assert_eq!(jumps_to(&mut buffer, 24), "15 x15", "in sight");
        assert_eq!(jumps_to(&mut buffer, 29), "20 x20", "half the height below: no further than it must be");
        assert_eq!(jumps_to(&mut buffer, 15), "15 x15", "half the height above");
        assert_eq!(jumps_to(&mut buffer, 2), "1 x1", "nothing is above the first line");
        assert_eq!(jumps_to(&mut buffer, 59), "51 x51", "nothing is below the last line");
    }

    #[test]
    fn everything_is_selected_without_looking_elsewhere() {
        let mut buffer = TextBuffer::new("x\n".repeat(20));
        drawn(&buffer, 12, 5);
        buffer.apply(&Edit::SelectAll, &mut String::new());
        assert_eq!(drawn(&buffer, 12, 5).0[0], "  1 x       ");
        buffer.apply(&Edit::Copy, &mut String::new());
        assert_eq!(drawn(&buffer, 12, 5).0[0], "  1 x       ");
        buffer.apply(&Edit::Delete, &mut String::new());
        assert_eq!(drawn(&buffer, 12, 5).0[0], " 1          ");
    }

    #[test]
    fn held_view_fits_a_text_that_has_become_shorter() {
        let mut buffer = TextBuffer::new("long line\n".repeat(20));
        buffer.set_wrapped(false);
        go(&mut buffer, Motion::LineEnd);
        drawn(&buffer, 8, 5);
        buffer.scroll(20);
        buffer.replace("a\nb");
        assert_eq!(drawn(&buffer, 8, 5).0[1].trim_end(), " 2 …");
    }

    #[test]
    fn a_click_goes_to_the_glyph_that_is_seen_there() {
        let mut buffer = TextBuffer::new("a\u{1b}e\u{301}日b\nx");
        drawn(&buffer, 20, 3);
        let mut clicked = |row, column| {
            buffer.press(row, column, SelectionUnit::Glyph);
            buffer.cursor()
        };
        // Three columns of numbers, then a, the mark, é, and 日 in two columns.
        assert_eq!([0, 3, 4, 5, 6, 7, 8, 9, 19].map(|column| clicked(0, column).1), [0, 0, 1, 2, 3, 3, 4, 5, 5]);
        assert_eq!(clicked(2, 9), (1, 1), "below the last line is the last line");
    }

    #[test]
    fn what_is_selected_is_reversed_and_so_is_the_end_of_a_line() {
        let mut buffer = TextBuffer::new("abc\n\nd");
        go(&mut buffer, Motion::Right);
        for _ in 0..2 {
            buffer.apply(&Edit::Move { to: Motion::Down, select: true }, &mut String::new());
        }
        let mut terminal = Terminal::new(TestBackend::new(7, 3)).unwrap();
        terminal.draw(|frame| buffer.draw(frame, frame.area(), false, &Theme::default())).unwrap();
        let cells = terminal.backend().buffer();
        let reversed = |y| (0..7).map(|x| cells[(x, y)].modifier.contains(Modifier::REVERSED)).collect::<Vec<_>>();
        assert_eq!(reversed(0), [false, false, false, false, true, true, true]);
        assert_eq!(reversed(1), [false, false, false, true, false, false, false]);
        assert_eq!(reversed(2), [false, false, false, true, false, false, false], "the column is kept");
    }

    #[test]
    fn lines_beyond_what_the_widget_jumps_to_are_shown_and_edited() {
        let lines: Vec<String> = (1..=70_000).map(|line| line.to_string()).collect();
        let mut buffer = TextBuffer::new(lines.join("\n"));
        go(&mut buffer, Motion::Bottom);
        let (rows, cursor) = drawn(&buffer, 20, 3);
        assert_eq!((rows[2].trim_end(), cursor), (" 70000 70000", (12, 2)));
        buffer.apply(&Edit::Backspace, &mut String::new());
        go(&mut buffer, Motion::Up);
        buffer.apply(&Edit::DeleteWordBefore, &mut String::new());
        let text = buffer.text();
        assert!(text.ends_with("\n69998\n9\n7000"), "{}", &text[text.len() - 20..]);
    }
}
