//! A count of guesses at codes that do not arrive by HTTP, for the metrics of the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the wrong passwords of people who join by SSH. Clones share the count.
#[derive(Debug, Clone, Default)]
pub struct GuessCounter(Arc<AtomicU64>);

impl GuessCounter {
    /// Counts one guess.
    pub fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how many guesses were counted.
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
