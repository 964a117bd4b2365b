//! The menu of the stage: the lessons in the order in which they are taught, and free play.

use std::sync::Arc;

use lesson::Lesson;

/// What can be chosen, and what is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Menu {
    pub(crate) lessons: Vec<Arc<Lesson>>,
    /// Which row the mark stands at: the lessons, and behind them free play.
    chosen: usize,
}

impl Menu {
    pub(crate) fn new(lessons: &[Arc<Lesson>], chosen: usize) -> Self {
        Self { lessons: lessons.to_vec(), chosen: chosen.min(lessons.len()) }
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
        self.chosen = self.chosen.saturating_add_signed(by).min(self.lessons.len());
    }
}
