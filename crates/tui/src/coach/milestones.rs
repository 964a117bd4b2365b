//! What has been seen so far on the stage.

use contract::{ApiPath, Exchange};

/// Something to have seen with one's own eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exercise {
    /// A save that names what it replaces.
    Save,
    /// A save that names what is no longer there.
    Refused,
    /// Every conflict decided.
    Merge,
    /// The merge, saved.
    SavedMerge,
    /// A save that names nothing.
    Required,
    /// A save that overwrote a version that its writer had not read.
    Lost,
}

impl Exercise {
    /// The steps, in the order in which they make sense.
    pub(crate) const ALL: [Self; 6] =
        [Self::Save, Self::Refused, Self::Merge, Self::SavedMerge, Self::Required, Self::Lost];

    /// One or two words for the checklist.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Save => "save",
            Self::Refused => "412",
            Self::Merge => "merge",
            Self::SavedMerge => "saved merge",
            Self::Required => "428",
            Self::Lost => "lost update",
        }
    }
}

/// Which steps were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Milestones([bool; Exercise::ALL.len()]);

impl Milestones {
    /// Whether that step was taken.
    pub(crate) fn has(self, step: Exercise) -> bool {
        self.0[step as usize]
    }

    /// Ticks a step.
    pub(crate) fn tick(&mut self, step: Exercise) {
        self.0[step as usize] = true;
    }

    /// Looks at an exchange, and ticks what it shows.
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

    /// The first step that was not taken.
    pub(crate) fn next(self) -> Option<Exercise> {
        Exercise::ALL.into_iter().find(|step| !self.has(*step))
    }
}
