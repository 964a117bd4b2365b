//! The rest of a body is taken before its refusal is sent.
//!
//! A client that sends a body without waiting for a sign writes first and reads later. If the server answered and
//! closed in the middle of the body, the client would see a broken connection, and never the 412 that explains it. So
//! whatever a handler has left of the body is read, up to the limit, and thrown away. Not for a client that waits for a
//! 100 (Continue) and did not get one: it sends nothing, and has its answer at once. And not after a 413, which says
//! that this body is not wanted, nor if there was no room for it, nor if its length says that it does not end within
//! the limit.
//!
//! Where the rest is not taken, the answer says that the connection ends (RFC 9110 section 10.1.1). A proxy that is not
//! told would keep it, send the body after all, and have a failure of its own for its client in place of the 412.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::response::Response;
use futures_util::{Stream, StreamExt};
use tokio::sync::oneshot;

use crate::budget::RECEIVE_BYTES;
use crate::connection::receive_budget::ReceivedBytes;
use crate::fields::content_length::declared_length;
use crate::fields::expect::expects_continue;
use crate::options::ServerOptions;
use crate::problem::ExhaustedBudget;
use crate::state::SharedState;

/// Lends the body to the handler; none where there is no body.
pub(super) fn track(request: &mut Request, options: &ServerOptions) -> Option<BodyTracker> {
    if request.body().is_end_stream() {
        return None;
    }
    let waits = expects_continue(request.version(), request.headers());
    let is_too_long = declared_length(request.headers()).is_some_and(|length| length > options.max_body() as u64);
    // From HTTP/2 on, a request is a stream that can be closed alone, and the field must not be sent.
    let owns_connection = request.version() < Version::HTTP_2;
    let (give_back, returned) = oneshot::channel();
    let stream = Some((mem::take(request.body_mut()).into_data_stream(), give_back));
    *request.body_mut() = Body::from_stream(TrackedBody { stream, begun: false });
    let received = request.extensions().get().cloned();
    Some(BodyTracker { waits, is_too_long, owns_connection, received, returned })
}

/// What is known about a body while it is lent.
pub(super) struct BodyTracker {
    waits: bool,
    /// Whether its end would not be reached within the limit.
    is_too_long: bool,
    owns_connection: bool,
    received: Option<ReceivedBytes>,
    returned: oneshot::Receiver<ReturnedBody>,
}

impl BodyTracker {
    /// Takes what came back.
    pub(super) async fn drain(mut self, app: &SharedState, response: &mut Response) {
        let Ok(ReturnedBody { rest, begun }) = self.returned.try_recv() else { return };
        if let Some(received) = &self.received {
            received.release();
        }
        let no_room =
            response.extensions().get().is_some_and(|ExhaustedBudget(budget)| budget.name == RECEIVE_BYTES.name);
        let is_refused = no_room || response.status() == StatusCode::PAYLOAD_TOO_LARGE;
        let unwanted = is_refused || self.is_too_long || (self.waits && !begun);
        let taken = !unwanted && discard(rest, app.options.max_body()).await;
        if !taken && self.owns_connection {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

/// Whether it ended within the limit.
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

/// A body on loan: when it is dropped, what was not read goes back to where it came from.
struct TrackedBody {
    stream: Option<(BodyDataStream, oneshot::Sender<ReturnedBody>)>,
    /// Whether anybody has asked for the first byte, which is what sends a 100 (Continue).
    begun: bool,
}

/// What came back of a body.
struct ReturnedBody {
    rest: BodyDataStream,
    begun: bool,
}

impl Stream for TrackedBody {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.begun = true;
        let Some((stream, _)) = &mut self.stream else { return Poll::Ready(None) };
        let part = ready!(stream.poll_next_unpin(context));
        if part.is_none() {
            // Nothing is left to go back, and what has ended must not be asked again.
            self.stream = None;
        }
        Poll::Ready(part)
    }
}

impl Drop for TrackedBody {
    fn drop(&mut self) {
        if let Some((rest, give_back)) = self.stream.take() {
            // Where nobody waits for it any more, the connection is gone, and the body with it.
            let _ = give_back.send(ReturnedBody { rest, begun: self.begun });
        }
    }
}
