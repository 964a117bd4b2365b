//! The menu of the stage: the lessons in the order in which they are taught, and free play.

use std::sync::Arc;

use lesson::Lesson;

/// What can be chosen, and what is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Menu {
    pub(crate) lessons: Vec<Arc<Lesson>>,
    /// Which row the mark stands at: the lessons, and behind them free play.
    chosen: usize,
    /// The number that is being typed; none behind any other key.
    typed: Option<usize>,
}

impl Menu {
    pub(crate) fn new(lessons: &[Arc<Lesson>], chosen: usize) -> Self {
        Self { lessons: lessons.to_vec(), chosen: chosen.min(lessons.len()), typed: None }
    }

    /// The lesson that is chosen; none for free play.
    pub(crate) fn lesson(&self) -> Option<usize> {
        (self.chosen < self.lessons.len()).then_some(self.chosen)
    }

    /// Which row is chosen.
    pub(crate) fn chosen(&self) -> usize {
        self.chosen
    }

    /// Which row somebody means by its number, counted from 1, or by the name of a lesson.
    pub(crate) fn find(&self, said: &str) -> Option<usize> {
        let by_number = said.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let by_name = || self.lessons.iter().position(|lesson| lesson.name.eq_ignore_ascii_case(said));
        by_number.filter(|row| *row <= self.lessons.len()).or_else(by_name)
    }

    /// Sets the mark at that row.
    pub(crate) fn choose(&mut self, row: usize) {
        self.chosen = row.min(self.lessons.len());
    }

    /// Moves the mark, down where positive.
    pub(crate) fn select(&mut self, by: isize) {
        self.typed = None;
        self.chosen = self.chosen.saturating_add_signed(by).min(self.lessons.len());
    }

    /// Takes in a digit: the mark goes to the lesson of the number that was typed so far, or, where there is none, of
    /// the digit alone.
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
