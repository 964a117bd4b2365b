//! One exchange of the traffic, with what was derived from it once.

use contract::{ApiPath, Exchange};
use precondition::Policy;
use precondition::policy::Preconditions;

/// An exchange, and what was derived from it when it was recorded.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The exchange.
    pub exchange: Exchange,
    /// What it means, in one sentence.
    pub sentence: String,
    /// The policy change that it asks for, if it asks for one.
    pub switch: Option<ObservedPolicyChange>,
    /// Whether it waited at the server's gate, as far as the server reported that.
    pub held: bool,
    /// Whether the filter shows it.
    pub(crate) shown: bool,
    /// About how many bytes it takes.
    pub(crate) bytes: usize,
}

/// A request that changes which preconditions the server requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObservedPolicyChange {
    /// The policy when the request was sent, or `None` if it was not known.
    pub from: Option<Preconditions>,
    /// The policy that the request asks for.
    pub to: Preconditions,
}

impl ObservedPolicyChange {
    /// Returns the change that an exchange asks for, or `None` if it asks for none.
    pub(crate) fn read(exchange: &Exchange, from: Option<Preconditions>) -> Option<Self> {
        if exchange.method != "PUT" || ApiPath::parse(&exchange.target) != Some(ApiPath::Policy) {
            return None;
        }
        let wanted: Policy = serde_json::from_str(&exchange.request.body).ok()?;
        Some(Self { from, to: wanted.preconditions })
    }
}
