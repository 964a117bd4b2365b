//! How fast a lesson goes on: by hand, or by itself at one of three paces.

use std::time::Duration;

/// How fast a lesson goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LessonPace {
    /// With each press of a key.
    #[default]
    ByHand,
    /// By itself, with time to talk in between.
    Slow,
    /// By itself, with time to read.
    Steady,
    /// By itself, for somebody who has seen it.
    Quick,
}

impl LessonPace {
    const ALL: [Self; 4] = [Self::ByHand, Self::Slow, Self::Steady, Self::Quick];

    fn index(self) -> usize {
        Self::ALL.iter().position(|pace| *pace == self).unwrap_or_default()
    }

    /// The next faster one.
    pub(crate) fn faster(self) -> Self {
        Self::ALL[(self.index() + 1).min(Self::ALL.len() - 1)]
    }

    /// The next slower one.
    pub(crate) fn slower(self) -> Self {
        Self::ALL[self.index().saturating_sub(1)]
    }

    /// How long it rests between two steps; none where somebody steps.
    pub(crate) const fn pause(self) -> Option<Duration> {
        match self {
            Self::ByHand => None,
            Self::Slow => Some(Duration::from_secs(12)),
            Self::Steady => Some(Duration::from_secs(6)),
            Self::Quick => Some(Duration::from_secs(2)),
        }
    }
}

impl std::fmt::Display for LessonPace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.pause() {
            None => f.write_str("by hand"),
            Some(rest) => write!(f, "a step every {} s", rest.as_secs()),
        }
    }
}
