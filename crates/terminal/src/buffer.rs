//! A text that is being edited: the text itself, a cursor, a selection, and the steps that can be undone.
//!
//! The text is a rope ([`text::Text`]), kept byte for byte as it was loaded: line ends, a missing final newline, a byte
//! order mark. A line that is typed ends as the others do. The cost of a key does not depend on the size of the text:
//! an edit touches the few pieces of the rope around it, what a reader cannot see is counted from the edited part
//! alone (`census`), and only what is in sight is laid out and drawn (`layout`, `render`).
//!
//! What the text *means* (whether it is saved or stale) is the business of the editor's state machine.

mod caret;
mod census;
mod columns;
mod found;
mod glyphs;
mod history;
mod indentation;
mod insertion;
mod layout;
mod line_edits;
mod line_endings;
mod motion;
mod navigation;
mod pointer;
mod render;
mod rows;
mod selection_unit;
mod viewport;
mod whole;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::ops::Range;

use text::Text;

use crate::edit::Edit;
use caret::Caret;
use census::{TextCensus, between_line_ends};
use history::{EditHistory, EditKind, EditStep, StepChange, StepState};
use indentation::IndentUnit;
pub use insertion::with_line_feeds;
use layout::{LayoutEdit, TextLayout};
pub use line_endings::LineEndings;
use line_endings::line_without_end;
pub use rows::wrap_line;
use selection_unit::PointerOrigin;
pub use selection_unit::SelectionUnit;
use viewport::Viewport;

/// A text that is being edited.
#[derive(Debug, Clone)]
pub struct TextBuffer {
    text: Text,
    caret: Caret,
    /// What the mouse selected when its button was pressed, until the text changes.
    pointer: Option<PointerOrigin>,
    /// The column that the cursor keeps while it moves from row to row.
    goal: Option<usize>,
    /// How a line ends that is typed.
    endings: LineEndings,
    /// What the text is indented by, once that was looked for; `None` if no line was indented.
    indent_unit: Option<IndentUnit>,
    census: TextCensus,
    history: EditHistory,
    layout: TextLayout,
    /// Whether lines that are wider than the area go on in the next row.
    is_wrapped: bool,
    /// Parts of the text that are drawn with emphasis, in order.
    marks: Vec<Range<usize>>,
    /// What the last frame showed.
    sight: Cell<Viewport>,
    /// The lines of the rows that the last frame showed.
    shown_lines: RefCell<Vec<usize>>,
    /// Whether the next frame shows the same rows, even if the cursor is not among them.
    holds_view: bool,
}

impl TextBuffer {
    /// Loads a text. The cursor is at its beginning.
    #[must_use]
    pub fn new(text: impl Into<Text>) -> Self {
        let text = text.into();
        let census = TextCensus::of(&text);
        Self {
            endings: LineEndings::counted(text.line_count() - 1, census.crlf),
            text,
            caret: Caret::default(),
            pointer: None,
            goal: None,
            indent_unit: None,
            census,
            history: EditHistory::default(),
            layout: TextLayout::default(),
            is_wrapped: true,
            marks: Vec::new(),
            sight: Cell::default(),
            shown_lines: RefCell::default(),
            holds_view: false,
        }
    }

    /// Returns the text. What was not edited is byte for byte what was loaded.
    #[must_use]
    pub fn text(&self) -> String {
        String::from(&self.text)
    }

    /// Returns the text as it is now, without copying it: a later edit does not change it.
    #[must_use]
    pub fn snapshot(&self) -> Text {
        self.text.clone()
    }

    /// Returns how a line ends that is typed: as the lines did when the text was loaded.
    #[must_use]
    pub fn endings(&self) -> LineEndings {
        self.endings
    }

    /// Returns how the lines end now: mixed line ends can have become alike.
    #[must_use]
    pub fn present_endings(&self) -> LineEndings {
        match self.endings {
            LineEndings::Mixed => LineEndings::counted(self.text.line_count() - 1, self.census.crlf),
            LineEndings::Lf | LineEndings::CrLf => self.endings,
        }
    }

    /// Returns the number of hidden characters, and one of them.
    ///
    /// They are drawn as marks. Tabs do not count, nor do carriage returns of line ends.
    #[must_use]
    pub fn hidden_characters(&self) -> (usize, Option<char>) {
        self.census.hidden()
    }

    /// Returns the number of lines, at least 1: a final line end is followed by an empty line.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.text.line_count()
    }

    /// Returns a line without its line end.
    ///
    /// # Panics
    ///
    /// If there are fewer lines.
    #[must_use]
    pub fn line(&self, row: usize) -> Cow<'_, str> {
        line_without_end(&self.text, row).to_cow()
    }

    /// Returns the lines without their line ends.
    #[must_use]
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = Cow<'_, str>> + ExactSizeIterator {
        (0..self.line_count()).map(|row| self.line(row))
    }

    /// Returns whether lines that are wider than the area go on in the next row.
    #[must_use]
    pub fn is_wrapped(&self) -> bool {
        self.is_wrapped
    }

    /// Wraps lines that are wider than the area from the next frame on, or shows each line in one row.
    pub fn set_wrapped(&mut self, is_wrapped: bool) {
        self.is_wrapped = is_wrapped;
    }

    /// Returns the line of the cursor and the number of glyphs before it in the line, both counted from 0.
    ///
    /// A glyph is what a reader takes for one character (an extended grapheme cluster of Unicode's UAX #29): an `e` with
    /// a combining accent, a flag, a family. The cursor passes it with one key. In a long line, glyphs are counted once.
    #[must_use]
    pub fn cursor(&self) -> (usize, usize) {
        let (line, at) = motion::place_of(&self.text, self.caret.head);
        (line, self.layout.glyphs_before(&self.text, line, at))
    }

    /// Returns the line of the cursor, counted from 0.
    #[must_use]
    pub fn cursor_line(&self) -> usize {
        self.text.line_at(self.caret.head)
    }

    /// Returns what is selected, byte for byte, or `None` if nothing is.
    #[must_use]
    pub fn selected(&self) -> Option<String> {
        self.caret.selection().map(|range| self.text.slice(range).into())
    }

    /// Applies an edit. `register` holds what is cut, copied and pasted. Returns whether the text has changed.
    pub fn apply(&mut self, edit: &Edit, register: &mut String) -> bool {
        if !matches!(edit, Edit::Move { .. }) {
            self.goal = None;
        }
        // To select or copy everything, the user need not look elsewhere.
        self.holds_view = *edit == Edit::SelectAll || (*edit == Edit::Copy && self.holds_view);
        match edit {
            Edit::Move { to, select } => {
                self.move_cursor(*to, *select);
                false
            }
            Edit::SelectAll => {
                self.history.close_run();
                self.caret = Caret { head: self.text.len(), anchor: Some(0) };
                false
            }
            Edit::Copy => {
                self.copy(register);
                false
            }
            Edit::Cut => self.copy(register) && self.replace_selection("", EditKind::Whole),
            Edit::Undo => self.undo(),
            Edit::Redo => self.redo(),
            Edit::Paste => self.insert_exact(register),
            Edit::InsertText(text) => self.insert_text(text),
            Edit::InsertExact(text) => self.insert_exact(text),
            Edit::Insert(c) => self.insert_char(*c),
            Edit::Newline => self.insert_line_end(),
            Edit::Indent => self.indent(),
            Edit::Unindent => self.unindent(),
            Edit::MoveLinesUp => self.move_lines(false),
            Edit::MoveLinesDown => self.move_lines(true),
            Edit::DuplicateLines => self.duplicate_lines(),
            Edit::DeleteLines => self.delete_lines(),
            Edit::JoinLines => self.join_lines(),
            Edit::ClearLine => false,
            Edit::Backspace => self.delete(|text, head| motion::before(text, head)..head, EditKind::Deletion),
            Edit::Delete => self.delete(|text, head| head..motion::after(text, head), EditKind::Deletion),
            Edit::DeleteWordBefore => self.delete(|text, head| motion::word_before(text, head)..head, EditKind::Whole),
            Edit::DeleteWordAfter => {
                self.delete(|text, head| head..motion::word_end_after(text, head), EditKind::Whole)
            }
        }
    }

    /// Deletes the selection, or else the range that `range` returns for the cursor.
    fn delete(&mut self, range: impl FnOnce(&Text, usize) -> Range<usize>, kind: EditKind) -> bool {
        if self.caret.selection().is_some() {
            return self.replace_selection("", EditKind::Whole);
        }
        let range = range(&self.text, self.caret.head);
        self.change(range, "", kind)
    }

    /// Puts a text in the place of the selection, or at the cursor.
    fn replace_selection(&mut self, new: &str, kind: EditKind) -> bool {
        self.change(self.caret.replaced(), new, kind)
    }

    /// Keeps what is selected in the register. Returns false if nothing is selected.
    fn copy(&self, register: &mut String) -> bool {
        let Some(selected) = self.selected() else { return false };
        *register = selected;
        true
    }

    /// Makes a change that can be undone, and puts the cursor after it. Returns whether there was anything to change.
    fn change(&mut self, range: Range<usize>, new: &str, kind: EditKind) -> bool {
        if range.is_empty() && new.is_empty() {
            return false;
        }
        let before = self.step_state();
        let (at, removed) = (range.start, self.text.slice(range.clone()).into());
        self.put(range, new);
        self.settle_after_change(at + new.len());
        let change = StepChange { at, removed, inserted: new.to_owned() };
        self.history.push(change, kind, before, self.step_state());
        true
    }

    /// Puts the cursor after a change, and notices if the line ends are no longer alike.
    fn settle_after_change(&mut self, end: usize) {
        self.caret = Caret::at(motion::settled(&self.text, end));
        let all_alike = self.endings != LineEndings::Lf || self.census.crlf == 0;
        if !all_alike {
            self.endings = LineEndings::Mixed;
        }
    }

    /// Puts a text in the place of a range, and keeps the counts and the layout in step.
    fn put(&mut self, range: Range<usize>, new: &str) {
        let line = self.text.line_at(range.start);
        let counted = between_line_ends(&self.text, range.clone());
        let edit = LayoutEdit {
            line,
            at: range.start - self.text.line_start(line),
            removed: range.len(),
            inserted: new.len(),
            removed_lines: self.text.line_at(range.end) - line,
            inserted_lines: new.matches('\n').count(),
        };
        self.pointer = None;
        self.census.count(&self.text, counted.clone(), false);
        self.text.replace(range, new);
        self.census.count(&self.text, counted.start..counted.end - edit.removed + edit.inserted, true);
        self.layout.on_edit(&self.text, edit);
        self.marks.clear();
    }

    fn step_state(&self) -> StepState {
        StepState { caret: self.caret, endings: self.endings }
    }

    fn undo(&mut self) -> bool {
        let mut history = std::mem::take(&mut self.history);
        let changed = history.undo(|step| {
            let EditStep { changes, before, is_foreign, .. } = step;
            for StepChange { at, removed, inserted } in changes.iter().rev() {
                self.put(*at..at + inserted.len(), removed);
            }
            (self.caret, self.endings) = (before.caret, before.endings);
            self.look_at_foreign(changes.first().filter(|_| *is_foreign), |change| change.removed.len());
        });
        self.history = history;
        changed
    }

    fn redo(&mut self) -> bool {
        let mut history = std::mem::take(&mut self.history);
        let changed = history.redo(|step| {
            let EditStep { changes, after, is_foreign, .. } = step;
            for StepChange { at, removed, inserted } in changes {
                self.put(*at..at + removed.len(), inserted);
            }
            (self.caret, self.endings) = (after.caret, after.endings);
            self.look_at_foreign(changes.first().filter(|_| *is_foreign), |change| change.inserted.len());
        });
        self.history = history;
        changed
    }

    /// Moves the cursor to a text from elsewhere that was taken back or has come again, unless it is there.
    ///
    /// The cursor was not moved when that text came, so the change may be far away from it.
    fn look_at_foreign(&mut self, change: Option<&StepChange>, length: impl Fn(&StepChange) -> usize) {
        let Some(change) = change else { return };
        if !(change.at..=change.at + length(change)).contains(&self.caret.head) {
            self.caret = Caret::at(motion::settled(&self.text, change.at));
        }
    }
}

#[cfg(test)]
mod tests;
