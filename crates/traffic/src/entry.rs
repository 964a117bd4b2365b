//! One exchange of the traffic, with the facts derived from it.

use std::sync::Arc;

use contract::{ApiPath, Exchange};
use precondition::Policy;
use precondition::policy::Preconditions;

/// An exchange, and the facts derived from it when it was recorded.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The exchange, which a saved session shares.
    pub exchange: Arc<Exchange>,
    /// The explanation of the exchange, in one sentence.
    pub sentence: String,
    /// The policy change that the exchange requests, if any.
    pub switch: Option<ObservedPolicyChange>,
    /// Whether the server reported that the request waited at the gate.
    pub held: bool,
    /// Whether the exchange was matched with an ended one in the server's record.
    pub(crate) matched: bool,
    /// Whether the filter shows the exchange.
    pub(crate) shown: bool,
    /// The approximate size of the entry in memory, in bytes.
    pub(crate) bytes: usize,
}

/// A request that changes which preconditions the server requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObservedPolicyChange {
    /// The policy when the request was sent, or `None` if it was not known.
    pub from: Option<Preconditions>,
    /// The requested policy.
    pub to: Preconditions,
}

impl ObservedPolicyChange {
    /// Returns the change that an exchange requests, or `None` if it requests none.
    pub(crate) fn read(exchange: &Exchange, from: Option<Preconditions>) -> Option<Self> {
        if exchange.method != "PUT" || ApiPath::parse(&exchange.target) != Some(ApiPath::Policy) {
            return None;
        }
        let wanted: Policy = serde_json::from_str(&exchange.request.body).ok()?;
        Some(Self { from, to: wanted.preconditions })
    }
}
