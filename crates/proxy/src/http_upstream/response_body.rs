//! The body of a response, whose connection waits for the next request when the body has ended.

use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};

use super::pool::{Lease, end_lease};
use super::request_body::BodyMonitor;

/// The body of a response. Dropping it before its end closes the connection.
pub(super) struct LeasedBody {
    body: Incoming,
    lease: Option<Lease>,
    monitor: Option<BodyMonitor>,
    /// The error with which the body broke off, until it is passed on.
    error: Option<hyper::Error>,
}

impl LeasedBody {
    pub(super) fn new(body: Incoming, lease: Lease, monitor: Option<BodyMonitor>) -> Self {
        Self { body, lease: Some(lease), monitor, error: None }
    }

    /// Reads the next part of the body. If it has not arrived, the connection reads on.
    fn poll_body(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let mut without_waker = Context::from_waker(Waker::noop());
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(&mut without_waker) {
            return Poll::Ready(frame);
        }
        if self.lease.as_mut().is_some_and(|lease| lease.run(context)) {
            // Only the connection adds to the body, so it must not wake this task once more.
            return Pin::new(&mut self.body).poll_frame(&mut without_waker);
        }
        Pin::new(&mut self.body).poll_frame(context)
    }

    /// Ends the use of the connection.
    fn end(&mut self) {
        let is_sent = self.monitor.as_ref().is_none_or(BodyMonitor::has_ended);
        if let Some(monitor) = self.monitor.take() {
            monitor.abandon();
        }
        end_lease(&mut self.lease, is_sent);
    }
}

impl HttpBody for LeasedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        if let Some(error) = self.error.take() {
            return Poll::Ready(Some(Err(error)));
        }
        match ready!(self.poll_body(context)) {
            Some(Err(error)) => {
                // With an error, hyper closes the client's connection at once. So it first gets time to send what
                // arrived before.
                self.error = Some(error);
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Some(frame) => Poll::Ready(Some(frame)),
            None => {
                self.end();
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for LeasedBody {
    fn drop(&mut self) {
        // A reader of a body with a length need not read on after its last byte.
        if self.body.is_end_stream() {
            self.end();
        } else if let Some(monitor) = &self.monitor {
            monitor.abandon();
        }
    }
}
