//! The menu: the lessons in the order in which they are taught, then free play.

use std::sync::Arc;

use lesson::Lesson;

/// The rows of the menu, and the selected one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Menu {
    pub(crate) lessons: Vec<Arc<Lesson>>,
    /// The selected row: a lesson or, after the last lesson, free play.
    chosen: usize,
    /// The number typed so far; `None` after any other key.
    typed: Option<usize>,
}

impl Menu {
    pub(crate) fn new(lessons: &[Arc<Lesson>], chosen: usize) -> Self {
        Self { lessons: lessons.to_vec(), chosen: chosen.min(lessons.len()), typed: None }
    }

    /// Returns the selected lesson, or `None` for free play.
    pub(crate) fn lesson(&self) -> Option<usize> {
        (self.chosen < self.lessons.len()).then_some(self.chosen)
    }

    /// Returns the selected row.
    pub(crate) fn chosen(&self) -> usize {
        self.chosen
    }

    /// Returns the row of a number, counted from 1, or of a lesson's name.
    pub(crate) fn find(&self, said: &str) -> Option<usize> {
        let by_number = said.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let by_name = || self.lessons.iter().position(|lesson| lesson.name.eq_ignore_ascii_case(said));
        by_number.filter(|row| *row <= self.lessons.len()).or_else(by_name)
    }

    /// Selects a row.
    pub(crate) fn choose(&mut self, row: usize) {
        self.chosen = row.min(self.lessons.len());
    }

    /// Moves the selection, down if `by` is positive.
    pub(crate) fn select(&mut self, by: isize) {
        self.typed = None;
        self.chosen = self.chosen.saturating_add_signed(by).min(self.lessons.len());
    }

    /// Handles a digit: selects the lesson with the number typed so far, or else with the digit alone.
    pub(crate) fn digit(&mut self, digit: u8) {
        let digit = usize::from(digit);
        let is_there = |number: &usize| (1..=self.lessons.len()).contains(number);
        let longer = self.typed.map(|typed| typed * 10 + digit).filter(is_there);
        self.typed = longer.or(Some(digit).filter(is_there));
        if let Some(number) = self.typed {
            self.chosen = number - 1;
        }
    }
}
