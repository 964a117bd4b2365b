//! The ways to get an edit saved, and the waits after refusals.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;
use serde::{Deserialize, Serialize};

/// How a simulated writer gets an edit saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SaveStrategy {
    /// `If-Match`; after a 412, merges both texts and saves the result under the new tag.
    Merge,
    /// `If-Match`; after a 412, reads again, makes the edit again and saves it under the new tag.
    Retry,
    /// `If-Match`; after a 412, sends the same text again under the new tag.
    ///
    /// The precondition is true then, and the writer has replaced a text that they never looked at.
    Overwrite,
    /// No precondition at all.
    Careless,
}

impl SaveStrategy {
    /// All strategies, from the most careful to the least.
    pub const ALL: [Self; 4] = [Self::Merge, Self::Retry, Self::Overwrite, Self::Careless];

    /// Returns the word for the strategy, as on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Retry => "retry",
            Self::Overwrite => "overwrite",
            Self::Careless => "careless",
        }
    }
}

impl fmt::Display for SaveStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How long a writer waits after a refusal before the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetryBackoff {
    /// Not at all.
    None,
    /// A random time between 0 and a bound that doubles with each refusal.
    ///
    /// After Marc Brooker, 'Exponential Backoff And Jitter', 2015, whose simulator has a first bound of 5 ms and the
    /// same largest bound. Its clients write once. A writer who has more to write is not refused after a success, does
    /// not wait, and is first again, while the bound of the others grows: the capture effect of Ethernet's backoff. So
    /// the slowest edit may take as long as the busy writers have something to write. A smaller largest bound does not
    /// help: the crowd does not fit below it. Pauses of the writers ([`ThinkTime`](crate::ThinkTime)) do.
    FullJitter,
}

/// The bound of the wait after the first refusal.
const FIRST_BOUND: Duration = Duration::from_millis(10);

/// The largest bound of a wait.
const MAX_BOUND: Duration = Duration::from_secs(2);

impl RetryBackoff {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::None, Self::FullJitter];

    /// Returns the word for the kind, as on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::FullJitter => "full-jitter",
        }
    }

    /// Returns the pause before the next attempt, or `None` if there is none.
    ///
    /// `refusals` is how often this edit was refused.
    pub(crate) fn pause(self, refusals: u32, random: &mut Rng) -> Option<Duration> {
        match self {
            Self::None => None,
            Self::FullJitter => {
                let doublings = refusals.saturating_sub(1).min(16);
                let bound = FIRST_BOUND.saturating_mul(1 << doublings).min(MAX_BOUND);
                Some(bound.mul_f64(random.f64()))
            }
        }
    }
}

impl fmt::Display for RetryBackoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_jitter_is_below_a_bound_that_doubles() {
        let mut random = Rng::with_seed(7);
        for (refusals, bound) in [(1, 10), (2, 20), (5, 160), (9, 2000), (40, 2000)] {
            let longest = (0..1000).filter_map(|_| RetryBackoff::FullJitter.pause(refusals, &mut random)).max();
            let (longest, bound) = (longest.unwrap(), Duration::from_millis(bound));
            assert!(longest < bound && longest > bound.mul_f64(0.9), "{refusals} refusals: {longest:?} of {bound:?}");
        }
        assert_eq!(RetryBackoff::None.pause(3, &mut random), None);
    }
}
