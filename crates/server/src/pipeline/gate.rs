//! The gate: requests wait here, before they are judged, until whoever leads the session lets them go on.
//!
//! A race happens within a few microseconds, and nobody sees it. At the gate it happens when the leader says so:
//! Alice's write and Bob's both stand there, each with the same tag, and it is the order of release that decides who
//! wins. For that to be true, an order has to be one: a released request proceeds when the one that was released before
//! it has its response, or its place in the store's queue, see [`turns`].
//!
//! A request waits at most [`MAX_HOLD`], and then goes on as if it had been released, since it is the waiting that the
//! contract limits. While it waits, its body is taken in, so that a client that hangs up is noticed, however much it
//! had to say; and where the body waits for a 100 (Continue), the socket is watched. A client that has closed its half
//! is asked whether it is still there, see [`peer`](crate::connection::peer).
//!
//! A client that may lead is let past the gate by `Ifmatch-Gate: pass`: it looks at what happens while all others wait,
//! and what it looks at is not part of that.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::mem;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Version, header};
use axum::response::Response;
use futures_util::stream::{self, Fuse, StreamExt};
use tokio::time::sleep;

use crate::budget;
use crate::connection::peer::Peer;
use crate::connection::peer_client::ConnectedClient;
use crate::connection::socket::Socket;
use crate::fields::expect::expects_continue;
use crate::http::authentication::Authentication;
use crate::http::request::author_of;
use crate::problem::{Refusal, details, types};
use crate::state::SharedState;
use crate::state::exchange_log::ExchangeId;
use crate::state::gate::{Arrival, GateFull, HeldRequest, Turn};

/// The longest that a request is held.
const MAX_HOLD: Duration = Duration::from_secs(budget::GATE_TIME.default);

/// Holds a request at the gate, where such are held, and hands out its turn when it is released.
///
/// Only what is recorded is held: it is by the number of its exchange that it is released.
pub(super) async fn hold(
    app: &SharedState,
    number: Option<ExchangeId>,
    request: &mut Request,
) -> Result<Option<Turn>, Refusal> {
    let Some(number) = number else { return Ok(None) };
    let authentication = request.extensions().get::<Authentication>();
    if matches!(authentication, Some(Authentication::Denied(_))) {
        // The route will refuse it, so there is nothing to hold.
        return Ok(None);
    }
    let author = author_of(request.extensions(), request.headers()).and_then(Result::ok);
    let if_match = if_match(request.headers());
    let arrival = Arrival {
        exchange: number,
        method: request.method(),
        path: request.uri().path(),
        headers: request.headers(),
        if_match: if_match.as_deref().map(str::as_bytes),
        author: author.as_ref(),
        may_pass: matches!(authentication, None | Some(Authentication::Granted { admin: true, .. })),
        share: request.extensions().get().map(|client: &ConnectedClient| &client.shares.held),
    };
    match app.gate.arrive(&arrival, || app.now()) {
        Ok(None) => Ok(None),
        // In a box, since hardly any request waits, and otherwise all of them would carry the room for it.
        Ok(Some(stop)) => Box::pin(wait(stop, app, request)).await.map(Some),
        Err(GateFull) => Err(Refusal::budget_exhausted(&budget::GATE_REQUESTS, &app.options.budgets, None)),
    }
}

/// Answers a request, in its turn where it has one.
pub(super) async fn respond_in_turn(turn: Option<Turn>, answer: impl Future<Output = Response>) -> Response {
    match turn {
        None => answer.await,
        Some(turn) => Box::pin(turn.respond(answer)).await,
    }
}

/// Waits at the gate until the request is released, and returns its turn when that has begun.
async fn wait(mut held: HeldRequest, app: &SharedState, request: &mut Request) -> Result<Turn, Refusal> {
    app.recorder.broadcast(held.exchange());
    let half_close = until_half_closed(request.version(), request.extensions().get::<Peer>().cloned());
    let mut ahead = BodyPrefetch::of(request, app.options.max_body());
    let enough = async {
        tokio::select! {
            () = sleep(MAX_HOLD) => {}
            () = ahead.until_broken() => {}
        }
    };
    let turn = tokio::select! {
        turn = held.released() => turn,
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
    // More of the body may come meanwhile.
    tokio::select! {
        () = turn.wait() => {}
        () = ahead.until_broken() => turn.wait().await,
    }
    drop(held);
    *request.body_mut() = turn.watch(ahead.into_body());
    request.extensions_mut().insert(turn.order());
    Ok(turn)
}

/// Finds out whether a client is still there that closes its half. If it is not, the connection drops the request, and
/// this with it.
async fn until_half_closed(version: Version, peer: Option<Peer>) -> Infallible {
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

/// When a client sends its body. As long as it waits for a 100 (Continue), nobody may look for the body: that would
/// send the 100. So it is the socket that is looked at, for the end of the connection.
enum BodyTiming {
    AtOnce,
    AfterContinue(Socket),
    /// There hyper itself drops the request of a client that has gone.
    AfterContinueInHttp2,
}

/// A body that is taken in before anybody needs it.
struct BodyPrefetch {
    /// In one piece: a client may send it a byte at a time.
    taken: Vec<u8>,
    error: Option<axum::Error>,
    rest: Fuse<BodyDataStream>,
    sends: BodyTiming,
    /// How many bytes there is still room for.
    room: usize,
}

impl BodyPrefetch {
    fn of(request: &mut Request, limit: usize) -> Self {
        let sends = match request.extensions().get::<Socket>() {
            _ if !expects_continue(request.version(), request.headers()) => BodyTiming::AtOnce,
            Some(socket) => BodyTiming::AfterContinue(socket.clone()),
            None => BodyTiming::AfterContinueInHttp2,
        };
        let rest = mem::take(request.body_mut()).into_data_stream().fuse();
        Self { taken: Vec::new(), error: None, rest, sends, room: limit }
    }

    /// Takes in what comes, and is ready when it turns out that the whole will never come.
    async fn until_broken(&mut self) {
        if self.error.is_some() {
            return;
        }
        match &self.sends {
            BodyTiming::AtOnce => {}
            // Its next byte is of its body: it does not wait after all.
            BodyTiming::AfterContinue(socket) if socket.next_byte().await.is_some() => {}
            BodyTiming::AfterContinue(_) => return,
            BodyTiming::AfterContinueInHttp2 => pending().await,
        }
        while self.room > 0 {
            let Some(part) = self.rest.next().await else { break };
            match part {
                Ok(part) => {
                    self.room = self.room.saturating_sub(part.len());
                    self.taken.extend_from_slice(&part);
                }
                Err(error) => {
                    self.error = Some(error);
                    return;
                }
            }
        }
        pending::<()>().await;
    }

    fn into_body(self) -> Body {
        let taken = Some(Bytes::from(self.taken)).filter(|taken| !taken.is_empty()).map(Ok);
        let taken = taken.into_iter().chain(self.error.map(Err));
        Body::from_stream(stream::iter(taken).chain(self.rest))
    }
}

fn if_match(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::IF_MATCH).iter();
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    if lines.is_empty() { None } else { Some(lines.join(", ")) }
}
