//! Whether a client wants events or JSON, by its `Accept` (RFC 9110 section 12.5.1).
//!
//! Only who names the media type of events gets them: a range such as `*/*` is what everybody sends who does not care,
//! and they could not tell a list that has no end from a server that hangs.

use axum::http::{HeaderMap, header};
use contract::fields::{EVENT_STREAM, JSON};

/// Whether events are wanted at least as much as JSON.
pub(super) fn prefers_events(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let ranges: Vec<(String, f32)> = lines.flat_map(|line| line.split(',')).map(range).collect();
    let weight = |range: &str| ranges.iter().find(|(name, _)| name == range).map(|(_, weight)| *weight);
    // The most specific range that has it counts.
    let json = [JSON, "application/*", "*/*"].into_iter().find_map(weight).unwrap_or(0.0);
    weight(EVENT_STREAM).is_some_and(|events| events > 0.0 && events >= json)
}

/// A media range without its parameters, in small letters, and its weight. A weight that is none counts as none given.
fn range(member: &str) -> (String, f32) {
    let mut parts = member.split(';').map(|part| part.trim().to_ascii_lowercase());
    let name = parts.next().unwrap_or_default();
    let weight = parts.find_map(|part| part.strip_prefix("q=")?.trim().parse().ok());
    (name, weight.unwrap_or(1.0))
}
