//! The gate's state: the requests that are held, and the order in which they are released.
//!
//! What is *not* here: what a request does while it is held, see [`pipeline`](crate::pipeline).

mod turns;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::http::{HeaderMap, Method};
use contract::{Author, GateSettings, HeldExchange, Hold, Timestamp, fields};
use serde::{Deserialize, Serialize};
use tokio::sync::{oneshot, watch};

use super::exchange_log::ExchangeId;
use super::offload::ROW_OVERHEAD_BYTES;
use super::shared_cell::SharedCell;
use crate::budget::memory_pool::{MemoryPool, PoolLoan, PoolShare};
use crate::budget::{self, Budgets, Uses};
use crate::lock::lock;
use turns::Turns;

pub(crate) use turns::{Order, ReleaseEffects, Turn};

/// A request that arrives at the gate.
pub(crate) struct Arrival<'a> {
    pub(crate) exchange: ExchangeId,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    /// The value of `If-Match`, for the report of the gate.
    pub(crate) if_match: Option<&'a [u8]>,
    pub(crate) author: Option<&'a Author>,
    /// Whether the client may set the gate, and so may pass it.
    pub(crate) may_pass: bool,
    /// Whether the response is a stream of events, which the gate never holds.
    pub(crate) is_event_stream: bool,
    /// The connection's share of the gate's budget; `None` if there is no connection.
    pub(crate) share: Option<&'a PoolShare>,
}

impl Arrival<'_> {
    /// Returns whether the request asks to pass the gate, and may.
    fn passes(&self) -> bool {
        self.may_pass && self.headers.get(fields::GATE).is_some_and(|value| value == "pass")
    }
}

/// The most bytes of a path or field in a report. An ellipsis marks a shortened one.
const MAX_SHOWN_BYTES: usize = 256;

/// The gate, and the requests that it holds. Clones are the same gate.
#[derive(Clone)]
pub(crate) struct Gate {
    state: Arc<Mutex<HeldRequests>>,
    /// Whether the gate holds anything. Every request reads this, so it needs no lock.
    is_shut: Arc<AtomicBool>,
    room: MemoryPool,
    turns: Turns,
    /// How many times the gate has been set.
    settings: watch::Sender<u64>,
}

#[derive(Default)]
struct HeldRequests {
    hold: Hold,
    /// The lease on the setting, if all servers of the store share it.
    lease: Option<SharedLease>,
    /// Whether the setting has opened the gate and released all that it held.
    releases: bool,
    /// The held requests by the number of their exchange, which is the order of arrival.
    held: BTreeMap<u64, Place>,
}

/// A client's lease on the setting that all servers share: the gate opens when the client is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SharedLease {
    /// The server to which the client is connected.
    pub(crate) server: u32,
    /// Tells it from all other leases of that server.
    number: u64,
}

impl SharedLease {
    /// Returns a new lease of a client of this server.
    pub(crate) fn new(server: u32) -> Self {
        let mut random = [0; 8];
        // Without random numbers, a second lease of this server would end with the first.
        let _ = getrandom::fill(&mut random);
        Self { server, number: u64::from_le_bytes(random) }
    }
}

/// The setting, as all servers share it.
#[derive(Serialize, Deserialize)]
struct SharedHold {
    hold: Hold,
    lease: Option<SharedLease>,
    releases: bool,
}

/// A held request.
struct Place {
    held: Arc<HeldExchange>,
    is_write: bool,
    go: oneshot::Sender<Turn>,
}

impl Gate {
    /// Creates an open gate with the limits of the budgets.
    pub(crate) fn new(budgets: &Budgets, uses: &Uses) -> Self {
        let room = MemoryPool::new(&budget::GATE_REQUESTS, budgets, uses);
        Self {
            state: Arc::default(),
            is_shut: Arc::default(),
            room,
            turns: Turns::new(uses),
            settings: watch::Sender::default(),
        }
    }

    /// Returns the share of a new connection, which holds no request.
    pub(crate) fn share(&self) -> PoolShare {
        self.room.share()
    }

    /// Updates the metric with how many requests are held.
    pub(crate) fn count_use(&self) {
        self.room.report();
    }

    /// Returns whether the gate holds requests.
    pub(crate) fn is_shut(&self) -> bool {
        self.is_shut.load(Ordering::Acquire)
    }

    /// Sets which requests the gate holds from now on.
    ///
    /// Held requests stay held until they are released: to open the gate must not start the race that it was closed
    /// for.
    pub(crate) fn set(&self, hold: Hold) {
        self.replace_hold(hold);
    }

    /// Sets which requests the gate holds, for as long as the lease is kept.
    ///
    /// If the lease is dropped, the gate opens and releases all held requests. It does not if the gate has been set
    /// again, or if the server is stopping, since held requests then get a 503.
    pub(crate) fn set_while(&self, hold: Hold, stopped: watch::Receiver<bool>) -> HoldLease {
        HoldLease { gate: self.clone(), setting: self.replace_hold(hold), stopped }
    }

    fn replace_hold(&self, hold: Hold) -> u64 {
        let mut state = self.lock();
        self.set_hold(&mut state, hold);
        // Under the lock, so that the setting and its number change together.
        self.settings.send_modify(|count| *count += 1);
        *self.settings.borrow()
    }

    /// Sets which requests the gates of all servers hold, until the lease is ended.
    pub(crate) fn set_leased(&self, hold: Hold, lease: SharedLease) {
        self.set(hold);
        self.lock().lease = Some(lease);
    }

    /// Ends a lease, unless the gate has been set again: the gate opens and releases all that it holds.
    pub(crate) fn end_lease(&self, lease: SharedLease) {
        let mut state = self.lock();
        if state.lease == Some(lease) {
            self.set_hold(&mut state, Hold::None);
            state.releases = true;
        }
    }

    /// Returns the lease on the setting that all servers share.
    pub(crate) fn lease(&self) -> Option<SharedLease> {
        self.lock().lease
    }

    /// Waits until another lease or none is on the setting that all servers share.
    pub(crate) async fn until_lease_ends(&self, lease: SharedLease) {
        let mut settings = self.settings.subscribe();
        while self.lease() == Some(lease) {
            // The gate keeps the sender, so the wait does not end early.
            let _ = settings.changed().await;
        }
    }

    fn set_hold(&self, state: &mut HeldRequests, hold: Hold) {
        (state.hold, state.lease, state.releases) = (hold, None, false);
        self.is_shut.store(hold != Hold::None, Ordering::Release);
    }

    pub(crate) fn report(&self) -> Report {
        let state = self.lock();
        Report { hold: state.hold, held: state.held.values().map(|place| Arc::clone(&place.held)).collect() }
    }

    /// Returns how many requests are held.
    pub(crate) fn count(&self) -> usize {
        self.lock().held.len()
    }

    /// Releases a request; returns false if it is not held.
    pub(crate) fn release(&self, exchange: u64, effects: ReleaseEffects) -> bool {
        let mut state = self.lock();
        let held = state.held.remove(&exchange);
        held.map(|held| self.release_one(held, effects)).is_some()
    }

    /// Releases all requests, in order of arrival.
    pub(crate) fn release_all(&self) {
        self.release_all_of(&mut self.lock());
    }

    fn release_all_of(&self, state: &mut HeldRequests) {
        while let Some((_, held)) = state.held.pop_first() {
            self.release_one(held, ReleaseEffects::default());
        }
    }

    /// Releases one request. The caller holds the lock, so that the turns are in the order of release.
    fn release_one(&self, Place { is_write, go, .. }: Place, effects: ReleaseEffects) {
        // If the client has disconnected at this moment, the turn is returned and dropped, which ends it.
        let _ = go.send(self.turns.take(is_write, effects));
    }

    /// Registers a request that must wait; returns `None` if the gate does not hold it.
    ///
    /// # Errors
    ///
    /// The request must wait, but the budget does not allow this client another held request.
    pub(crate) fn arrive(
        &self,
        arrival: &Arrival<'_>,
        now: impl Fn() -> Timestamp,
    ) -> Result<Option<HeldRequest>, GateFull> {
        if !self.is_shut() {
            return Ok(None);
        }
        let Arrival { exchange: ExchangeId(exchange), method, path, is_event_stream, .. } = *arrival;
        let mut state = self.lock();
        if !is_held(state.hold, method, is_event_stream) || arrival.passes() {
            return Ok(None);
        }
        let room = arrival.share.map_or_else(|| self.share().take(1), |share| share.take(1)).ok_or(GateFull)?;
        let held = Arc::new(HeldExchange {
            exchange,
            author: arrival.author.cloned(),
            method: method.to_string(),
            path: shortened(path.to_owned()),
            if_match: arrival.if_match.map(|value| shortened(String::from_utf8_lossy(value).into_owned())),
            since: now(),
        });
        let (go, going) = oneshot::channel();
        state.held.insert(exchange, Place { held, is_write: !method.is_safe(), go });
        drop(state);
        Ok(Some(HeldRequest { gate: self.clone(), exchange, going, _room: room }))
    }

    fn lock(&self) -> MutexGuard<'_, HeldRequests> {
        lock(&self.state)
    }
}

impl SharedCell for Gate {
    const NAME: &str = "gate";

    fn fork(&self) -> Self {
        let state = self.lock();
        let (hold, lease, releases) = (state.hold, state.lease, state.releases);
        Self {
            state: Arc::new(Mutex::new(HeldRequests { hold, lease, releases, held: BTreeMap::new() })),
            is_shut: Arc::default(),
            room: self.room.clone(),
            turns: self.turns.clone(),
            settings: watch::Sender::default(),
        }
    }

    fn to_json(&self) -> String {
        let state = self.lock();
        let shared = SharedHold { hold: state.hold, lease: state.lease, releases: state.releases };
        serde_json::to_string(&shared).unwrap_or_default()
    }

    fn adopt(&self, json: &str, _: u64) -> Result<(), serde_json::Error> {
        let SharedHold { hold, lease, releases } = serde_json::from_str(json)?;
        let mut state = self.lock();
        self.set_hold(&mut state, hold);
        (state.lease, state.releases) = (lease, releases);
        if releases {
            self.release_all_of(&mut state);
        }
        self.settings.send_modify(|count| *count += 1);
        Ok(())
    }
}

/// The state of the gate, before it is turned into a type of the contract.
pub(crate) struct Report {
    hold: Hold,
    held: Vec<Arc<HeldExchange>>,
}

impl Report {
    /// Returns the same report with the requests of one author only.
    pub(crate) fn of(mut self, author: &Author) -> Self {
        self.held.retain(|held| held.author.as_ref() == Some(author));
        self
    }

    /// Returns its approximate size as JSON, in bytes.
    pub(crate) fn size(&self) -> usize {
        let texts = |held: &HeldExchange| held.path.len() + held.if_match.as_ref().map_or(0, String::len);
        self.held.iter().map(|held| ROW_OVERHEAD_BYTES + texts(held)).sum()
    }

    /// Returns the state as a type of the contract.
    pub(crate) fn into_gate(self) -> GateSettings {
        GateSettings { hold: self.hold, held: self.held.iter().map(|held| HeldExchange::clone(held)).collect() }
    }
}

/// The error that the budget of held requests is used up.
#[derive(Debug)]
pub(crate) struct GateFull;

/// A held request. Dropping this removes it from the gate: its client has disconnected.
pub(crate) struct HeldRequest {
    gate: Gate,
    exchange: u64,
    going: oneshot::Receiver<Turn>,
    /// The request's part of the budget, which is returned when the request's turn begins.
    _room: PoolLoan,
}

impl HeldRequest {
    /// Returns the number of its exchange.
    pub(crate) fn exchange(&self) -> u64 {
        self.exchange
    }

    /// Waits until the request is released, and returns its turn; `None` if the server has stopped.
    pub(crate) async fn released(&mut self) -> Option<Turn> {
        (&mut self.going).await.ok()
    }

    /// Releases the request itself, because it has been held for the maximum time.
    pub(crate) fn release(&self) {
        self.gate.release(self.exchange, ReleaseEffects::default());
    }
}

impl Drop for HeldRequest {
    fn drop(&mut self) {
        self.gate.lock().held.remove(&self.exchange);
    }
}

/// A lease on a setting: the gate keeps the setting until the lease is dropped.
pub(crate) struct HoldLease {
    gate: Gate,
    setting: u64,
    stopped: watch::Receiver<bool>,
}

impl HoldLease {
    /// Waits until a client sets the gate again.
    pub(crate) async fn until_replaced(&self) {
        let mut settings = self.gate.settings.subscribe();
        // The gate keeps the sender, so the wait does not end early.
        let _ = settings.wait_for(|setting| *setting != self.setting).await;
    }
}

impl Drop for HoldLease {
    fn drop(&mut self) {
        let mut state = self.gate.lock();
        if *self.gate.settings.borrow() != self.setting || *self.stopped.borrow() {
            return;
        }
        tracing::info!(hold = ?state.hold, "the gate opens: the client that held it has disconnected");
        self.gate.set_hold(&mut state, Hold::None);
        self.gate.release_all_of(&mut state);
    }
}

/// Shortens a text that is too long for a report.
fn shortened(mut text: String) -> String {
    if text.len() > MAX_SHOWN_BYTES {
        let end = (0..=MAX_SHOWN_BYTES).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or(0));
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

fn is_held(hold: Hold, method: &Method, is_event_stream: bool) -> bool {
    match hold {
        Hold::None => false,
        Hold::Writes => !method.is_safe(),
        Hold::All => !(method == Method::GET && is_event_stream),
    }
}
