//! The clock of a lesson, which only steps advance.
//!
//! A lesson about dates needs two saves within one second, and a transcript needs the same times in every run. A clock
//! that runs by itself provides neither.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use contract::Timestamp;

/// The time at which every lesson begins: 2026-01-05T09:00:00Z, a Monday.
const START_MILLIS: u64 = 1_767_603_600_000;

/// A clock that only moves when it is advanced. Clones share the time.
#[derive(Debug, Clone)]
pub struct LessonClock(Arc<AtomicU64>);

impl Default for LessonClock {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(START_MILLIS)))
    }
}

impl LessonClock {
    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }

    /// Advances the clock.
    pub fn advance(&self, milliseconds: u64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}
