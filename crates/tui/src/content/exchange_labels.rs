//! The words for an exchange that several views share: its sentence, its status, and what it made disappear.

use contract::{ApiPath, EntityTag, Exchange};
use terminal::theme::Role;
use traffic::{Entry, LostLines};

use crate::state::State;

/// The sentence for a request that is held.
const HELD_LABEL: &str = "held at the gate: the server has it, and judges it when it is let go";

/// The hint for what people try first in a filter.
pub(crate) const UNCONDITIONAL_LABEL: &str =
    "A bare word looks in the address; for a status write ~c 412, for a method ~m PUT, for a name ~hq Bob.";

/// Returns what an exchange means. That it is held is told by the server, and is not seen in what was sent.
pub(crate) fn sentence<'a>(state: &State, entry: &'a Entry) -> &'a str {
    if state.server.wire.traffic.gate_queue().theirs(entry.exchange.number).is_some() {
        HELD_LABEL
    } else {
        &entry.sentence
    }
}

/// Returns what a save overwrote unseen, if that text is known here.
pub(crate) fn lost_lines<'a>(state: &'a State, exchange: &Exchange) -> Option<&'a LostLines> {
    let response = exchange.response.as_ref()?;
    exchange.overwrote()?;
    let since = EntityTag::parse(response.field("ETag")?.as_bytes()).ok()?;
    let target = ApiPath::parse(&exchange.target)?;
    state.lost_since(target.document()?, &since)
}

/// A place in an order, such as `1st`.
pub(crate) fn ordinal(place: usize) -> String {
    let ending = match (place % 100, place % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{place}{ending}")
}

/// How a status is meant.
pub(crate) fn role_of(status: u16) -> Role {
    match status {
        200..=299 => Role::Good,
        300..=399 => Role::Info,
        412 | 428 => Role::Warning,
        _ => Role::Bad,
    }
}

/// A status with its word, such as `412 Precondition Failed`.
pub(crate) fn status_line(status: u16) -> String {
    contract::phrase(status).map_or_else(|| status.to_string(), |phrase| format!("{status} {phrase}"))
}
