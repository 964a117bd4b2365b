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

    /// Moves the mark, down where positive.
    pub(crate) fn select(&mut self, by: isize) {
        self.chosen = self.chosen.saturating_add_signed(by).min(self.lessons.len());
    }
}
