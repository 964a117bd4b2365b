//! What goes on in a connection: how many requests have come, how many are not answered to the end, since when a head
//! is on its way, and whether a client was left in the middle of what it said.
//!
//! It is how an idle connection is told from one on which an event stream is silent, or a request is held. All of it
//! is what one part of a connection has to know of another, so it is counted here and judged there.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::time::Instant;

/// The requests of one connection. Clones count for the same one.
#[derive(Clone, Default)]
pub(super) struct Calls(Arc<Counts>);

#[derive(Default)]
struct Counts {
    come: AtomicUsize,
    open: AtomicUsize,
    said: AtomicUsize,
    left: AtomicBool,
    /// Whether anything has come of the next head, and since when more of it is waited for.
    head: AtomicBool,
    waited: AtomicBool,
    since: Mutex<Option<Instant>>,
}

impl Calls {
    /// A request has come. It is open until what this returns is dropped.
    pub(super) fn begin(&self) -> Call {
        self.0.come.fetch_add(1, Ordering::Relaxed);
        self.0.open.fetch_add(1, Ordering::Relaxed);
        Call(self.clone())
    }

    /// Something came. While a request is open it is its body, or belongs to one that does not wait for its answer.
    pub(super) fn heard(&self) {
        if !self.any_open() {
            self.0.head.store(true, Ordering::Relaxed);
        }
    }

    /// More is waited for. If that is the rest of a head, its clock starts.
    pub(super) fn waits(&self) {
        if self.0.head.load(Ordering::Relaxed) && !self.any_open() {
            self.0.waited.store(true, Ordering::Relaxed);
            self.since().get_or_insert_with(Instant::now);
        }
    }

    /// How long the head took that is complete now. It is nothing where it came in one piece, as nearly all do, and
    /// then no clock was looked at.
    pub(super) fn head_took(&self) -> Duration {
        self.0.head.store(false, Ordering::Relaxed);
        if !self.0.waited.load(Ordering::Relaxed) {
            return Duration::ZERO;
        }
        self.0.waited.store(false, Ordering::Relaxed);
        self.since().take().map(|since| since.elapsed()).unwrap_or_default()
    }

    fn since(&self) -> MutexGuard<'_, Option<Instant>> {
        // Nothing panics while it holds the lock.
        self.0.since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something that the client says is not read to its end.
    pub(super) fn leave_something(&self) {
        self.0.left.store(true, Ordering::Relaxed);
    }

    /// Whether that has been so.
    pub(super) fn left_something(&self) -> bool {
        self.0.left.load(Ordering::Relaxed)
    }

    /// How many have come.
    pub(super) fn come(&self) -> usize {
        self.0.come.load(Ordering::Relaxed)
    }

    /// So many bytes have been taken by the client. (An answer is not open any more when hyper has the last of it.)
    pub(super) fn said(&self, bytes: usize) {
        self.0.said.fetch_add(bytes, Ordering::Relaxed);
    }

    /// How many bytes have been taken since somebody asked.
    pub(super) fn said_since(&self) -> usize {
        self.0.said.swap(0, Ordering::Relaxed)
    }

    /// Whether there are any that are not answered to the end.
    pub(super) fn any_open(&self) -> bool {
        self.0.open.load(Ordering::Relaxed) > 0
    }
}

/// A request that is open.
pub(super) struct Call(Calls);

impl Call {
    /// The same answer, which keeps the request open for as long as it is not sent.
    pub(super) fn until_sent(self, response: Response) -> Response<Answer> {
        response.map(|body| Answer { body, _call: self })
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The body of an answer, with the request that it is to.
pub(super) struct Answer {
    body: Body,
    _call: Call,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
