//! Counts of what happens to connections, for operators.
//!
//! Each count is an atomic, so that counting costs nothing.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::database_status::{FollowerStatus, RepeatCounts};

/// The counts of one store since it was opened.
pub(super) struct StoreCounters {
    pub(super) write_conflicts: AtomicU64,
    pub(super) write_disconnects: AtomicU64,
    pub(super) repeated_reads: AtomicU64,
    pub(super) is_following: AtomicBool,
    pub(super) published: AtomicU64,
    pub(super) event_losses: AtomicU64,
    up_to_date: Mutex<Instant>,
}

impl StoreCounters {
    /// Returns counts of zero. `published` is the number of the newest event.
    pub(super) fn new(published: u64) -> Self {
        Self {
            write_conflicts: AtomicU64::default(),
            write_disconnects: AtomicU64::default(),
            repeated_reads: AtomicU64::default(),
            is_following: AtomicBool::default(),
            published: published.into(),
            event_losses: AtomicU64::default(),
            up_to_date: Mutex::new(Instant::now()),
        }
    }

    /// Adds one to a count.
    pub(super) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that all events are published.
    pub(super) fn note_up_to_date(&self) {
        *self.up_to_date.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    pub(super) fn repeated(&self) -> RepeatCounts {
        RepeatCounts {
            write_conflicts: self.write_conflicts.load(Ordering::Relaxed),
            write_disconnects: self.write_disconnects.load(Ordering::Relaxed),
            reads: self.repeated_reads.load(Ordering::Relaxed),
        }
    }

    pub(super) fn events(&self) -> FollowerStatus {
        FollowerStatus {
            is_connected: self.is_following.load(Ordering::Relaxed),
            published: self.published.load(Ordering::Relaxed),
            behind: self.up_to_date.lock().unwrap_or_else(PoisonError::into_inner).elapsed(),
            losses: self.event_losses.load(Ordering::Relaxed),
        }
    }
}
