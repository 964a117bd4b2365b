//! The deadline of a request: header section and body have the time of `send-time` together.
//!
//! [`lingering_close`](super::lingering_close) measures the time of the header section. The time between its first
//! piece and its last is subtracted from the body's time. The body's clock starts when the server first waits for the
//! body, and never restarts: bytes that drip in do not extend it. So the deadline measures only the client. A request
//! that waits for its 100 (Continue) has no clock yet. A request that the gate holds has one, since its client can send
//! meanwhile. A request has at most a document with its escapes, and even a slow telephone sends 1 MiB in 30 seconds.
//!
//! A body that is forwarded to another server may have any length, so its clock starts again with each part.
//!
//! Two header sections are not measured exactly. If one begins before the previous response is complete, its clock
//! starts with its next piece. In HTTP/2, a header section is a few frames among others, and h2 limits how many there
//! may be.

use std::error::Error;
use std::fmt;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

use super::activity::ConnectionActivity;
use super::peer_client::ConnectedClient;
use super::receive_budget::ReceivedBytes;

/// A request's body, with a deadline.
pub(crate) struct BodyTimeout {
    body: Incoming,
    /// Whether the body was polled in vain once, which tells hyper that the server wants it.
    is_asked_for: bool,
    /// The deadline; `None` until the server has to wait for the body, which is rare.
    end: Option<Pin<Box<Sleep>>>,
    /// How long the server waits for the body.
    patience: Duration,
    /// Whether the clock starts again with each part, since the body may have any length.
    restarts: bool,
    /// Counts the received bytes; `None` if there are none.
    received: Option<ReceivedBytes>,
    /// The connection's activity, if an unfinished body prevents further requests on the connection.
    holds: Option<ConnectionActivity>,
}

/// The error that a body did not arrive in time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyTimedOut;

impl BodyTimeout {
    /// Returns an HTTP/1 body, which blocks its connection until it ends.
    pub(crate) fn for_connection(body: Incoming, activity: &ConnectionActivity, patience: Duration) -> Self {
        let patience = patience.saturating_sub(activity.head_took());
        let holds = (!body.is_end_stream()).then(|| activity.clone());
        Self { body, is_asked_for: false, end: None, patience, restarts: false, received: None, holds }
    }

    /// Returns an HTTP/2 body, which can be abandoned without its connection.
    pub(crate) fn for_stream(body: Incoming, patience: Duration) -> Self {
        Self { body, is_asked_for: false, end: None, patience, restarts: false, received: None, holds: None }
    }

    /// Has the clock measure the time between two parts, and not that of the whole body.
    pub(crate) fn restarting(mut self, restarts: bool) -> Self {
        self.restarts = restarts;
        self
    }

    /// Starts to count the received bytes, unless the body is empty.
    pub(crate) fn counted_for(&mut self, client: &ConnectedClient) -> Option<ReceivedBytes> {
        if !self.body.is_end_stream() {
            self.received = Some(client.received());
        }
        self.received.clone()
    }
}

impl fmt::Display for BodyTimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request's body did not arrive in time")
    }
}

impl Error for BodyTimedOut {}

impl HttpBody for BodyTimeout {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Some(activity) = &self.holds {
            if polled.is_pending() {
                activity.await_body(context.waker());
            } else {
                activity.have_body();
            }
        }
        if let Poll::Ready(frame) = polled {
            if frame.is_none() {
                self.holds = None;
            }
            if self.restarts {
                self.end = None;
            }
            if let (Some(Ok(frame)), Some(received)) = (&frame, &self.received)
                && let Err(no_room) = received.count(frame.data_ref().map_or(0, Bytes::len))
            {
                return Poll::Ready(Some(Err(no_room.into())));
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        if !mem::replace(&mut self.is_asked_for, true) {
            // Bytes that have already arrived are passed on before this task is polled again, so they need no clock.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let patience = self.patience;
        let end = self.end.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(end.as_mut().poll(context));
        Poll::Ready(Some(Err(BodyTimedOut.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for BodyTimeout {
    fn drop(&mut self) {
        if let Some(activity) = self.holds.take() {
            activity.have_body();
            if !self.body.is_end_stream() {
                activity.mark_unread_input();
            }
        }
    }
}
