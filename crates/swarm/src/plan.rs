//! The plan of a swarm: how many writers, how many edits, and how they behave.

use std::time::Duration;

use contract::NameError;
use contract::{Author, DocumentId};
use fastrand::Rng;
use serde::{Deserialize, Serialize};

use crate::edit_mark::MarkWriter;
use crate::strategy::{RetryBackoff, SaveStrategy};

/// The pause before each edit: a random time in a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ThinkTime {
    /// The shortest pause.
    pub shortest: Duration,
    /// The longest pause, at least the shortest.
    pub longest: Duration,
}

impl ThinkTime {
    /// 0 to 2 s, as a person who types fast.
    pub const DEFAULT: Self = Self { shortest: Duration::ZERO, longest: Duration::from_secs(2) };

    /// Returns the next pause; `None` if there is never one.
    pub(crate) fn pause(self, random: &mut Rng) -> Option<Duration> {
        let range = self.longest.saturating_sub(self.shortest);
        (self.longest > Duration::ZERO).then(|| self.shortest + range.mul_f64(random.f64()))
    }
}

/// A description of a swarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwarmPlan {
    /// The document that all of them edit.
    pub document: DocumentId,
    /// The beginning of the writers' names: `writer` for `writer-001`, `writer-002` and so on.
    pub prefix: String,
    /// A word in the line of each edit that tells this run from others; empty for none.
    pub run: String,
    /// The number of writers, at least 1.
    pub writers: usize,
    /// The number of edits that each of them makes.
    pub edits: usize,
    /// How they get an edit saved.
    pub strategy: SaveStrategy,
    /// How long they wait after a refusal.
    pub backoff: RetryBackoff,
    /// How long they think before an edit.
    pub think: ThinkTime,
    /// The seed of all random numbers.
    pub seed: u64,
}

impl SwarmPlan {
    /// Checks that the prefix makes valid names, and returns the plan.
    ///
    /// # Errors
    ///
    /// If the name of the last writer, which is the longest, is not a valid name of an author.
    pub fn check(self) -> Result<Self, NameError> {
        MarkWriter::new(&self.prefix, &self.run).name(self.writers).parse::<Author>().map(|_| self)
    }

    /// Returns the number of edits that the whole swarm makes.
    #[must_use]
    pub const fn all_edits(&self) -> usize {
        self.writers.saturating_mul(self.edits)
    }

    /// Returns the random numbers of a writer.
    ///
    /// Each writer has their own, so that the numbers that one draws do not depend on the others.
    pub(crate) fn random(&self, number: usize) -> Rng {
        random_of(self.seed, number)
    }
}

/// Returns the random numbers of one of many people who share a seed.
pub(crate) fn random_of(seed: u64, number: usize) -> Rng {
    // The golden ratio's bits spread neighbouring numbers over the whole range of seeds.
    let spread = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Rng::with_seed(seed ^ spread)
}
