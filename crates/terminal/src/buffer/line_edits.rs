//! Edits of whole lines: indenting, moving, duplicating, deleting and joining them.
//!
//! Each is about the lines of the selection, or about the line of the cursor, and is one step that can be undone. The
//! cursor and the selection stay with their lines.

use std::ops::Range;

use super::caret::Caret;
use super::history::{EditKind, StepChange};
use super::indentation::{IndentUnit, leading_blanks};
use super::insertion::BYTE_ORDER_MARK;
use super::line_endings::{line_without_end, range_without_end};
use super::{TextBuffer, motion};

impl TextBuffer {
    /// Indents the lines of the selection, or leads from the cursor to the next tab stop.
    pub(super) fn indent(&mut self) -> bool {
        let unit = self.indent_unit();
        if self.caret.selection().is_none() {
            self.skip_byte_order_mark();
            let blanks = unit.text_from(self.column_of_cursor());
            return self.replace_selection(&blanks, EditKind::Blank);
        }
        let unit = unit.text();
        let rows = self.touched_lines().filter(|&row| !line_without_end(&self.text, row).is_empty());
        let changes = rows.map(|row| (self.first_position(row), 0, unit.clone())).collect();
        self.change_at_once(changes)
    }

    /// Takes one level of indentation from the lines of the selection, or from that of the cursor.
    pub(super) fn unindent(&mut self) -> bool {
        let unit = self.indent_unit();
        let taken = |row: usize| {
            let start = self.first_position(row);
            let line = self.text.slice(start..range_without_end(&self.text, row).end);
            (start, unit.bytes_in(line), String::new())
        };
        let changes = self.touched_lines().map(taken).filter(|(_, taken, _)| *taken > 0).collect();
        self.change_at_once(changes)
    }

    /// Moves the lines below the line below them, or above the line above them. Line ends stay where they are.
    pub(super) fn move_lines(&mut self, down: bool) -> bool {
        let Range { start, end } = self.touched_lines();
        // Nothing is moved below the last line end: the text would end without one.
        let ends_with_line_end = self.text.ends_with_line_feed();
        let end = if ends_with_line_end { end.min(self.line_count() - 1) } else { end };
        let last = self.line_count() - usize::from(ends_with_line_end);
        if start >= end || (down && end == last) || (!down && start == 0) {
            return false;
        }
        let places = self.caret_places();
        let bottom = range_without_end(&self.text, end - 1).end;
        // The line that the others pass goes to their other side.
        let changes = if down {
            let passed = range_without_end(&self.text, end);
            let (line_end, text) = (bottom..passed.start, passed.clone());
            let moved = String::from(self.text.slice(text)) + &self.text.slice(line_end).to_cow();
            vec![(self.first_position(start), 0, moved), (bottom, passed.end - bottom, String::new())]
        } else {
            let (from, to) = (self.first_position(start - 1), self.text.line_start(start));
            let passed_end = range_without_end(&self.text, start - 1).end;
            let (line_end, text) = (passed_end..to, from..passed_end);
            let moved = String::from(self.text.slice(line_end)) + &self.text.slice(text).to_cow();
            vec![(from, to - from, String::new()), (bottom, 0, moved)]
        };
        let is_moved = self.change_at_once(changes);
        self.put_caret_in_lines(places, if down { 1 } else { -1 });
        is_moved
    }

    /// Inserts a copy of the lines below them, and puts the cursor into it.
    pub(super) fn duplicate_lines(&mut self) -> bool {
        let rows = self.touched_lines();
        let (start, end) = (self.first_position(rows.start), self.text.line_range(rows.end - 1).end);
        let places = self.caret_places();
        let change = if rows.end < self.line_count() {
            // With its line end.
            let next = self.text.line_start(rows.end);
            (next, 0, String::from(self.text.slice(start..next)))
        } else {
            (end, 0, self.line_end_here().to_owned() + &self.text.slice(start..end).to_cow())
        };
        let changed = self.change_at_once(vec![change]);
        self.put_caret_in_lines(places, rows.len().cast_signed());
        changed
    }

    /// Deletes the lines, and puts the cursor into the line after them.
    pub(super) fn delete_lines(&mut self) -> bool {
        let rows = self.touched_lines();
        let range = if rows.end < self.line_count() {
            self.first_position(rows.start)..self.text.line_start(rows.end)
        } else if rows.start > 0 {
            // The last line has no line end of its own: the one before it goes.
            range_without_end(&self.text, rows.start - 1).end..self.text.len()
        } else {
            self.first_position(0)..self.text.len()
        };
        let (_, at) = motion::place_of(&self.text, self.caret.head);
        if !self.change(range, "", EditKind::Whole) {
            return false;
        }
        let row = rows.start.min(self.line_count() - 1);
        let line = range_without_end(&self.text, row);
        self.put_cursor((line.start + at).min(line.end));
        self.history.settle(self.step_state());
        true
    }

    /// Joins the lines with one blank between them. A single line is joined with the next one.
    ///
    /// The indentation of the joined lines goes, and so do blanks before a line end, and empty lines.
    pub(super) fn join_lines(&mut self) -> bool {
        let rows = self.touched_lines();
        // Nothing follows a final line end.
        let last = self.line_count() - usize::from(self.text.ends_with_line_feed());
        let end = rows.end.max(rows.start + 2).min(last);
        let mut changes = Vec::new();
        let mut row = rows.start;
        while row + 1 < end {
            let next = (row + 1..end - 1).find(|&row| !self.printed(row).is_empty()).unwrap_or(end - 1);
            let (above, below) = (self.printed(row), self.printed(next));
            let blank = if above.is_empty() || below.is_empty() { "" } else { " " };
            changes.push((above.end, below.start - above.end, blank.to_owned()));
            row = next;
        }
        self.change_at_once(changes)
    }

    /// Returns the positions of a line without the blanks at its beginning and its end.
    ///
    /// The range of a line of blanks is empty. It is at the line's end, or at its beginning if it is the first one.
    fn printed(&self, row: usize) -> Range<usize> {
        let (start, end) = (self.first_position(row), range_without_end(&self.text, row).end);
        let line = self.text.slice(start..end).to_cow();
        let leading = line.len() - line.trim_start().len();
        let printed = line.trim_end().len().max(leading);
        start + leading..start + printed
    }

    /// Returns the beginning of the line with a position, and the blanks there, up to the position.
    pub(super) fn indentation_before(&self, position: usize) -> (usize, String) {
        let start = self.first_position(self.text.line_at(position)).min(position);
        let before = self.text.slice(start..position);
        (start, before.slice(0..leading_blanks(before)).into())
    }

    /// Returns the numbers of the lines that an edit is about.
    ///
    /// A selection that ends at the beginning of a line has nothing of that line.
    fn touched_lines(&self) -> Range<usize> {
        let Range { start, end } = self.caret.replaced();
        let (first, last) = (self.text.line_at(start), self.text.line_at(end));
        let is_outside = last > first && self.text.line_start(last) == end;
        first..last + usize::from(!is_outside)
    }

    /// Returns the position of a line's first character: after a byte order mark.
    fn first_position(&self, row: usize) -> usize {
        let start = self.text.line_start(row);
        if row == 0 && self.has_byte_order_mark() { BYTE_ORDER_MARK.len() } else { start }
    }

    /// Returns the unit that the text is indented by: a tab, if no line is indented.
    fn indent_unit(&mut self) -> IndentUnit {
        if self.indent_unit.is_none() {
            self.indent_unit = IndentUnit::of(&self.text);
        }
        self.indent_unit.unwrap_or(IndentUnit::Tab)
    }

    /// Makes several changes as one step; each is a position, how many bytes go there, and what comes there.
    ///
    /// They are in the order of their positions. The cursor and the selection stay at their places in the text.
    fn change_at_once(&mut self, changes: Vec<(usize, usize, String)>) -> bool {
        if changes.is_empty() {
            return false;
        }
        self.history.close_run();
        let before = self.step_state();
        let start = self.caret.selection().map(|selection| selection.start);
        let moved = |position: usize| {
            let mut moved = position;
            for (at, removed, inserted) in changes.iter().take_while(|(at, ..)| *at <= position) {
                // A selection that begins where something is inserted keeps its beginning.
                let stays = *at == position && Some(position) == start;
                moved = moved - (position - at).min(*removed) + if stays { 0 } else { inserted.len() };
            }
            moved
        };
        let (head, anchor) = (moved(self.caret.head), self.caret.anchor.map(moved));
        let mut made = Vec::with_capacity(changes.len());
        // From the last to the first, so that the positions of the others stay what they are.
        for (at, taken, inserted) in changes.into_iter().rev() {
            let removed = self.text.slice(at..at + taken).into();
            self.put(at..at + taken, &inserted);
            made.push(StepChange { at, removed, inserted });
        }
        self.settle_after_change(head);
        self.caret.anchor = anchor.map(|anchor| motion::settled(&self.text, anchor));
        self.history.push_step(made, before, self.step_state());
        true
    }

    /// Returns the lines of the cursor and of the selection's other end, and their positions in these lines.
    fn caret_places(&self) -> (LinePlace, Option<LinePlace>) {
        let place = |position| {
            let (row, at) = motion::place_of(&self.text, position);
            LinePlace { row, at: (self.text.line_start(row) + at).saturating_sub(self.first_position(row)) }
        };
        (place(self.caret.head), self.caret.anchor.map(place))
    }

    /// Puts the cursor and the selection into lines that were moved by so many.
    fn put_caret_in_lines(&mut self, (head, anchor): (LinePlace, Option<LinePlace>), by: isize) {
        let position = |LinePlace { row, at }: LinePlace| {
            let row = row.saturating_add_signed(by);
            if row >= self.line_count() {
                return self.text.len();
            }
            self.position_near((self.first_position(row) + at).min(range_without_end(&self.text, row).end))
        };
        self.caret = Caret { head: position(head), anchor: anchor.map(position) };
        self.history.settle(self.step_state());
    }
}

/// A place in a line: the line's number, and the position behind its byte order mark if it has one.
#[derive(Debug, Clone, Copy)]
struct LinePlace {
    row: usize,
    at: usize,
}
