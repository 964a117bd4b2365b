//! How far a response of HTTP/2 has come, and the end of one that makes no progress.
//!
//! In HTTP/2 the connection can be lively while a stream is not: a client that answers pings, and opens no window for a
//! response, has it kept in memory for as long as it likes. hyper asks a body for more only when the client has taken
//! what it has, so no clock in a body would help. What does: the bytes of a response are
//! [counted](super::response_body) as the connection writes them, and the executor that hyper gives each stream to
//! drops the stream when it has not come further for a while. h2 then resets it (`RST_STREAM`), and forgets its bytes.
//!
//! The end of a large response waits until its bytes are written, since there would be nothing left to drop otherwise:
//! h2 keeps the bytes of a response that hyper has ended. The small ones that it may keep like that are bounded for
//! each connection, and the connection ends if it writes none of them for long.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::time::{Instant, Sleep, sleep};

/// How many bytes within the time of `send-time` are progress, if not all that there are.
pub(crate) const STALL_THRESHOLD_BYTES: usize = 16 * 1024;

/// How far a response has come.
#[derive(Default)]
pub(crate) struct SendProgress {
    /// Bytes that hyper and h2 have, and the client's window has had no room for.
    waiting: AtomicUsize,
    /// Bytes that were written.
    taken: AtomicUsize,
    /// How often nothing was waiting any more.
    drained: AtomicUsize,
    /// The task that waits for that.
    end: AtomicWaker,
}

impl SendProgress {
    /// So many bytes are handed to hyper.
    pub(crate) fn add(&self, bytes: usize) {
        self.waiting.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many of them have been written.
    pub(crate) fn take(&self, bytes: usize) {
        self.taken.fetch_add(bytes, Ordering::Relaxed);
        self.remove(bytes);
    }

    /// So many of them do not wait any more, whatever became of them.
    pub(crate) fn remove(&self, bytes: usize) {
        if bytes > 0 && self.waiting.fetch_sub(bytes, Ordering::AcqRel) == bytes {
            self.drained.fetch_add(1, Ordering::Relaxed);
            self.end.wake();
        }
    }

    /// Returns how many bytes wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// Returns how many bytes were written.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Returns whether nothing waits, and wakes `waker` when that comes true.
    pub(crate) fn is_drained(&self, waker: &Waker) -> bool {
        self.end.register(waker);
        self.waiting() == 0
    }

    fn mark(&self) -> ProgressMark {
        ProgressMark { drained: self.drained.load(Ordering::Relaxed), taken: self.taken() }
    }

    /// Waits until something has waited for too long without progress.
    ///
    /// It has to be polled whenever the stream is.
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

/// How far a response had come at some moment.
struct ProgressMark {
    drained: usize,
    taken: usize,
}
