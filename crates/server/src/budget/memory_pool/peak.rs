//! The peak of a pool: the most bytes that were in use at the same time, and whether that was a burst.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// How many bytes in use make a burst, after which there is memory to release.
pub(crate) const BURST: usize = 8 * 1024 * 1024;

/// The most bytes in use at the same time since the last [`take`](Self::take). Clones share the value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Peak(Arc<State>);

#[derive(Debug, Default)]
struct State {
    bytes: AtomicUsize,
    burst: Notify,
}

impl Peak {
    /// Notes that this many bytes are in use.
    pub(super) fn reached(&self, bytes: usize) {
        // Most requests do not set a new peak, and only read the old one.
        if bytes <= self.0.bytes.load(Ordering::Relaxed) {
            return;
        }
        let before = self.0.bytes.fetch_max(bytes, Ordering::Relaxed);
        if before < BURST && bytes >= BURST {
            self.0.burst.notify_one();
        }
    }

    /// Waits for a peak that is a burst.
    pub(crate) async fn burst(&self) {
        self.0.burst.notified().await;
    }

    /// Returns the peak, and starts a new one at `in_use` bytes.
    pub(super) fn take(&self, in_use: usize) -> usize {
        self.0.bytes.swap(in_use, Ordering::Relaxed).max(in_use)
    }
}
