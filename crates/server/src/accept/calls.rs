//! What goes on in a connection: how many requests have come, and how many are not answered to the end.
//!
//! It is how an idle connection is told from one on which an event stream is silent, or a request is held.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

/// The requests of one connection. Clones count for the same one.
#[derive(Clone, Default)]
pub(super) struct Calls(Arc<Counts>);

#[derive(Default)]
struct Counts {
    come: AtomicUsize,
    open: AtomicUsize,
    said: AtomicUsize,
}

impl Calls {
    /// A request has come. It is open until what this returns is dropped.
    pub(super) fn begin(&self) -> Call {
        self.0.come.fetch_add(1, Ordering::Relaxed);
        self.0.open.fetch_add(1, Ordering::Relaxed);
        Call(self.clone())
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
