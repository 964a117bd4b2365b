//! A text with a cursor, its undo steps, and its line endings.
//!
//! The widget keeps the lines, the cursor, the selection and the steps. It knows bare lines only, and it counts
//! characters. So line endings are this module's business: what is loaded comes out again byte for byte, and a line
//! that is typed ends as the others do. So is that the cursor goes from glyph to glyph (`motion`, `cursor`), and the
//! picture (`render`), since the widget draws as nothing what a reader has to know of. What the text *means* (is it
//! saved, is it stale) is the editor machine's business, not this module's.

mod cursor;
mod history;
mod line_endings;
mod motion;
mod render;
mod viewport;

use std::cell::Cell;

use tui_textarea::TextArea;

use crate::edit::{Edit, Motion};
use history::{EditHistory, EditRun};
pub use line_endings::LineEndings;
use line_endings::Lines;
use motion::At;
use viewport::Viewport;

/// How many changes can be taken back, at most.
const MAX_UNDO_STEPS: usize = 10_000;

/// A text that is being edited.
#[derive(Debug, Clone)]
pub struct TextBuffer {
    area: TextArea<'static>,
    endings: LineEndings,
    history: EditHistory,
    /// Whether the lines are numbered.
    numbered: bool,
    /// What the last frame showed.
    sight: Cell<Viewport>,
}

impl TextBuffer {
    /// Loads a text, the cursor at its beginning.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let endings = LineEndings::of(text);
        Self::from_lines(endings.split(text), endings)
    }

    fn from_lines(lines: Vec<String>, endings: LineEndings) -> Self {
        let mut area = TextArea::new(lines);
        area.set_max_histories(MAX_UNDO_STEPS);
        Self { area, endings, history: EditHistory::default(), numbered: true, sight: Cell::default() }
    }

    /// An empty text without line numbers: one line to be typed.
    #[must_use]
    pub fn single_line() -> Self {
        Self { numbered: false, ..Self::new("") }
    }

    /// The text, to the byte what was loaded where nothing was changed.
    #[must_use]
    pub fn text(&self) -> String {
        self.endings.join(self.area.lines())
    }

    /// How its lines end.
    #[must_use]
    pub fn endings(&self) -> LineEndings {
        self.endings
    }

    /// Returns how the lines end at this moment: mixed line ends can have become alike.
    #[must_use]
    pub fn present_endings(&self) -> LineEndings {
        let lines = self.lines();
        let ended = &lines[..lines.len() - 1];
        match ended.iter().filter(|line| line.ends_with('\r')).count() {
            _ if self.endings != LineEndings::Mixed => self.endings,
            0 => LineEndings::Lf,
            all if all == ended.len() => LineEndings::CrLf,
            _ => LineEndings::Mixed,
        }
    }

    /// Returns a line without its line end, so also without the carriage return of mixed line ends.
    #[must_use]
    pub fn line_without_end(&self, row: usize) -> &str {
        self.seen().line(row)
    }

    fn seen(&self) -> Lines<'_> {
        Lines::new(self.area.lines(), self.endings)
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

    /// What is selected, to the byte; `None` if nothing is.
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
        Some(pieces.collect::<Vec<_>>().join(self.endings.between()))
    }

    /// Puts another text in the place of this one: a version that came from elsewhere. The cursor stays near where it
    /// was, and the change is one step that can be taken back.
    pub fn replace(&mut self, text: &str) {
        let endings = LineEndings::of(text);
        let lines = endings.split(text);
        // Before anything was typed into it, an empty buffer is no text to come back to.
        let unused = self.area.is_empty() && self.history.is_empty();
        if unused {
            self.load(lines, endings);
            return;
        }
        let (row, column) = self.cursor();
        let row = nearest_row(self.area.lines(), &lines, row);
        if endings == self.endings {
            self.replace_as_a_step(&lines);
        } else {
            // Taking earlier steps back could bring lines back that end otherwise: the history begins anew.
            self.load(lines, endings);
        }
        self.reach((row, column));
        self.leave_the_glyph();
    }

    fn load(&mut self, lines: Vec<String>, endings: LineEndings) {
        *self = Self { numbered: self.numbered, sight: self.sight.clone(), ..Self::from_lines(lines, endings) };
    }

    /// Does what was typed, with `register` as the place for what is cut and copied. True where the text has changed.
    pub fn apply(&mut self, edit: &Edit, register: &mut String) -> bool {
        let changed = self.edit(edit, register);
        if changed && self.endings == LineEndings::Lf && self.has_carriage_returns_at_ends() {
            // Both are split at the line feeds, so the text and its earlier steps stay what they are.
            self.endings = LineEndings::Mixed;
        }
        self.leave_the_glyph();
        changed
    }

    fn edit(&mut self, edit: &Edit, register: &mut String) -> bool {
        if matches!(edit, Edit::Insert(_) | Edit::InsertText(_) | Edit::InsertExact(_) | Edit::Newline | Edit::Paste) {
            self.skip_byte_order_mark();
        }
        match edit {
            Edit::Move { to, select } => {
                self.move_cursor(*to, *select);
                false
            }
            Edit::SelectAll => {
                self.history.close_run();
                self.select_all();
                false
            }
            Edit::Copy => {
                self.copy(register);
                false
            }
            Edit::Cut => self.copy(register) && self.delete_selection(),
            Edit::Undo => self.history.undo(|| self.area.undo()),
            Edit::Redo => self.history.redo(|| self.area.redo()),
            Edit::Paste => self.insert_exact(register),
            Edit::InsertText(text) => self.insert_text(text),
            Edit::InsertExact(text) => self.insert_exact(text),
            Edit::Insert(c) => self.insert(*c),
            Edit::Newline => self.insert_newline(),
            Edit::Backspace => {
                self.delete_back(|lines, at| motion::target(lines, at, Motion::Left, 1), EditRun::Deleting)
            }
            Edit::Delete => self.delete_on(motion::after, EditRun::Deleting),
            Edit::DeleteWordBefore => self.delete_back(motion::word_before, EditRun::None),
            Edit::DeleteWordAfter => self.delete_on(motion::word_end_after, EditRun::None),
        }
    }

    /// Moves the cursor to where the mouse pointed, both counted from the area's corner.
    pub fn click(&mut self, row: u16, column: u16) {
        let sight = self.sight.get();
        let row = (sight.top + usize::from(row)).min(self.lines().len() - 1);
        let column = sight.left + usize::from(column).saturating_sub(self.gutter().into());
        self.history.close_run();
        self.area.cancel_selection();
        self.reach((row, motion::at_column(self.line_without_end(row), column)));
        self.leave_the_glyph();
    }

    /// Puts the cursor at the beginning of a line, or of the last one.
    pub fn go_to(&mut self, line: usize) {
        self.history.close_run();
        self.area.cancel_selection();
        self.reach((line.min(self.lines().len() - 1), 0));
    }

    /// Scrolls by lines, down where positive. The cursor stays in sight.
    pub fn scroll(&mut self, lines: i16) {
        let sight = self.sight.get().scrolled(self.lines().len(), lines.into());
        self.sight.set(sight);
        let (row, column) = self.cursor();
        let seen = row.clamp(sight.top, sight.top + sight.height - 1).min(self.lines().len() - 1);
        if seen != row {
            self.reach(motion::beneath(self.seen(), (row, column), seen));
            self.leave_the_glyph();
        }
    }

    /// Goes behind a byte order mark: in front of it, what is typed would make it a character within the text.
    fn skip_byte_order_mark(&mut self) {
        if self.cursor() == (0, 0) && self.selection().is_none() && self.lines()[0].starts_with('\u{feff}') {
            self.reach((0, 1));
        }
    }

    fn insert(&mut self, c: char) -> bool {
        let steps = 1 + self.selection_steps();
        self.area.insert_char(c);
        self.history.push(steps, if c.is_whitespace() { EditRun::None } else { EditRun::Typing })
    }

    fn insert_newline(&mut self) -> bool {
        if self.is_crlf_here() {
            return self.insert_to_the_byte("\r\n");
        }
        let steps = 1 + self.selection_steps();
        self.area.insert_newline();
        self.history.push(steps, EditRun::None)
    }

    /// Inserts a text from elsewhere, its lines ending as those around it do.
    fn insert_text(&mut self, text: &str) -> bool {
        let text = with_line_feeds(text);
        self.insert_to_the_byte(&if self.is_crlf_here() { text.replace('\n', "\r\n") } else { text })
    }

    /// Inserts a text that was in a document before. It stays what it is to the byte, unless all lines here end alike:
    /// then its lines end as they do.
    fn insert_exact(&mut self, text: &str) -> bool {
        let (top, bottom) = self.selection().map_or((0, 0), |((top, _), (bottom, _))| (top, bottom));
        let keeps_ends = match self.endings {
            LineEndings::Mixed => true,
            LineEndings::Lf => self.lines().len() - 1 == bottom - top,
            LineEndings::CrLf => false,
        };
        if keeps_ends { self.insert_to_the_byte(text) } else { self.insert_to_the_byte(&text.replace("\r\n", "\n")) }
    }

    /// Inserts a text whose lines are divided by line feeds, with the carriage returns that it has.
    fn insert_to_the_byte(&mut self, text: &str) -> bool {
        let steps = usize::from(!text.is_empty()) + self.selection_steps();
        if steps == 0 {
            return false;
        }
        self.area.insert_str(for_the_widget(text));
        self.history.push(steps, EditRun::None)
    }

    /// Whether a line end that is typed here is a CRLF among mixed line ends: as that of the line that is divided, or,
    /// in the last line, as that of the line above.
    fn is_crlf_here(&self) -> bool {
        let at = self.cursor();
        let (top, bottom) = self.selection().unwrap_or((at, at));
        let lines = self.lines();
        if self.endings != LineEndings::Mixed {
            false
        } else if bottom.0 + 1 < lines.len() {
            let line = self.line_without_end(bottom.0);
            line.len() < lines[bottom.0].len() && bottom.1 <= line.chars().count()
        } else {
            top.0.checked_sub(1).is_some_and(|above| lines[above].ends_with('\r'))
        }
    }

    fn has_carriage_returns_at_ends(&self) -> bool {
        self.lines().iter().rev().skip(1).any(|line| line.ends_with('\r'))
    }

    /// Deletes from the cursor on, as far as `to` says.
    fn delete_on(&mut self, to: impl Fn(Lines<'_>, At) -> At, run: EditRun) -> bool {
        if self.selection().is_some() {
            return self.delete_selection();
        }
        let chars = self.seen().chars_between(self.cursor(), to(self.seen(), self.cursor()));
        chars > 0 && self.area.delete_str(chars) && self.history.push(1, run)
    }

    /// Deletes back from the cursor, as far as `to` says.
    fn delete_back(&mut self, to: impl Fn(Lines<'_>, At) -> At, run: EditRun) -> bool {
        if self.selection().is_some() {
            return self.delete_selection();
        }
        let to = to(self.seen(), self.cursor());
        let chars = self.seen().chars_between(to, self.cursor());
        // One step for all of them, unless the widget cannot go there.
        if chars > 1 && motion::can_jump(to) {
            self.reach(to);
            return self.area.delete_str(chars) && self.history.push(1, run);
        }
        let steps = (0..chars).filter(|_| self.area.delete_char()).count();
        self.history.push(steps, run)
    }

    fn delete_selection(&mut self) -> bool {
        self.area.delete_char();
        self.history.push(1, EditRun::None)
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
        let sight = self.sight.get();
        let page = isize::try_from(sight.height).unwrap_or(isize::MAX);
        match to {
            Motion::PageUp => self.sight.set(sight.scrolled(self.lines().len(), -page)),
            Motion::PageDown => self.sight.set(sight.scrolled(self.lines().len(), page)),
            _ => {}
        }
        self.reach(motion::target(self.seen(), self.cursor(), to, sight.height));
    }

    fn replace_as_a_step(&mut self, lines: &[String]) {
        if self.area.lines() == lines {
            return;
        }
        self.select_all();
        let deleted = usize::from(self.selection_steps() > 0 && self.area.delete_char());
        let inserted = usize::from(self.area.insert_str(for_the_widget(&lines.join("\n"))));
        self.history.push(deleted + inserted, EditRun::None);
    }

    fn selection(&self) -> Option<((usize, usize), (usize, usize))> {
        self.area.selection_range().filter(|(start, end)| start != end)
    }

    /// How many of the widget's own steps it takes to delete what is selected.
    fn selection_steps(&self) -> usize {
        usize::from(self.selection().is_some())
    }
}

/// Returns a text with its line ends as line feeds. Terminals send a pasted line end as CR, LF or both.
#[must_use]
pub fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Returns a text in such a way that the widget inserts it to the byte: it drops one carriage return at the end of each
/// line that it is given.
fn for_the_widget(text: &str) -> String {
    let mut given = text.replace('\n', "\r\n");
    if given.ends_with('\r') {
        given.push('\r');
    }
    given
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

#[cfg(test)]
mod tests;
