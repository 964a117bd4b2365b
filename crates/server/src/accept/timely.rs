//! The body of a request comes in time, or not at all.
//!
//! The clock starts when the server first waits for the body, and never again: bytes that drip in do not extend it. So
//! it measures the client alone. A request that waits for its 100 (Continue) has not been asked for its body, and a
//! request that the gate holds is asked at once, since its client can send meanwhile. What a body has to say within
//! [`SEND`] is at most a document and its escapes: 1 MiB in 30 seconds is what the slowest telephone does.
//!
//! The head has a clock of its own, which is the connection's.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::BoxError;
use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

use super::SEND;

/// A body that has to come in time.
pub(crate) struct Timely {
    body: Incoming,
    /// None as long as nobody has had to wait for it, which is as long as most requests take.
    end: Option<Pin<Box<Sleep>>>,
}

/// It did not come in time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Late;

impl Timely {
    pub(super) fn new(body: Incoming) -> Self {
        Self { body, end: None }
    }
}

impl Late {
    /// Whether this is why a body could not be read.
    pub(crate) fn is_why(error: &(dyn Error + 'static)) -> bool {
        let mut next = Some(error);
        while let Some(error) = next {
            if error.is::<Self>() {
                return true;
            }
            next = error.source();
        }
        false
    }
}

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the body did not come within {} seconds", SEND.as_secs())
    }
}

impl Error for Late {}

impl HttpBody for Timely {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let end = self.end.get_or_insert_with(|| Box::pin(sleep(SEND)));
        ready!(end.as_mut().poll(context));
        Poll::Ready(Some(Err(Late.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
