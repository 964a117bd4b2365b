//! A body that is sent some time after the head of its request.
//!
//! A server that refuses a request by its head alone responds in the meantime. If no response comes before the body is
//! sent, something on the path waits for the body.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// A body of a known length, all of which is late.
pub(crate) struct LateBody {
    bytes: Bytes,
    delay: Duration,
    /// The wait, once the body is asked for.
    wait: Option<Pin<Box<Sleep>>>,
}

impl LateBody {
    /// Returns a body that is sent once `delay` has passed since the head.
    pub(crate) fn new(bytes: Vec<u8>, delay: Duration) -> Self {
        Self { bytes: bytes.into(), delay, wait: None }
    }
}

impl Body for LateBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.bytes.is_empty() {
            return Poll::Ready(None);
        }
        let delay = self.delay;
        let wait = self.wait.get_or_insert_with(|| Box::pin(sleep(delay)));
        if wait.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.bytes)))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}
