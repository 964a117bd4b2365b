//! The labels of an exchange that several views share: meaning, status and overwritten lines.

use std::borrow::Cow;

use contract::{ANONYMOUS, Anomaly, ApiPath, EntityTag, Exchange};
use lesson::script::HiddenArea;
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use traffic::{Entry, LostLines, explain_without_mistakes};

use crate::state::State;

/// The sentence for a request that is held.
const HELD_LABEL: &str = "held at the gate: the server has it, and judges it once it is released";

/// The sentence for a request that a proxy holds, which has nothing to judge.
const HELD_BY_PROXY_LABEL: &str = "held at the gate: the proxy has it, and forwards it once it is released";

/// The longest name of a program that is shown instead of an author.
const MAX_PROGRAM_CHARS: usize = 20;

/// The hint for a filter that matches nothing: users first try bare words.
pub(crate) const UNCONDITIONAL_LABEL: &str =
    "A bare word searches the address; use ~c 412 for a status, ~m PUT for a method, ~hq Bob for a name.";

/// Returns the meaning of an exchange.
///
/// The server reports that a request is held; the request itself does not show it.
pub(crate) fn sentence<'a>(state: &State, entry: &'a Entry) -> Cow<'a, str> {
    if state.server.wire.traffic.gate_queue().theirs(entry.exchange.number).is_some() {
        if state.room.forwards_to().is_some() { HELD_BY_PROXY_LABEL.into() } else { HELD_LABEL.into() }
    } else {
        explanation(state, entry)
    }
}

/// Returns the explanation of an exchange.
///
/// The server's deliberate mistakes are not named if they have to be found out.
pub(crate) fn explanation<'a>(state: &State, entry: &'a Entry) -> Cow<'a, str> {
    if state.hides(HiddenArea::ServerPolicy) {
        explain_without_mistakes(&entry.exchange, []).into()
    } else {
        entry.sentence.as_str().into()
    }
}

/// Returns the name of the sender: the author, or else the program, such as `curl`.
pub(crate) fn sender_name(exchange: &Exchange) -> String {
    if let Some(author) = &exchange.author {
        return sanitize(author.as_str()).into_owned();
    }
    let agent = exchange.request.field("User-Agent").and_then(|agent| agent.split(['/', ' ']).next());
    match agent.map(sanitize).filter(|name| (1..=MAX_PROGRAM_CHARS).contains(&name.chars().count())) {
        Some(name) => name.into_owned(),
        None => ANONYMOUS.to_owned(),
    }
}

/// Returns the lines that a save overwrote unseen, or `None` if they are not known.
pub(crate) fn lost_lines<'a>(state: &'a State, exchange: &Exchange) -> Option<&'a LostLines> {
    let response = exchange.response.as_ref()?;
    exchange.overwrote()?;
    let since = EntityTag::parse(response.field("ETag")?.as_bytes()).ok()?;
    let target = ApiPath::parse(&exchange.target)?;
    state.lost_since(target.document()?, &since)
}

/// Returns an ordinal number, such as `1st`.
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

/// Returns the role for an anomaly: bad if an update is lost, else a warning.
pub(crate) fn anomaly_role(anomaly: &Anomaly) -> Role {
    if anomaly.is_certain_loss() { Role::Bad } else { Role::Warning }
}

/// Returns the role for a status code.
pub(crate) fn role_of(status: u16) -> Role {
    match status {
        200..=299 => Role::Good,
        300..=399 => Role::Info,
        412 | 428 => Role::Warning,
        _ => Role::Bad,
    }
}

/// Returns a status code with its phrase, such as `412 Precondition Failed`.
pub(crate) fn status_line(status: u16) -> String {
    contract::phrase(status).map_or_else(|| status.to_string(), |phrase| format!("{status} {phrase}"))
}
