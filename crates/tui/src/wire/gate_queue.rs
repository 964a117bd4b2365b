//! Which requests wait at the server's gate, as the server tells it, and in which order they shall go on.
//!
//! A client cannot tell a request that is held from one that is slow. The server can, but it counts in numbers of its
//! own, and a request bears no number on the wire. So the two are matched by what was asked: the same person, method,
//! path and conditions. The bodies say nothing: a gate holds a request before its body is read. Two such requests at
//! once are the same to anybody who looks at them.

use std::collections::BTreeMap;

use contract::{Author, Exchange, HeldExchange};

/// How many are kept: more than a person looks at, and no more than a hostile record could fill.
const MAX_QUEUED: usize = 64;

/// Those that wait, under the server's numbers, which is the order of their arrival.
#[derive(Debug, Clone, Default)]
pub(crate) struct GateQueue {
    held: BTreeMap<u64, QueuedRequest>,
    /// Our numbers for those that have a place in the order, the first to go on first.
    marked: Vec<u64>,
}

#[derive(Debug, Clone)]
struct QueuedRequest {
    asked: RequestKey,
    /// Our number for it; none while it is not seen here.
    ours: Option<u64>,
}

impl GateQueue {
    /// How many wait, whoever asked.
    pub(crate) fn count(&self) -> usize {
        self.held.len()
    }

    /// How many of them are somebody's.
    pub(crate) fn count_of(&self, author: &Author) -> usize {
        self.held.values().filter(|one| one.asked.author.as_ref() == Some(author)).count()
    }

    /// The server's number for the one that has ours; none where it does not wait.
    pub(crate) fn theirs(&self, ours: u64) -> Option<u64> {
        self.held.iter().find(|(_, one)| one.ours == Some(ours)).map(|(theirs, _)| *theirs)
    }

    /// Which place it has in the order, counted from 1; none where it has none.
    pub(crate) fn place(&self, ours: u64) -> Option<usize> {
        self.marked.iter().position(|marked| *marked == ours).map(|at| at + 1)
    }

    /// The server's numbers for those that have a place in the order, in that order.
    pub(crate) fn order(&self) -> Vec<u64> {
        self.marked.iter().filter_map(|ours| self.theirs(*ours)).collect()
    }

    pub(super) fn mark(&mut self, ours: u64) {
        match self.place(ours) {
            Some(place) => drop(self.marked.remove(place - 1)),
            None if self.theirs(ours).is_some() => self.marked.push(ours),
            None => {}
        }
    }

    /// Whether that one of the server's is known, and which it is of ours.
    pub(super) fn has(&self, theirs: u64) -> bool {
        self.held.get(&theirs).is_some_and(|one| one.ours.is_some())
    }

    /// Keeps one that is held, with our number where it is known.
    pub(super) fn keep(&mut self, theirs: u64, asked: RequestKey, ours: Option<u64>) {
        self.held.insert(theirs, QueuedRequest { asked, ours });
        if self.held.len() > MAX_QUEUED {
            self.held.pop_first();
        }
    }

    /// Keeps, of those that are not seen here, only such.
    pub(super) fn drop_foreign(&mut self, still: impl Fn(u64) -> bool) {
        self.held.retain(|theirs, one| one.ours.is_some() || still(*theirs));
    }

    /// Whether the server told of this request before it was seen here to depart: two streams keep no common order.
    pub(super) fn claim(&mut self, exchange: &Exchange) -> bool {
        let found = self.held.values_mut().find(|one| one.ours.is_none() && one.asked.is_request_of(exchange));
        found.map(|one| one.ours = Some(exchange.number)).is_some()
    }

    /// Our number for the one that ended.
    pub(super) fn ended(&mut self, theirs: u64) -> Option<u64> {
        let ours = self.held.remove(&theirs)?.ours?;
        self.marked.retain(|marked| *marked != ours);
        Some(ours)
    }

    /// The one with our number waits no more.
    pub(super) fn let_go(&mut self, ours: u64) {
        self.held.retain(|_, one| one.ours != Some(ours));
        self.marked.retain(|marked| *marked != ours);
    }
}

/// What two records of one request have in common, besides who asks for what.
const COMMON_METHODS: [&str; 2] = ["If-None-Match", "Content-Length"];

/// What was asked, as far as it tells one request from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RequestKey {
    author: Option<Author>,
    method: String,
    path: String,
    if_match: Option<String>,
    /// The values of [`COMMON_METHODS`]; none where they were not told.
    common: Option<[Option<String>; COMMON_METHODS.len()]>,
}

impl RequestKey {
    /// Whether that is the request.
    pub(super) fn is_request_of(&self, exchange: &Exchange) -> bool {
        let other = Self::from(exchange);
        let common = self.common.as_ref().or(other.common.as_ref()).cloned();
        Self { common, ..self.clone() } == other
    }
}

impl From<&Exchange> for RequestKey {
    fn from(exchange: &Exchange) -> Self {
        let value = |name| exchange.request.field(name).map(str::to_owned);
        let path = exchange.target.split_once('?').map_or(&*exchange.target, |(path, _)| path);
        Self {
            author: exchange.author.clone(),
            method: exchange.method.clone(),
            path: path.to_owned(),
            if_match: value("If-Match"),
            common: Some(COMMON_METHODS.map(value)),
        }
    }
}

impl From<&HeldExchange> for RequestKey {
    fn from(held: &HeldExchange) -> Self {
        Self {
            author: held.author.clone(),
            method: held.method.clone(),
            path: held.path.clone(),
            if_match: held.if_match.clone(),
            common: None,
        }
    }
}
