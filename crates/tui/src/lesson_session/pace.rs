//! The pace of a lesson: by hand, or by itself with one of three pauses.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The pace of a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum LessonPace {
    /// Each step waits for a key press.
    #[default]
    ByHand,
    /// By itself, with time to talk between the steps.
    Slow,
    /// By itself, with time to read.
    Steady,
    /// By itself, for viewers who know the lesson.
    Quick,
}

impl LessonPace {
    const ALL: [Self; 4] = [Self::ByHand, Self::Slow, Self::Steady, Self::Quick];

    fn index(self) -> usize {
        Self::ALL.iter().position(|pace| *pace == self).unwrap_or_default()
    }

    /// Returns the next faster pace, or the fastest.
    pub(crate) fn faster(self) -> Self {
        Self::ALL[(self.index() + 1).min(Self::ALL.len() - 1)]
    }

    /// Returns the next slower pace, or the slowest: by hand.
    pub(crate) fn slower(self) -> Self {
        Self::ALL[self.index().saturating_sub(1)]
    }

    /// Returns the pause between two steps, or `None` for stepping by hand.
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
