//! The gate: holds requests before they are judged, until a leader releases them.
//!
//! A race takes a few microseconds, so people cannot watch it. At the gate, it takes place when the leader wants it to:
//! the writes of Alice and Bob are both held, each with the same tag, and the order of release decides who wins. To
//! make that order real, a released request proceeds only when the one released before it has its response, or its
//! place in the store's queue, see [`state::gate`](crate::state::gate).
//!
//! A request is held at most for [`MAX_HOLD`], as the contract says, and then proceeds as if it had been released.
//! While it is held, its body is read ahead, so that the server notices a client that disconnects, however long the
//! body is. If the client waits for a 100 (Continue) before it sends the body, the socket is watched instead. A client
//! that has closed its half is probed, see [`peer`](crate::connection::peer).
//!
//! A leader's request passes the gate with `Ifmatch-Gate: pass`, to look at what happens while all others are held.

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, Version};
use hyper::body::{Frame, SizeHint};
use precondition::Field;
use tokio::time::sleep;

use crate::budget;
use crate::connection::peer::Peer;
use crate::connection::socket::Socket;
use crate::http::authentication::Authentication;
use crate::http::removal::{removed, until_removed};
use crate::http::request_context::RequestContext;
use crate::problem::{Refusal, details, types};
use crate::state::SharedState;
use crate::state::gate::{Arrival, GateFull, HeldRequest, Turn};
use crate::state::participants::NameStanding;

/// The maximum time for which a request is held.
const MAX_HOLD: Duration = Duration::from_secs(budget::GATE_TIME.default);

/// Holds a request at the gate if the settings say so, and returns its turn when it is released.
///
/// Only recorded requests are held, since they are released by the number of their exchange. A request that will be
/// refused for its token or its name is not held. Nor is one to join the room or to answer a question: it changes no
/// document.
///
/// # Errors
///
/// The gate is full, the server is stopping, or the leader removes the client meanwhile.
pub(super) async fn hold(
    app: &SharedState,
    context: &RequestContext,
    body: &mut Body,
) -> Result<Option<Turn>, Refusal> {
    if !app.gate.is_shut() {
        return Ok(None);
    }
    let may_pass = match context.authentication {
        // A field of a forwarded request is for the other server.
        None => !context.is_forwarded(),
        Some(Authentication::Granted { admin, .. }) => admin,
        Some(Authentication::Denied(_)) => return Ok(None),
    };
    let Some(exchange) = context.exchange else { return Ok(None) };
    if context.is_about_room() || context.name_standing(app) != NameStanding::Welcome {
        return Ok(None);
    }
    let arrival = Arrival {
        exchange,
        method: &context.method,
        path: context.uri.path(),
        headers: &context.headers,
        if_match: context.conditions.value(Field::IfMatch),
        author: context.named_author(),
        may_pass,
        is_event_stream: context.is_for_events(),
        share: context.shares().map(|shares| &shares.held),
    };
    match app.gate.arrive(&arrival, || app.now()) {
        Ok(None) => Ok(None),
        // Boxed, since few requests are held, and every request's future would carry the room for it.
        Ok(Some(held)) => Box::pin(wait(held, app, context, body)).await.map(Some),
        Err(GateFull) => Err(Refusal::budget_exhausted(&budget::GATE_REQUESTS, &app.options.budgets, None)),
    }
}

/// Awaits the response to a request, within its turn if it has one.
pub(super) async fn respond_in_turn<T>(turn: Option<Turn>, answer: impl Future<Output = T>) -> T {
    match turn {
        None => answer.await,
        Some(turn) => Box::pin(turn.respond(answer)).await,
    }
}

/// Waits until the request is released and its turn has begun, and returns the turn.
async fn wait(
    mut held: HeldRequest,
    app: &SharedState,
    context: &RequestContext,
    body: &mut Body,
) -> Result<Turn, Refusal> {
    app.recorder.broadcast(held.exchange());
    let half_close = until_half_closed(context.version, context.peer());
    let mut ahead = BodyPrefetch::of(context, body, app.options.max_body());
    let enough = async {
        tokio::select! {
            () = sleep(MAX_HOLD) => {}
            () = ahead.until_broken() => {}
        }
    };
    let client = context.identity();
    let turn = tokio::select! {
        turn = held.released() => turn,
        () = until_removed(&app.participants, client.as_ref()) => return Err(removed(&context.author())),
        () = app.shutdown_requested() => None,
        never = half_close => match never {},
        () = enough => {
            held.release();
            held.released().await
        }
    };
    let Some(mut turn) = turn else {
        return Err(Refusal::new(&types::SERVER_STOPPING, details::stopping()));
    };
    // More of the body may arrive meanwhile.
    tokio::select! {
        () = turn.wait() => {}
        () = ahead.until_broken() => turn.wait().await,
    }
    drop(held);
    *body = turn.watch(ahead.into_body());
    Ok(turn)
}

/// Detects whether a client that has closed its half is gone.
///
/// If it is, the connection drops the request, and this future with it.
pub(super) async fn until_half_closed(version: Version, peer: Option<&Peer>) -> Infallible {
    let Some(peer) = peer else { return pending().await };
    peer.until_half_closed().await;
    if version == Version::HTTP_11 {
        let _probe = peer.probe();
        pending().await
    } else {
        peer.keep_alive();
        pending().await
    }
}

/// When a client sends its body.
///
/// While the client waits for a 100 (Continue), the body must not be read, since that would send the 100. So the socket
/// is watched for the end of the connection.
enum BodyTiming {
    AtOnce,
    AfterContinue(Socket),
    /// In HTTP/2, hyper itself drops the request of a client that is gone.
    AfterContinueInHttp2,
}

/// A body that is read ahead.
struct BodyPrefetch {
    /// The bytes read so far, in one buffer, since a client may send single bytes.
    taken: Vec<u8>,
    error: Option<axum::Error>,
    trailers: Option<HeaderMap>,
    rest: Body,
    has_ended: bool,
    sends: BodyTiming,
    /// How many more bytes may be read.
    room: usize,
}

impl BodyPrefetch {
    fn of(context: &RequestContext, body: &mut Body, limit: usize) -> Self {
        let sends = match context.peer() {
            _ if !context.expects_continue => BodyTiming::AtOnce,
            Some(peer) => BodyTiming::AfterContinue(peer.socket().clone()),
            None => BodyTiming::AfterContinueInHttp2,
        };
        let rest = mem::take(body);
        let has_ended = rest.is_end_stream();
        Self { taken: Vec::new(), error: None, trailers: None, rest, has_ended, sends, room: limit }
    }

    /// Reads ahead. Is ready when the body turns out to be broken.
    async fn until_broken(&mut self) {
        if self.error.is_some() {
            return;
        }
        match &self.sends {
            BodyTiming::AtOnce => {}
            // The next byte belongs to the body, so the client does not wait for the 100 after all.
            BodyTiming::AfterContinue(socket) if socket.next_byte().await.is_some() => {}
            BodyTiming::AfterContinue(_) => return,
            BodyTiming::AfterContinueInHttp2 => pending().await,
        }
        while self.room > 0 && !self.has_ended {
            match poll_fn(|context| Pin::new(&mut self.rest).poll_frame(context)).await {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(part) => {
                        self.room = self.room.saturating_sub(part.len());
                        self.taken.extend_from_slice(&part);
                    }
                    Err(frame) => self.trailers = frame.into_trailers().ok(),
                },
                Some(Err(error)) => {
                    self.error = Some(error);
                    return;
                }
                None => self.has_ended = true,
            }
        }
        pending::<()>().await;
    }

    fn into_body(self) -> Body {
        let taken = Some(Bytes::from(self.taken)).filter(|taken| !taken.is_empty());
        let Self { error, trailers, rest, has_ended, .. } = self;
        Body::new(PrefetchedBody { taken, error, trailers, rest: (!has_ended).then_some(rest) })
    }
}

/// A body whose beginning was read ahead.
pub(super) struct PrefetchedBody {
    taken: Option<Bytes>,
    error: Option<axum::Error>,
    trailers: Option<HeaderMap>,
    /// The rest; `None` after its end.
    rest: Option<Body>,
}

impl PrefetchedBody {
    /// Returns a body that was read to its end.
    pub(super) fn whole(bytes: Bytes, trailers: Option<HeaderMap>) -> Self {
        Self { taken: Some(bytes).filter(|bytes| !bytes.is_empty()), error: None, trailers, rest: None }
    }
}

impl HttpBody for PrefetchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if let Some(taken) = this.taken.take() {
            return Poll::Ready(Some(Ok(Frame::data(taken))));
        }
        if let Some(error) = this.error.take() {
            this.rest = None;
            return Poll::Ready(Some(Err(error)));
        }
        if let Some(rest) = &mut this.rest {
            let frame = ready!(Pin::new(rest).poll_frame(context));
            if frame.is_some() {
                return Poll::Ready(frame);
            }
            this.rest = None;
        }
        Poll::Ready(this.trailers.take().map(|trailers| Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        let nothing_taken = self.taken.is_none() && self.error.is_none() && self.trailers.is_none();
        nothing_taken && self.rest.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let taken = self.taken.as_ref().map_or(0, Bytes::len) as u64;
        let rest = self.rest.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint);
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(taken));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(taken));
        }
        hint
    }
}
