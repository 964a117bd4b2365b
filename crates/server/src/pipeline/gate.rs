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

mod turns;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::{Future, pending};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, Version, header};
use axum::response::Response;
use contract::{HeldExchange, Hold, Timestamp, fields};
use futures_util::stream::{self, Fuse, StreamExt};
use tokio::sync::{oneshot, watch};
use tokio::time::sleep;

use crate::budget::memory_pool::{MemoryPool, PoolLoan, PoolShare};
use crate::budget::{self, Budgets, Uses};
use crate::connection::peer::Peer;
use crate::connection::peer_client::ConnectedClient;
use crate::connection::socket::Socket;
use crate::http::page::ROW_OVERHEAD_BYTES;
use crate::http::request::{author_of, expects_continue};
use crate::options::tokens::Authentication;
use crate::pipeline::exchange_log::ExchangeId;
use crate::problem::{Refusal, details, types};
use crate::shutdown_requested;
use crate::state::SharedState;
use turns::Turns;

pub(crate) use turns::Order;
pub(super) use turns::Turn;

/// The longest that a request is held.
const MAX_HOLD: Duration = Duration::from_secs(budget::GATE_TIME.default);

/// The most bytes of a path or of a field that a report of the gate has. An ellipsis says that there was more.
const MAX_SHOWN_BYTES: usize = 256;

/// The gate, and who stands before it. Clones are the same gate.
#[derive(Clone)]
pub(crate) struct Gate {
    state: Arc<Mutex<HeldRequests>>,
    room: MemoryPool,
    turns: Turns,
    /// How often the gate has been set.
    settings: watch::Sender<u64>,
}

#[derive(Default)]
struct HeldRequests {
    hold: Hold,
    /// By the number of their exchange, which is the order of their arrival.
    held: BTreeMap<u64, Place>,
}

/// A request that is held.
struct Place {
    held: Arc<HeldExchange>,
    is_write: bool,
    go: oneshot::Sender<Turn>,
}

impl Gate {
    /// Creates an open gate with as much room as the budgets say.
    pub(crate) fn new(budgets: &Budgets, uses: &Uses) -> Self {
        let room = MemoryPool::new(&budget::GATE_REQUESTS, budgets, uses);
        Self { state: Arc::default(), room, turns: Turns::new(uses), settings: watch::Sender::default() }
    }

    /// Returns the share of a new connection, of which no request is held.
    pub(crate) fn share(&self) -> PoolShare {
        self.room.share()
    }

    /// Says in the metrics how many requests are held.
    pub(crate) fn count_use(&self) {
        self.room.report();
    }

    /// Sets who has to wait from now on. Those that wait do so until they are released: to open the gate must not let
    /// loose the race that it was closed for.
    pub(crate) fn set(&self, hold: Hold) {
        self.replace_hold(hold);
    }

    /// The same for as long as the lease is kept. If it is dropped, the gate opens and all that wait go on, unless the
    /// gate has been set anew, or the server ends: then those that wait are told that.
    pub(crate) fn set_while(&self, hold: Hold, stopped: watch::Receiver<bool>) -> HoldLease {
        HoldLease { gate: self.clone(), setting: self.replace_hold(hold), stopped }
    }

    fn replace_hold(&self, hold: Hold) -> u64 {
        let mut state = self.lock();
        state.hold = hold;
        // Under the lock, so that the last setting is the one that is in force.
        self.settings.send_modify(|count| *count += 1);
        *self.settings.borrow()
    }

    pub(crate) fn report(&self) -> Report {
        let state = self.lock();
        Report { hold: state.hold, held: state.held.values().map(|place| Arc::clone(&place.held)).collect() }
    }

    /// Returns how many requests are held.
    pub(crate) fn count(&self) -> usize {
        self.lock().held.len()
    }

    /// Lets that one go on, and loses the response to it if it is to a write that was applied; false if it is not held.
    pub(crate) fn release(&self, exchange: u64, lose_response: bool) -> bool {
        let mut state = self.lock();
        let held = state.held.remove(&exchange);
        held.map(|held| self.release_one(held, lose_response)).is_some()
    }

    /// Lets all go on, in the order of their arrival.
    pub(crate) fn release_all(&self) {
        self.release_all_of(&mut self.lock());
    }

    fn release_all_of(&self, state: &mut HeldRequests) {
        while let Some((_, held)) = state.held.pop_first() {
            self.release_one(held, false);
        }
    }

    /// The gate is locked by the caller, so that the order of the turns is the order of release.
    fn release_one(&self, Place { is_write, go, .. }: Place, lose_response: bool) {
        // If the client has gone in this very moment, the turn comes back, and ends by that.
        let _ = go.send(self.turns.take(is_write, lose_response));
    }

    /// Has a request wait, if such are held. One that will not be let in is not judged, so there is nothing to hold.
    fn hold_request(
        &self,
        ExchangeId(exchange): ExchangeId,
        request: &Request,
        now: impl Fn() -> Timestamp,
    ) -> Result<Option<HeldRequest>, Full> {
        let mut state = self.lock();
        let is_turned_away = matches!(request.extensions().get(), Some(Authentication::Denied(_)));
        if !is_held(state.hold, request) || is_turned_away || bypasses_gate(request) {
            return Ok(None);
        }
        let share =
            request.extensions().get::<ConnectedClient>().map_or_else(|| self.share(), |client| client.held.clone());
        let room = share.take(1).ok_or(Full)?;
        let headers = request.headers();
        let held = HeldExchange {
            exchange,
            author: author_of(request.extensions(), headers).and_then(Result::ok),
            method: request.method().to_string(),
            path: shortened(request.uri().path().to_owned()),
            if_match: if_match(headers).map(shortened),
            since: now(),
        };
        let (go, going) = oneshot::channel();
        let held = Arc::new(held);
        state.held.insert(exchange, Place { held, is_write: !request.method().is_safe(), go });
        drop(state);
        Ok(Some(HeldRequest { gate: self.clone(), exchange, going, _room: room }))
    }

    fn lock(&self) -> MutexGuard<'_, HeldRequests> {
        // Nothing in here panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the gate holds, not yet in the words of the contract.
pub(crate) struct Report {
    hold: Hold,
    held: Vec<Arc<HeldExchange>>,
}

impl Report {
    /// Returns about how many bytes it has as JSON.
    pub(crate) fn size(&self) -> usize {
        let texts = |held: &HeldExchange| held.path.len() + held.if_match.as_ref().map_or(0, String::len);
        self.held.iter().map(|held| ROW_OVERHEAD_BYTES + texts(held)).sum()
    }

    /// Returns the same in the words of the contract.
    pub(crate) fn into_gate(self) -> contract::GateSettings {
        contract::GateSettings {
            hold: self.hold,
            held: self.held.iter().map(|held| HeldExchange::clone(held)).collect(),
        }
    }
}

/// As many requests are held as there may be.
struct Full;

/// A request's place before the gate. If it is dropped, the client has gone, and so is its place.
struct HeldRequest {
    gate: Gate,
    exchange: u64,
    going: oneshot::Receiver<Turn>,
    /// Its part of the budget, until its turn begins.
    _room: PoolLoan,
}

impl Drop for HeldRequest {
    fn drop(&mut self) {
        self.gate.lock().held.remove(&self.exchange);
    }
}

/// The gate holds what it was set to hold for as long as this is kept.
pub(crate) struct HoldLease {
    gate: Gate,
    setting: u64,
    stopped: watch::Receiver<bool>,
}

impl HoldLease {
    /// Waits until the gate is set anew.
    pub(crate) async fn until_replaced(&self) {
        let mut settings = self.gate.settings.subscribe();
        // The gate holds the sender, so the wait cannot end for want of one.
        let _ = settings.wait_for(|setting| *setting != self.setting).await;
    }
}

impl Drop for HoldLease {
    fn drop(&mut self) {
        let mut state = self.gate.lock();
        if *self.gate.settings.borrow() != self.setting || *self.stopped.borrow() {
            return;
        }
        tracing::info!(hold = ?state.hold, "the gate opens: whoever held it has gone");
        state.hold = Hold::None;
        self.gate.release_all_of(&mut state);
    }
}

/// Holds a request at the gate, where such are held, and hands out its turn when it is released.
///
/// Only what is recorded is held: it is by the number of its exchange that it is released.
pub(super) async fn hold(
    app: &SharedState,
    number: Option<ExchangeId>,
    request: &mut Request,
) -> Result<Option<Turn>, Refusal> {
    let Some(number) = number else { return Ok(None) };
    match app.gate.hold_request(number, request, || app.now()) {
        Ok(None) => Ok(None),
        // In a box, since hardly any request waits, and otherwise all of them would carry the room for it.
        Ok(Some(stop)) => Box::pin(stop.wait(app, request)).await.map(Some),
        Err(Full) => Err(Refusal::budget_exhausted(&budget::GATE_REQUESTS, &app.options.budgets, None)),
    }
}

/// Answers a request, in its turn where it has one.
pub(super) async fn respond_in_turn(turn: Option<Turn>, answer: impl Future<Output = Response>) -> Response {
    match turn {
        None => answer.await,
        Some(turn) => Box::pin(turn.respond(answer)).await,
    }
}

impl HeldRequest {
    /// Waits here until it is let go.
    async fn wait(mut self, app: &SharedState, request: &mut Request) -> Result<Turn, Refusal> {
        app.recorder.broadcast(self.exchange);
        let half_close = until_half_closed(request.version(), request.extensions().get::<Peer>().cloned());
        let mut ahead = BodyPrefetch::of(request, app.options.max_body());
        let enough = async {
            tokio::select! {
                () = sleep(MAX_HOLD) => {}
                () = ahead.until_broken() => {}
            }
        };
        let turn = tokio::select! {
            turn = &mut self.going => turn.ok(),
            () = shutdown_requested(app.shutdown.clone()) => None,
            never = half_close => match never {},
            () = enough => {
                app.gate.release(self.exchange, false);
                (&mut self.going).await.ok()
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
        drop(self);
        *request.body_mut() = turn.watch(ahead.into_body());
        request.extensions_mut().insert(turn.order());
        Ok(turn)
    }
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

/// Cuts a text off where it is longer than a report should be.
fn shortened(mut text: String) -> String {
    if text.len() > MAX_SHOWN_BYTES {
        let end = (0..=MAX_SHOWN_BYTES).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or(0));
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

/// Whether a request asks to be let past the gate, and may: whoever can open it can pass it.
fn bypasses_gate(request: &Request) -> bool {
    let asks = request.headers().get(fields::GATE).is_some_and(|value| value == "pass");
    asks && matches!(request.extensions().get(), None | Some(Authentication::Granted { admin: true, .. }))
}

fn is_held(hold: Hold, request: &Request) -> bool {
    match hold {
        Hold::None => false,
        Hold::Writes => !request.method().is_safe(),
        Hold::All => !(request.method() == Method::GET && is_event_stream(request.uri().path())),
    }
}

/// Whether events are at that path. (A document may well be called `events`.)
fn is_event_stream(path: &str) -> bool {
    let in_document = |rest: &str| rest.split_once('/').is_some_and(|(_, what)| what == "events");
    path == "/api/events" || path.strip_prefix("/api/documents/").is_some_and(in_document)
}

fn if_match(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::IF_MATCH).iter();
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    if lines.is_empty() { None } else { Some(lines.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_events_are_told_from_documents() {
        for stream in ["/api/events", "/api/documents/a/events", "/api/documents/events/events"] {
            assert!(is_event_stream(stream), "{stream}");
        }
        for other in
            ["/api/documents/events", "/api/documents", "/api/documents/a/versions", "/api/documents/a/b/events"]
        {
            assert!(!is_event_stream(other), "{other}");
        }
    }
}
