//! Reads and discards the rest of a body before the refusal of the request is sent.
//!
//! A client that does not wait for a 100 (Continue) first writes the whole body and then reads. If the server responded
//! and closed in the middle of the body, the client would see a broken connection, and never the 412 that explains it.
//! So the server reads the rest of the body, up to the limit, and discards it. It does not do so if the client waits
//! for a 100 (Continue) and did not get one: then no body comes, and the response is sent immediately. Nor after a 413,
//! which refuses this very body, nor if there was no room for it or for one more request of its client, nor if its
//! declared length exceeds the limit.
//!
//! If the rest is not read, the response says that the connection ends (RFC 9110 section 10.1.1). Otherwise a proxy
//! would keep the connection, still send the body, and then report an error of its own to its client instead of the
//! 412.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::http::{HeaderValue, StatusCode, header};
use futures_util::StreamExt;
use hyper::body::Frame;
use tokio::sync::oneshot;

use crate::budget::{CLIENT_CONCURRENCY, RECEIVE_BYTES};
use crate::fields::content_length::declared_length;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::request_context::RequestContext;
use crate::state::SharedState;

/// Replaces a body by one that returns its unread rest when it is dropped.
///
/// Returns `None` if there is no body.
pub(super) fn track(body: &mut Body) -> Option<BodyTracker> {
    if body.is_end_stream() {
        return None;
    }
    let (give_back, returned) = oneshot::channel();
    let rest = Some((mem::take(body), give_back));
    *body = Body::new(TrackedBody { rest, begun: false });
    Some(BodyTracker { returned })
}

/// Receives the unread rest of a body.
pub(super) struct BodyTracker {
    returned: oneshot::Receiver<ReturnedBody>,
}

impl BodyTracker {
    /// Reads and discards the rest of the body, if it can be expected to end.
    pub(super) async fn drain(mut self, app: &SharedState, context: &RequestContext, response: &mut AnnotatedResponse) {
        let Ok(ReturnedBody { rest, begun }) = self.returned.try_recv() else { return };
        if let Some(received) = context.client.as_ref().and_then(|client| client.received.as_ref()) {
            received.release();
        }
        let limit = app.options.max_body();
        let without_rest = [RECEIVE_BYTES.name, CLIENT_CONCURRENCY.name];
        let no_room = response.exceeded.is_some_and(|budget| without_rest.contains(&budget.name));
        let is_refused = no_room || response.status() == StatusCode::PAYLOAD_TOO_LARGE;
        let is_too_long = declared_length(&context.headers).is_some_and(|length| length > limit as u64);
        let is_unwanted = is_refused || is_too_long || (context.expects_continue && !begun);
        let is_drained = !is_unwanted && discard(rest.into_data_stream(), limit).await;
        // In HTTP/2, a request is a stream that can be closed alone, and the field must not be sent.
        if !is_drained && context.owns_connection() {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

/// Reads and discards a body, and returns whether it ended within the limit.
async fn discard(mut rest: BodyDataStream, limit: usize) -> bool {
    let mut taken = 0;
    while let Some(part) = rest.next().await {
        let Ok(part) = part else { return false };
        taken += part.len();
        if taken > limit {
            return false;
        }
    }
    true
}

/// A body that returns its unread rest when it is dropped.
struct TrackedBody {
    /// The rest; `None` after its end.
    rest: Option<(Body, oneshot::Sender<ReturnedBody>)>,
    /// Whether the first byte was requested, which makes hyper send a 100 (Continue).
    begun: bool,
}

/// The unread rest of a body.
struct ReturnedBody {
    rest: Body,
    begun: bool,
}

impl HttpBody for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.begun = true;
        let Some((rest, _)) = &mut self.rest else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(rest).poll_frame(context));
        if frame.is_none() {
            // Nothing is left to return.
            self.rest = None;
        }
        Poll::Ready(frame)
    }
}

impl Drop for TrackedBody {
    fn drop(&mut self) {
        if let Some((rest, give_back)) = self.rest.take() {
            // An error means that the receiver is gone, and with it the connection.
            let _ = give_back.send(ReturnedBody { rest, begun: self.begun });
        }
    }
}
