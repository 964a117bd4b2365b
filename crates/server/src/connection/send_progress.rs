//! The progress of an HTTP/2 response, and the end of one without progress.
//!
//! In HTTP/2, a stream may be stuck on a lively connection: a client that answers pings, but opens no window for a
//! response, could keep it in the server's memory for ever. hyper asks a body for more only when the client has taken
//! what hyper has, so a clock in a body would not help. Instead, the bytes of a response are
//! [counted](super::response_body) as the connection writes them. The executor that hyper gives each stream to drops a
//! stream without progress; h2 then resets it (`RST_STREAM`), and discards its bytes.
//!
//! The end of a large response waits until its bytes are written: h2 keeps the bytes of a response that hyper has
//! completed, and then no stream would be left to drop. The small responses that h2 may keep like that are
//! limited for each connection, and the connection ends if it writes none of them for long.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::time::{Instant, Sleep, sleep};

/// How many bytes count as progress within `send-time`, unless fewer are left.
pub(crate) const STALL_THRESHOLD_BYTES: usize = 16 * 1024;

/// The progress of a response.
#[derive(Default)]
pub(crate) struct SendProgress {
    /// Bytes that hyper and h2 keep, because the client's window has no room for them.
    waiting: AtomicUsize,
    /// Bytes that were written to the connection.
    taken: AtomicUsize,
    /// How often the number of waiting bytes has become zero.
    drained: AtomicUsize,
    /// The task that waits for that.
    end: AtomicWaker,
}

impl SendProgress {
    /// Notes that hyper was given this many bytes.
    pub(crate) fn add(&self, bytes: usize) {
        self.waiting.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Notes that this many bytes were written.
    pub(crate) fn take(&self, bytes: usize) {
        self.taken.fetch_add(bytes, Ordering::Relaxed);
        self.remove(bytes);
    }

    /// Notes that this many bytes no longer wait, whether they were written or not.
    pub(crate) fn remove(&self, bytes: usize) {
        if bytes > 0 && self.waiting.fetch_sub(bytes, Ordering::AcqRel) == bytes {
            self.drained.fetch_add(1, Ordering::Relaxed);
            self.end.wake();
        }
    }

    /// Returns how many bytes wait to be written.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// Returns how many bytes were written.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Returns whether no byte waits. `waker` is woken when that becomes true.
    pub(crate) fn is_drained(&self, waker: &Waker) -> bool {
        self.end.register(waker);
        self.waiting() == 0
    }

    fn mark(&self) -> ProgressMark {
        ProgressMark { drained: self.drained.load(Ordering::Relaxed), taken: self.taken() }
    }

    /// Waits until bytes have waited too long without progress.
    ///
    /// This future must be polled whenever the stream is polled.
    pub(crate) async fn until_stalled(&self, patience: Duration) {
        let mut clock = pin!(None::<Sleep>);
        let mut since = self.mark();
        poll_fn(|context| self.poll_stalled(&mut since, patience, clock.as_mut(), context)).await;
    }

    fn poll_stalled(
        &self,
        since: &mut ProgressMark,
        patience: Duration,
        mut clock: Pin<&mut Option<Sleep>>,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        if self.waiting() == 0 {
            clock.set(None);
            return Poll::Pending;
        }
        if clock.is_none() {
            *since = self.mark();
            clock.set(Some(sleep(patience)));
        }
        while let Some(mut running) = clock.as_mut().as_pin_mut() {
            ready!(running.as_mut().poll(context));
            let now = self.mark();
            if now.drained == since.drained && now.taken - since.taken < STALL_THRESHOLD_BYTES {
                return Poll::Ready(());
            }
            *since = now;
            running.reset(Instant::now() + patience);
        }
        Poll::Pending
    }
}

/// The progress of a response at one moment.
struct ProgressMark {
    drained: usize,
    taken: usize,
}
