//! The exercises that were done on the stage.

use contract::{ApiPath, Exchange};

/// An exercise on the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exercise {
    /// A save that names the version that it replaces.
    Save,
    /// A save that names an old version, and is refused with 412.
    Refused,
    /// A merge with every conflict decided.
    Merge,
    /// A merge that is saved.
    SavedMerge,
    /// A save that names no version, and is refused with 428.
    Required,
    /// A save that overwrote a version that its writer had not read.
    Lost,
}

impl Exercise {
    /// The exercises, in the order in which the coach suggests them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Save, Self::Refused, Self::Merge, Self::SavedMerge, Self::Required, Self::Lost];

    /// One or two words for the checklist; a status has its number and a word.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Save => "save",
            Self::Refused => "412 failed",
            Self::Merge => "merge",
            Self::SavedMerge => "saved merge",
            Self::Required => "428 required",
            Self::Lost => "lost update",
        }
    }
}

/// The exercises that were done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Milestones([bool; Exercise::ALL.len()]);

impl Milestones {
    /// Returns whether an exercise was done.
    pub(crate) fn has(self, step: Exercise) -> bool {
        self.0[step as usize]
    }

    /// Ticks an exercise off.
    pub(crate) fn tick(&mut self, step: Exercise) {
        self.0[step as usize] = true;
    }

    /// Ticks off the exercise that an exchange completes, if any.
    pub(crate) fn on_exchange(&mut self, exchange: &Exchange) {
        if exchange.method != "PUT" || !matches!(ApiPath::parse(&exchange.target), Some(ApiPath::Document(_))) {
            return;
        }
        let is_lost_update = exchange.overwrote().is_some();
        match exchange.status {
            Some(200 | 201 | 204) if is_lost_update => self.tick(Exercise::Lost),
            Some(200 | 201 | 204) => self.tick(Exercise::Save),
            Some(412) => self.tick(Exercise::Refused),
            Some(428) => self.tick(Exercise::Required),
            _ => {}
        }
    }

    /// Returns the first exercise that was not done, or `None` if all were.
    pub(crate) fn next(self) -> Option<Exercise> {
        Exercise::ALL.into_iter().find(|step| !self.has(*step))
    }
}
