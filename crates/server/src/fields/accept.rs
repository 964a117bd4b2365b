//! Whether a client wants events or JSON, or HTML or text, by its `Accept` (RFC 9110 section 12.5.1).
//!
//! Only a client that names the media type of events gets them. Clients without a preference send a range such as
//! `*/*`, and could not tell an endless list from a server that hangs. Nor could they show HTML.

use axum::http::{HeaderMap, HeaderValue, header};
use contract::fields::{EVENT_STREAM, JSON};
use contract::parameters::{ParameterizedItem, media_type, members};

/// A weight of 1, in thousandths.
const FULL_WEIGHT: u16 = 1000;

/// Returns whether the client wants events at least as much as JSON.
pub(crate) fn prefers_events(headers: &HeaderMap) -> bool {
    prefers(headers, EVENT_STREAM, [JSON, "application/*", "*/*"])
}

/// Returns whether the client wants HTML at least as much as text, as browsers do.
pub(crate) fn prefers_html(headers: &HeaderMap) -> bool {
    prefers(headers, "text/html", ["text/plain", "text/*", "*/*"])
}

/// Returns whether the client names a media type, and weighs it at least as much as the other one.
///
/// `other` has the ranges that match the other media type; the most specific one in the field counts.
fn prefers(headers: &HeaderMap, wanted: &str, other: [&str; 3]) -> bool {
    let lines = headers.get_all(header::ACCEPT).iter().map(HeaderValue::as_bytes);
    // A malformed media range names no type.
    let ranges: Vec<ParameterizedItem> = lines.flat_map(members).filter_map(media_type).collect();
    let weight = |range: &str| ranges.iter().find(|item| item.name == range).map(weight);
    let other = other.into_iter().find_map(weight).unwrap_or(0);
    weight(wanted).is_some_and(|wanted| wanted > 0 && wanted >= other)
}

/// Returns the weight of a media range, in thousandths. A malformed weight is ignored.
fn weight(range: &ParameterizedItem) -> u16 {
    range.parameters_called("q").next().and_then(qvalue).unwrap_or(FULL_WEIGHT)
}

/// Parses a `qvalue` (RFC 9110 section 12.4.2): 0 to 1, with at most three decimals.
fn qvalue(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(FULL_WEIGHT),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weight_is_a_number_from_0_to_1() {
        for (text, weight) in [
            ("0", 0),
            ("0.", 0),
            ("0.5", 500),
            ("0.05", 50),
            ("0.999", 999),
            ("1", FULL_WEIGHT),
            ("1.000", FULL_WEIGHT),
        ] {
            assert_eq!(qvalue(text), Some(weight), "{text}");
        }
        for malformed in ["", ".5", "1.001", "2", "0.1234", "-0", "+1", "1e0", "inf", "nan", "0.+5"] {
            assert_eq!(qvalue(malformed), None, "{malformed}");
        }
    }

    #[test]
    fn media_type_within_quotes_does_not_count() {
        let asks = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            prefers_events(&headers)
        };
        assert!(asks("application/json;q=0.2;x=\"a,b\", text/event-stream"));
        assert!(!asks("text/plain;x=\", text/event-stream,\""));
        assert!(!asks("text/event-stream;q"), "it is malformed");
    }
}
