//! The most bytes of a pool that were in use at one time, and whether that was a burst.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// From how many bytes on that are in use at one time there is memory to release later.
pub(crate) const BURST: usize = 8 * 1024 * 1024;

/// The most bytes of a pool in use at one time, since the last call. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Peak(Arc<State>);

#[derive(Debug, Default)]
struct State {
    bytes: AtomicUsize,
    burst: Notify,
}

impl Peak {
    /// So many bytes are in use.
    pub(super) fn reached(&self, bytes: usize) {
        // Most requests do not make a new peak, and only look.
        if bytes <= self.0.bytes.load(Ordering::Relaxed) {
            return;
        }
        let before = self.0.bytes.fetch_max(bytes, Ordering::Relaxed);
        if before < BURST && bytes >= BURST {
            self.0.burst.notify_one();
        }
    }

    /// Waits until a peak is a burst.
    pub(crate) async fn burst(&self) {
        self.0.burst.notified().await;
    }

    /// Returns the peak, and begins anew with so many bytes in use.
    pub(super) fn take(&self, in_use: usize) -> usize {
        self.0.bytes.swap(in_use, Ordering::Relaxed).max(in_use)
    }
}
