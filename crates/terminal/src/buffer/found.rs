//! What a search needs of a text: marked matches, a selected one, and replacements in many places as one step.

use std::ops::Range;

use super::history::StepChange;
use super::{TextBuffer, motion};

impl TextBuffer {
    /// Returns the position of the cursor, in bytes.
    #[must_use]
    pub fn position(&self) -> usize {
        self.caret.head
    }

    /// Returns the positions of what is selected, in bytes, or `None` if nothing is.
    #[must_use]
    pub fn selection(&self) -> Option<Range<usize>> {
        self.caret.selection()
    }

    /// Selects a part of the text, and puts the cursor at its end.
    ///
    /// # Panics
    ///
    /// If the range is not within the text, or divides a character.
    pub fn select(&mut self, range: Range<usize>) {
        self.history.close_run();
        self.goal = None;
        self.holds_view = false;
        self.caret.move_to(motion::settled(&self.text, range.start), false);
        self.caret.move_to(motion::settled(&self.text, range.end), true);
    }

    /// Puts the cursor at a position, or at the end of the text if that is before it. Nothing is selected any more.
    pub fn put_cursor(&mut self, position: usize) {
        self.history.close_run();
        self.goal = None;
        self.holds_view = false;
        self.caret.move_to(self.position_near(position), false);
    }

    /// Returns the nearest position at which the cursor may be.
    pub(super) fn position_near(&self, position: usize) -> usize {
        let position = (0..=position.min(self.text.len())).rev().find(|&at| self.text.is_char_boundary(at));
        motion::settled(&self.text, position.unwrap_or(0))
    }

    /// Marks parts of the text, in order, until the text changes.
    pub fn mark(&mut self, marks: Vec<Range<usize>>) {
        self.marks = marks;
    }

    /// Replaces parts of the text, as one step that can be undone. Returns whether the text has changed.
    ///
    /// The replacements are in the order of their positions and do not overlap. The cursor is put after the last.
    ///
    /// # Panics
    ///
    /// If a range is not within the text, or divides a character.
    pub fn replace_ranges(&mut self, replacements: &[(Range<usize>, String)]) -> bool {
        let before = self.step_state();
        let mut changes = Vec::with_capacity(replacements.len());
        // From the last to the first, so that the positions of the others stay what they are.
        for (range, new) in replacements.iter().rev() {
            let removed = String::from(self.text.slice(range.clone()));
            if removed != *new {
                self.put(range.clone(), new);
                changes.push(StepChange { at: range.start, removed, inserted: new.clone() });
            }
        }
        let (Some(last), false) = (replacements.last(), changes.is_empty()) else { return false };
        let shift = |(range, new): &(Range<usize>, String)| new.len().cast_signed() - range.len().cast_signed();
        let shifted = replacements.iter().map(shift).sum::<isize>();
        let end = last.0.end.saturating_add_signed(shifted);
        self.settle_after_change(end);
        self.history.push_step(changes, before, self.step_state());
        true
    }

    /// Returns the marked parts of a range, as positions within the range.
    pub(super) fn marks_in(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let first = self.marks.partition_point(|mark| mark.end <= range.start);
        let within = |at: usize| at.clamp(range.start, range.end) - range.start;
        let marks = self.marks[first..].iter().take_while(|mark| mark.start < range.end);
        marks.map(|mark| within(mark.start)..within(mark.end)).collect()
    }
}
