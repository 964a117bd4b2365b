//! An input of one line: a name, a path, a filter.
//!
//! It edits with `tui-textarea`, and draws as our text does. The widget knows how to type, select and undo within a
//! line. It counts characters, so this module moves and deletes by glyphs, and it hides control characters, so this
//! module draws the line. A document is a [`TextBuffer`](crate::buffer::TextBuffer) instead: the widget maps all its
//! lines again at each edit.

use std::cell::Cell;
use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use tui_textarea::{CursorMove, TextArea};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::edit::{Edit, Motion};
use crate::sanitize::clip::{self, LineClip};
use crate::theme::{Role, Theme};

/// The most characters of a line. The widget counts them in 16 bits.
const MAX_CHARACTERS: usize = u16::MAX as usize;

/// An input of one line.
#[derive(Debug, Clone, Default)]
pub struct LineInput {
    area: TextArea<'static>,
    /// The first column that the last frame showed.
    left: Cell<usize>,
}

impl LineInput {
    /// Returns an empty input.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns an input with a text, which is selected, so that typing replaces it.
    #[must_use]
    pub fn proposing(text: &str) -> Self {
        let mut input = Self::new();
        input.insert(text);
        input.area.select_all();
        input
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    /// Applies an edit, and returns whether the text has changed.
    ///
    /// `register` holds what is cut, copied and pasted. Of a text of several lines, only the first is inserted.
    /// The keys of other lines do nothing.
    pub fn apply(&mut self, edit: &Edit, register: &mut String) -> bool {
        let changed = match edit {
            Edit::Insert(c) => self.insert(c.encode_utf8(&mut [0; 4])),
            Edit::InsertText(text) | Edit::InsertExact(text) => self.insert(text),
            Edit::Paste => self.insert(register),
            Edit::Newline
            | Edit::Indent
            | Edit::Unindent
            | Edit::MoveLinesUp
            | Edit::MoveLinesDown
            | Edit::DuplicateLines
            | Edit::DeleteLines
            | Edit::JoinLines => false,
            Edit::ClearLine => {
                self.area.select_all();
                self.area.delete_char()
            }
            Edit::Backspace => self.delete(|line, at| glyph_before(line, at)..at),
            Edit::Delete => self.delete(|line, at| at..glyph_after(line, at)),
            Edit::DeleteWordBefore => self.area.delete_word(),
            Edit::DeleteWordAfter => self.area.delete_next_word(),
            Edit::Move { to, select } => {
                self.move_cursor(*to, *select);
                false
            }
            Edit::SelectAll => {
                self.area.select_all();
                false
            }
            Edit::Undo => self.area.undo(),
            Edit::Redo => self.area.redo(),
            Edit::Copy => {
                self.copy(register);
                false
            }
            Edit::Cut => self.copy(register) && self.area.delete_char(),
        };
        self.leave_glyph();
        changed
    }

    /// Draws the input, and places the terminal's cursor if the input has the keys.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, focused: bool, theme: &Theme) {
        if area.is_empty() {
            return;
        }
        let line = self.text();
        let at = self.cursor();
        let under = clip::glyphs(line, false).find(|glyph| glyph.at == at);
        let column = under.as_ref().map_or_else(|| clip::width(line), |glyph| glyph.column);
        let wide = under.map_or(1, |glyph| glyph.width);
        // An ellipsis can be at either edge.
        let leftmost = (column + wide + 1).saturating_sub(area.width.into());
        let left = self.left.get().max(leftmost).min(column.saturating_sub(1));
        self.left.set(left);
        let selected = self.selection().unwrap_or_default();
        let plain = theme.as_written(theme.style(Role::Text));
        let word = theme.as_written(theme.style(Role::Selected));
        let row = Rect { height: 1, ..area };
        let clip = LineClip { words: std::slice::from_ref(&selected), word, ..LineClip::plain(line, plain) };
        clip.put(frame.buffer_mut(), row, left, theme.glyphs.more);
        if focused {
            let x = area.x.saturating_add(u16::try_from(column - left).unwrap_or(u16::MAX)).min(area.right() - 1);
            frame.set_cursor_position(Position::new(x, area.y));
        }
    }

    fn insert(&mut self, text: &str) -> bool {
        let line = text.split(['\n', '\r']).next().unwrap_or_default();
        let room = MAX_CHARACTERS.saturating_sub(self.text().chars().count());
        let line: String = line.chars().take(room).collect();
        !line.is_empty() && self.area.insert_str(line)
    }

    /// Deletes the selection, or else the bytes that `range` returns for the cursor.
    fn delete(&mut self, range: impl FnOnce(&str, usize) -> Range<usize>) -> bool {
        if self.selection().is_some() {
            return self.area.delete_char();
        }
        let range = range(self.text(), self.cursor());
        let characters = self.text()[range.clone()].chars().count();
        self.area.cancel_selection();
        self.jump(range.start);
        characters > 0 && self.area.delete_str(characters)
    }

    fn copy(&self, register: &mut String) -> bool {
        let Some(selected) = self.selection() else { return false };
        self.text()[selected].clone_into(register);
        true
    }

    fn move_cursor(&mut self, to: Motion, select: bool) {
        if !select {
            self.area.cancel_selection();
        } else if !self.area.is_selecting() {
            self.area.start_selection();
        }
        match to {
            Motion::Left => self.jump(glyph_before(self.text(), self.cursor())),
            Motion::Right => self.jump(glyph_after(self.text(), self.cursor())),
            Motion::WordLeft => self.area.move_cursor(CursorMove::WordBack),
            Motion::WordRight => self.area.move_cursor(CursorMove::WordForward),
            Motion::LineStart | Motion::RowStart | Motion::Top => self.area.move_cursor(CursorMove::Head),
            Motion::LineEnd | Motion::RowEnd | Motion::Bottom => self.area.move_cursor(CursorMove::End),
            Motion::Up | Motion::Down | Motion::PageUp | Motion::PageDown | Motion::Line(_) => {}
        }
    }

    /// Returns the position of the cursor in the text, in bytes.
    fn cursor(&self) -> usize {
        byte_of(self.text(), self.area.cursor().1)
    }

    /// Returns what is selected, in bytes, or `None` if nothing is.
    fn selection(&self) -> Option<Range<usize>> {
        let ((_, start), (_, end)) = self.area.selection_range()?;
        (start < end).then(|| byte_of(self.text(), start)..byte_of(self.text(), end))
    }

    fn jump(&mut self, at: usize) {
        let characters = self.text()[..at].chars().count();
        self.area.move_cursor(CursorMove::Jump(0, u16::try_from(characters).unwrap_or(u16::MAX)));
    }

    /// Moves the cursor behind a glyph that it is within.
    ///
    /// Typing can combine the characters around the cursor.
    fn leave_glyph(&mut self) {
        let at = self.cursor();
        let mut stops = self.text().grapheme_indices(true).map(|(at, _)| at);
        if let Some(stop) = stops.find(|&stop| stop >= at).or(Some(self.text().len())).filter(|&stop| stop != at) {
            self.jump(stop);
        }
    }
}

/// Returns the position of a character in bytes.
fn byte_of(line: &str, character: usize) -> usize {
    line.char_indices().nth(character).map_or(line.len(), |(at, _)| at)
}

fn glyph_before(line: &str, at: usize) -> usize {
    line[..at].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
}

fn glyph_after(line: &str, at: usize) -> usize {
    line[at..].graphemes(true).next().map_or(at, |glyph| at + glyph.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;

    fn typed(text: &str) -> LineInput {
        let mut input = LineInput::new();
        for c in text.chars() {
            assert!(input.apply(&Edit::Insert(c), &mut String::new()));
        }
        input
    }

    fn go(input: &mut LineInput, to: Motion, select: bool) {
        input.apply(&Edit::Move { to, select }, &mut String::new());
    }

    /// Returns the row of an input that is `width` wide, and the column of the cursor.
    fn drawn(input: &LineInput, width: u16) -> (String, u16) {
        let mut terminal = Terminal::new(TestBackend::new(width, 1)).unwrap();
        terminal.draw(|frame| input.draw(frame, frame.area(), true, &Theme::default())).unwrap();
        let cells = terminal.backend().buffer().content();
        let row = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
        (row, terminal.get_cursor_position().unwrap().x)
    }

    #[test]
    fn glyphs_are_passed_and_deleted_as_a_whole() {
        let mut input = typed("ae\u{301}👩\u{200d}👧b");
        go(&mut input, Motion::Left, false);
        for expected in ["ae\u{301}b", "ab", "b"] {
            assert!(input.apply(&Edit::Backspace, &mut String::new()));
            assert_eq!(input.text(), expected);
        }
        assert!(!input.apply(&Edit::Backspace, &mut String::new()));
        assert!(input.apply(&Edit::Delete, &mut String::new()));
        assert_eq!(input.text(), "");
    }

    #[test]
    fn only_the_first_line_is_inserted() {
        let mut input = LineInput::proposing("old");
        input.apply(&Edit::InsertText("new\r\nmore".to_owned()), &mut String::new());
        assert_eq!(input.text(), "new", "what was proposed is replaced");
        assert!(!input.apply(&Edit::Newline, &mut String::new()));
        assert!(input.apply(&Edit::Undo, &mut String::new()));
    }

    #[test]
    fn line_is_cleared_wherever_the_cursor_is_and_comes_back() {
        for to in [Motion::LineStart, Motion::WordLeft, Motion::LineEnd] {
            let mut input = typed("one two");
            go(&mut input, to, false);
            assert!(input.apply(&Edit::ClearLine, &mut String::new()));
            assert_eq!((input.text(), input.cursor()), ("", 0));
            assert!(input.apply(&Edit::Undo, &mut String::new()));
            assert_eq!(input.text(), "one two");
        }
        assert!(!LineInput::new().apply(&Edit::ClearLine, &mut String::new()), "nothing to clear");
    }

    #[test]
    fn selection_is_cut_and_pasted() {
        let mut input = typed("one two");
        go(&mut input, Motion::WordLeft, true);
        let mut register = String::new();
        assert!(input.apply(&Edit::Cut, &mut register));
        assert_eq!((input.text(), register.as_str()), ("one ", "two"));
        go(&mut input, Motion::LineStart, false);
        assert!(input.apply(&Edit::Paste, &mut register));
        assert_eq!(input.text(), "twoone ");
    }

    #[test]
    fn long_line_scrolls_with_the_cursor() {
        let mut input = typed("0123456789");
        assert_eq!(drawn(&input, 6), ("…789  ".to_owned(), 4));
        go(&mut input, Motion::LineStart, false);
        assert_eq!(drawn(&input, 6), ("01234…".to_owned(), 0));
    }

    #[test]
    fn hidden_characters_are_visible() {
        assert_eq!(drawn(&typed("a\u{1b}b"), 5), ("a␛b  ".to_owned(), 3));
    }

    proptest! {
        #[test]
        fn cursor_is_between_glyphs(steps in prop::collection::vec((0usize..9, any::<bool>()), 0..40)) {
            let mut input = LineInput::new();
            let mut register = "e\u{301}👩".to_owned();
            for (step, select) in steps {
                let edit = match step {
                    0 => Edit::Insert('e'),
                    1 => Edit::Insert('\u{301}'),
                    2 => Edit::Insert('🇩'),
                    3 => Edit::Insert('\u{200d}'),
                    4 => Edit::Paste,
                    5 => Edit::Backspace,
                    6 => Edit::Delete,
                    7 => Edit::Move { to: Motion::Left, select },
                    _ => Edit::Move { to: Motion::Right, select },
                };
                input.apply(&edit, &mut register);
                let at = input.cursor();
                let mut stops = input.text().grapheme_indices(true).map(|(at, _)| at).chain([input.text().len()]);
                prop_assert!(stops.any(|stop| stop == at), "{} of {:?}", at, input.text());
            }
        }
    }
}
