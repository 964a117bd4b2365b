//! The clock of a lesson: it stands still until a step moves it.
//!
//! A lesson about dates needs two saves within one second, and a transcript needs the same times on every run. Neither
//! can be had from a clock that goes by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use contract::Timestamp;

/// When every lesson begins: 2026-01-05T09:00:00Z, a Monday morning.
const START_MILLIS: u64 = 1_767_603_600_000;

/// A clock that is moved by hand. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct LessonClock(Arc<AtomicU64>);

impl Default for LessonClock {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(START_MILLIS)))
    }
}

impl LessonClock {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }

    /// Goes on by so many milliseconds.
    pub fn advance(&self, milliseconds: u64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}
