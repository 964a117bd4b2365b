//! Which requests wait at the server's gate, as the server's own record tells it.
//!
//! A client cannot tell a request that is held from one that is slow. The server can, but it counts in numbers of its
//! own, and a request bears no number on the wire. So the two are matched by what was asked: the same person, method,
//! target, conditions and length. The bodies say nothing: a gate holds a request before its body is read. Two such
//! requests at once are the same to anybody who looks at them.

use std::collections::BTreeMap;

use contract::Exchange;

/// How many are kept: more than a person looks at, and no more than a hostile record could fill.
const KEPT: usize = 64;

/// Those that wait, under the server's numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting(BTreeMap<u64, Held>);

#[derive(Debug, Clone)]
struct Held {
    exchange: Exchange,
    /// Our number for it; none while it is not seen here.
    ours: Option<u64>,
}

impl Waiting {
    /// Keeps one that is held, with our number where it is known.
    pub(super) fn keep(&mut self, exchange: Exchange, ours: Option<u64>) {
        self.0.insert(exchange.number, Held { exchange, ours });
        if self.0.len() > KEPT {
            self.0.pop_first();
        }
    }

    /// Whether the server told of this request before it was seen here to depart: two streams keep no common order.
    pub(super) fn claim(&mut self, exchange: &Exchange) -> bool {
        let found = self.0.values_mut().find(|held| held.ours.is_none() && same(exchange, &held.exchange));
        found.map(|held| held.ours = Some(exchange.number)).is_some()
    }

    /// Our number for the one that ended.
    pub(super) fn ended(&mut self, number: u64) -> Option<u64> {
        self.0.remove(&number)?.ours
    }

    /// The one with our number waits no more.
    pub(super) fn let_go(&mut self, ours: u64) {
        self.0.retain(|_, held| held.ours != Some(ours));
    }
}

/// What two records of one request have in common, besides who asks for what.
const COMMON: [&str; 3] = ["If-Match", "If-None-Match", "Content-Length"];

/// Whether the server's record is of this request of ours, which has no answer yet.
pub(super) fn same(ours: &Exchange, theirs: &Exchange) -> bool {
    let open = ours.status.is_none() && ours.lost.is_none();
    let asked = |name| ours.request.field(name) == theirs.request.field(name);
    open && (&ours.author, &ours.method, &ours.target) == (&theirs.author, &theirs.method, &theirs.target)
        && COMMON.into_iter().all(asked)
}
