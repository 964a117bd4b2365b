//! A text with a cursor, its undo steps, and its line endings.
//!
//! The widget knows bare lines only, so line endings are this module's business: what is loaded comes out again byte
//! for byte, and a line that is typed ends as the others do. What the text *means* (is it saved, is it stale) is the
//! editor machine's business, not this module's.

mod history;
mod lines;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use tui_textarea::{CursorMove, Scrolling, TextArea};

use crate::edit::{Edit, Motion};
use history::{History, Run};
pub use lines::Endings;

/// How many changes can be taken back, at most.
const STEPS: usize = 10_000;

/// A text that is being edited.
#[derive(Debug, Clone)]
pub struct Buffer {
    area: TextArea<'static>,
    endings: Endings,
    history: History,
}

impl Buffer {
    /// Loads a text, the cursor at its beginning.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let endings = Endings::of(text);
        Self { area: widget(endings.split(text)), endings, history: History::default() }
    }

    /// An empty text without line numbers: one line to be typed.
    #[must_use]
    pub fn line() -> Self {
        let mut buffer = Self::new("");
        buffer.area.remove_line_number();
        buffer
    }

    /// The text, to the byte what was loaded where nothing was changed.
    #[must_use]
    pub fn text(&self) -> String {
        self.endings.join(self.area.lines())
    }

    /// How its lines end.
    #[must_use]
    pub fn endings(&self) -> Endings {
        self.endings
    }

    /// Where the cursor stands: line and character, both from 0.
    #[must_use]
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// The lines, without their endings.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// What is selected; none where nothing is.
    #[must_use]
    pub fn selected(&self) -> Option<String> {
        let ((top, left), (bottom, right)) = self.selection()?;
        let lines = &self.area.lines()[top..=bottom];
        let cut = |line: &String, from: usize, to: usize| line.chars().skip(from).take(to - from).collect::<String>();
        if top == bottom {
            return Some(cut(&lines[0], left, right));
        }
        let last = lines.len() - 1;
        let pieces = lines.iter().enumerate().map(|(at, line)| match at {
            0 => cut(line, left, usize::MAX),
            at if at == last => cut(line, 0, right),
            _ => line.clone(),
        });
        Some(pieces.collect::<Vec<_>>().join("\n"))
    }

    /// Puts another text in the place of this one: a version that came from elsewhere. The cursor stays near where it
    /// was, and the change is one step that can be taken back.
    pub fn replace(&mut self, text: &str) {
        let endings = Endings::of(text);
        let lines = endings.split(text);
        // The widget drops a carriage return at the end of a line that is inserted; in a text that is loaded it stays.
        let insertable = !lines.iter().any(|line| line.ends_with('\r'));
        // Before anything was typed into it, an empty buffer is no text to come back to.
        let unused = self.area.is_empty() && self.history.is_empty();
        if unused {
            *self = Self { area: widget(lines), endings, history: History::default() };
            return;
        }
        let (row, column) = self.cursor();
        let row = nearest_row(self.area.lines(), &lines, row);
        if endings == self.endings && insertable {
            self.replace_as_a_step(&lines);
        } else {
            // Taking earlier steps back could bring lines back that end otherwise: the history begins anew.
            *self = Self { area: widget(lines), endings, history: History::default() };
        }
        self.place_cursor(row, column);
    }

    /// Does what was typed, with `register` as the place for what is cut and copied. True where the text has changed.
    pub fn apply(&mut self, edit: &Edit, register: &mut String) -> bool {
        match edit {
            Edit::Move { to, select } => {
                self.move_cursor(*to, *select);
                false
            }
            Edit::SelectAll => {
                self.history.close_run();
                self.area.select_all();
                false
            }
            Edit::Copy => {
                self.copy(register);
                false
            }
            Edit::Cut => self.copy(register) && self.delete_selection(),
            Edit::Undo => self.history.undo(|| self.area.undo()),
            Edit::Redo => self.history.redo(|| self.area.redo()),
            Edit::Paste => self.insert_text(&register.clone()),
            Edit::InsertText(text) => self.insert_text(text),
            Edit::Insert(c) => self.insert(*c),
            Edit::Newline => {
                let steps = 1 + self.selection_steps();
                self.area.insert_newline();
                self.history.push(steps, Run::None)
            }
            Edit::Backspace => self.delete(Run::Deleting, TextArea::delete_char),
            Edit::Delete => self.delete(Run::Deleting, TextArea::delete_next_char),
            Edit::DeleteWordBefore => self.delete(Run::None, TextArea::delete_word),
            Edit::DeleteWordAfter => self.delete(Run::None, TextArea::delete_next_word),
        }
    }

    /// Draws the text, and, where it has the keys, puts the terminal's cursor at its place.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        if area.is_empty() {
            return;
        }
        frame.render_widget(&self.area, area);
        if focused {
            frame.set_cursor_position(self.cursor_position(area));
        }
    }

    /// Moves the cursor to where the mouse pointed, both counted from the area's corner.
    pub fn click(&mut self, row: u16, column: u16) {
        let (top, left) = self.area.scroll_offset();
        let column = usize::from(column + left).saturating_sub(self.area.line_number_width().into());
        let at = self.area.screen_to_data(usize::from(row) + usize::from(top), column);
        self.history.close_run();
        self.area.cancel_selection();
        self.place_cursor(at.0, at.1);
    }

    /// Scrolls by lines, down where positive. The cursor stays in sight.
    pub fn scroll(&mut self, lines: i16) {
        self.area.scroll(Scrolling::Delta { rows: lines, cols: 0 });
    }

    /// Where on the screen the cursor is, once the text has been drawn into `area`.
    fn cursor_position(&self, area: Rect) -> Position {
        let (top, left) = self.area.scroll_offset();
        let cursor = self.area.screen_cursor();
        let column = cursor.col + usize::from(self.area.line_number_width());
        let right = usize::from(area.width - 1);
        let bottom = usize::from(area.height - 1);
        let x = column.saturating_sub(left.into()).min(right);
        let y = cursor.row.saturating_sub(top.into()).min(bottom);
        // Both are at most a side of the area.
        Position::new(area.x + u16::try_from(x).unwrap_or(0), area.y + u16::try_from(y).unwrap_or(0))
    }

    fn insert(&mut self, c: char) -> bool {
        let steps = 1 + self.selection_steps();
        self.area.insert_char(c);
        self.history.push(steps, if c.is_whitespace() { Run::None } else { Run::Typing })
    }

    fn insert_text(&mut self, text: &str) -> bool {
        // Terminals send a pasted line end as CR, LF or both.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let steps = usize::from(!text.is_empty()) + self.selection_steps();
        if steps == 0 {
            return false;
        }
        self.area.insert_str(text);
        self.history.push(steps, Run::None)
    }

    fn delete(&mut self, run: Run, delete: fn(&mut TextArea<'static>) -> bool) -> bool {
        let run = if self.selection_steps() == 0 { run } else { Run::None };
        delete(&mut self.area) && self.history.push(1, run)
    }

    fn delete_selection(&mut self) -> bool {
        self.area.delete_char();
        self.history.push(1, Run::None)
    }

    /// Keeps what is selected in the register; false where nothing is.
    fn copy(&mut self, register: &mut String) -> bool {
        let Some(selected) = self.selected() else { return false };
        *register = selected;
        true
    }

    fn move_cursor(&mut self, to: Motion, select: bool) {
        self.history.close_run();
        if !select {
            self.area.cancel_selection();
        } else if !self.area.is_selecting() {
            self.area.start_selection();
        }
        match to {
            Motion::PageUp => self.area.scroll(Scrolling::PageUp),
            Motion::PageDown => self.area.scroll(Scrolling::PageDown),
            to => self.area.move_cursor(cursor_move(to)),
        }
    }

    /// The widget jumps by 16-bit numbers; what lies beyond is reached step by step from there.
    fn place_cursor(&mut self, row: usize, column: usize) {
        let narrow = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        self.area.move_cursor(CursorMove::Jump(narrow(row), narrow(column)));
        for _ in usize::from(u16::MAX)..row {
            self.area.move_cursor(CursorMove::Down);
        }
    }

    fn replace_as_a_step(&mut self, lines: &[String]) {
        if self.area.lines() == lines {
            return;
        }
        self.area.select_all();
        let deleted = usize::from(self.selection_steps() > 0 && self.area.delete_char());
        let inserted = usize::from(self.area.insert_str(lines.join("\n")));
        self.history.push(deleted + inserted, Run::None);
    }

    fn selection(&self) -> Option<((usize, usize), (usize, usize))> {
        self.area.selection_range().filter(|(start, end)| start != end)
    }

    /// How many of the widget's own steps it takes to delete what is selected.
    fn selection_steps(&self) -> usize {
        usize::from(self.selection().is_some())
    }
}

/// The widget, with styles that hold in every theme: dim numbers, and reverse video for what is selected.
fn widget(lines: Vec<String>) -> TextArea<'static> {
    let mut area = TextArea::new(lines);
    area.set_max_histories(STEPS);
    area.set_tab_length(4);
    area.set_hard_tab_indent(true);
    area.set_line_number_style(Style::new().add_modifier(Modifier::DIM));
    area.set_selection_style(Style::new().add_modifier(Modifier::REVERSED));
    area.set_cursor_line_style(Style::new());
    area.set_cursor_style(Style::new());
    area
}

/// The line of `new` that is most likely the one that `row` is in `old`: the nearest with the same text.
fn nearest_row(old: &[String], new: &[String], row: usize) -> usize {
    let Some(line) = old.get(row) else { return 0 };
    let same = |at: &usize| new.get(*at) == Some(line);
    let below = (row..new.len()).find(same);
    let above = (0..row.min(new.len())).rev().find(same);
    match (above, below) {
        (Some(above), Some(below)) if row - above < below - row => above,
        (_, Some(below)) => below,
        (Some(above), None) => above,
        (None, None) => row.min(new.len().saturating_sub(1)),
    }
}

fn cursor_move(to: Motion) -> CursorMove {
    match to {
        Motion::Left => CursorMove::Back,
        Motion::Right => CursorMove::Forward,
        Motion::Up | Motion::PageUp => CursorMove::Up,
        Motion::Down | Motion::PageDown => CursorMove::Down,
        Motion::WordLeft => CursorMove::WordBack,
        Motion::WordRight => CursorMove::WordForward,
        Motion::LineStart => CursorMove::Head,
        Motion::LineEnd => CursorMove::End,
        Motion::Top => CursorMove::Top,
        Motion::Bottom => CursorMove::Bottom,
    }
}

#[cfg(test)]
mod tests;
