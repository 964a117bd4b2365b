//! The requests that wait at the server's gate, and the order in which to release them.
//!
//! A client cannot tell a held request from a slow one. The server can, but its record has numbers of its own, which no
//! request carries. So the two records are matched by author, method, path and conditions. Bodies are not compared: the
//! gate holds a request before its body is read. Equal requests at the same time need not be told apart.

use std::collections::{BTreeMap, BTreeSet};

use contract::{Author, Exchange, HeldExchange};

/// The most requests that are kept, which bounds the record of a hostile server.
///
/// It is more than a user looks at.
const MAX_QUEUED: usize = 64;

/// The most ended requests that are remembered.
///
/// A report of the gate is older than the end of only a few requests.
const MAX_ENDED: usize = 256;

/// The waiting requests by the server's numbers, which count up in order of arrival.
#[derive(Debug, Clone, Default)]
pub struct GateQueue {
    held: BTreeMap<u64, QueuedRequest>,
    /// The server's numbers of the requests that ended last, according to its record.
    ended: BTreeSet<u64>,
    /// The marked requests by our numbers, in the order of their release.
    marked: Vec<u64>,
}

#[derive(Debug, Clone)]
struct QueuedRequest {
    asked: RequestKey,
    /// Our number for it, or `None` while it is not recorded here.
    ours: Option<u64>,
    /// Whether the server's record has the request, and so will report its end.
    is_recorded: bool,
}

impl GateQueue {
    /// Returns how many requests wait, of all authors.
    #[must_use]
    pub fn count(&self) -> usize {
        self.held.len()
    }

    /// Returns how many requests of that author wait.
    #[must_use]
    pub fn count_of(&self, author: &Author) -> usize {
        self.held.values().filter(|one| one.asked.author.as_ref() == Some(author)).count()
    }

    /// Returns the server's number for the request with our number, or `None` if it does not wait.
    #[must_use]
    pub fn theirs(&self, ours: u64) -> Option<u64> {
        self.held.iter().find(|(_, one)| one.ours == Some(ours)).map(|(theirs, _)| *theirs)
    }

    /// Returns the place of a request in the order of release, or `None` if it is not marked.
    ///
    /// Places are counted from 1.
    #[must_use]
    pub fn place(&self, ours: u64) -> Option<usize> {
        self.marked.iter().position(|marked| *marked == ours).map(|at| at + 1)
    }

    /// Returns the server's numbers for the marked requests, in the order of their release.
    #[must_use]
    pub fn order(&self) -> Vec<u64> {
        self.marked.iter().filter_map(|ours| self.theirs(*ours)).collect()
    }

    /// Gives a waiting request the next place in the order of release, or removes its mark.
    pub(crate) fn toggle_mark(&mut self, ours: u64) {
        match self.place(ours) {
            Some(place) => drop(self.marked.remove(place - 1)),
            None if self.theirs(ours).is_some() => self.marked.push(ours),
            None => {}
        }
    }

    /// Returns whether the request with the server's number is known to be one of ours.
    pub(crate) fn is_claimed(&self, theirs: u64) -> bool {
        self.held.get(&theirs).is_some_and(|one| one.ours.is_some())
    }

    /// Returns whether the server's record has reported the end of the request with the server's number.
    pub(crate) fn has_ended(&self, theirs: u64) -> bool {
        self.ended.contains(&theirs)
    }

    /// Adds a request that is held, with our number if that is known.
    pub(crate) fn keep(&mut self, theirs: u64, asked: RequestKey, ours: Option<u64>) {
        let is_recorded = self.held.get(&theirs).is_some_and(|one| one.is_recorded);
        self.held.insert(theirs, QueuedRequest { asked, ours, is_recorded });
        if self.held.len() > MAX_QUEUED {
            self.held.pop_first();
        }
    }

    /// Notes that the server's record has the held request with the server's number.
    pub(crate) fn on_recorded(&mut self, theirs: u64) {
        if let Some(one) = self.held.get_mut(&theirs) {
            one.is_recorded = true;
        }
    }

    /// Drops requests that only a report of the gate has named, and for which `still` is false.
    pub(crate) fn retain_recorded_or(&mut self, still: impl Fn(u64) -> bool) {
        self.held.retain(|theirs, one| one.ours.is_some() || one.is_recorded || still(*theirs));
    }

    /// Claims a request that the server reported before it was recorded here, and returns whether one was.
    ///
    /// The server's record and our own are two streams without a common order.
    pub(crate) fn claim(&mut self, exchange: &Exchange) -> bool {
        let found = self.held.values_mut().find(|one| one.ours.is_none() && one.asked.is_request_of(exchange));
        found.map(|one| one.ours = Some(exchange.number)).is_some()
    }

    /// Removes the request with the server's number, and returns ours, or `None` if it has none.
    pub(crate) fn ended(&mut self, theirs: u64) -> Option<u64> {
        self.ended.insert(theirs);
        if self.ended.len() > MAX_ENDED {
            self.ended.pop_first();
        }
        let ours = self.held.remove(&theirs)?.ours?;
        self.marked.retain(|marked| *marked != ours);
        Some(ours)
    }

    /// Removes the request with our number.
    pub(crate) fn let_go(&mut self, ours: u64) {
        self.held.retain(|_, one| one.ours != Some(ours));
        self.marked.retain(|marked| *marked != ours);
    }
}

/// Fields that tell requests apart besides author, method, path and `If-Match`.
const COMPARED_FIELDS: [&str; 2] = ["If-None-Match", "Content-Length"];

/// The parts of a request that identify it in both records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestKey {
    author: Option<Author>,
    method: String,
    path: String,
    if_match: Option<String>,
    /// The values of [`COMPARED_FIELDS`], or `None` if the record does not have them.
    common: Option<[Option<String>; COMPARED_FIELDS.len()]>,
}

impl RequestKey {
    /// Returns whether both are the same request.
    pub(crate) fn is_request_of(&self, exchange: &Exchange) -> bool {
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
            if_match: named(value("If-Match")),
            common: Some(COMPARED_FIELDS.map(value)),
        }
    }
}

impl From<&HeldExchange> for RequestKey {
    fn from(held: &HeldExchange) -> Self {
        Self {
            author: held.author.clone(),
            method: held.method.clone(),
            path: held.path.clone(),
            if_match: named(held.if_match.clone()),
            common: None,
        }
    }
}

/// Returns a condition unless it is empty: a proxy on the way may not forward a field without a value.
fn named(condition: Option<String>) -> Option<String> {
    condition.filter(|value| !value.trim().is_empty())
}
