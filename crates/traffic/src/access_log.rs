//! One exchange as a line of an access log.
//!
//! The line begins like the Common Log Format of HTTP servers, so that tools for such logs read it: address, name,
//! time, request, status, and the length of the response's body. The record has no protocol version, so the request has
//! none. Conditions, the reason of a refusal, tags and losses follow as `name=value`.

use std::fmt::Write as _;

use contract::{Exchange, Timestamp, fields};
use serde_json::Value;

/// The fields of a request that are conditions, with their names in the log.
const CONDITIONS: [(&str, &str); 4] = [
    ("If-Match", "if-match"),
    ("If-None-Match", "if-none-match"),
    ("If-Modified-Since", "if-modified-since"),
    ("If-Unmodified-Since", "if-unmodified-since"),
];

/// The names of months in the log, which is in English everywhere.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Returns an exchange as a line, without a line end.
///
/// A value that contains a blank, a quote or a backslash is quoted; quotes, backslashes and control characters in it
/// are escaped, so that no client can forge a line.
#[must_use]
pub fn access_log_line(exchange: &Exchange) -> String {
    let address = exchange.client_address.map_or_else(|| "-".to_owned(), |address| address.to_string());
    let name = exchange.author.as_ref().map_or_else(|| "-".to_owned(), |author| word(&author.to_field()));
    let request = quoted(&format!("{} {}", exchange.method, exchange.target));
    let status = exchange.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
    let response = exchange.response.as_ref();
    let length = response.and_then(|response| response.field("Content-Length")).map_or("-".to_owned(), word);
    let time = log_time(exchange.received);
    let mut line = format!("{address} - {name} [{time}] {request} {status} {length}");
    let mut add = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = write!(line, " {name}={}", word(value));
    };
    for (field, name) in CONDITIONS {
        if let Some(value) = exchange.request.field(field) {
            add(name, value);
        }
    }
    if let Some(reason) = reason(exchange) {
        add("reason", &reason);
    }
    for (field, name) in [("ETag", "etag"), (fields::OVERWROTE, "overwrote"), (fields::REPLAYED, "replayed")] {
        if let Some(value) = response.and_then(|response| response.field(field)) {
            add(name, value);
        }
    }
    if let Some(lost) = &exchange.lost {
        add("lost", lost);
    }
    for anomaly in &exchange.anomalies {
        add("anomaly", &anomaly.label());
    }
    line
}

/// Returns the reason in the problem details of a refusal.
fn reason(exchange: &Exchange) -> Option<String> {
    let response = exchange.response.as_ref().filter(|_| exchange.status >= Some(400))?;
    let problem: Value = serde_json::from_str(&response.body).ok()?;
    problem.get("reason")?.as_str().map(str::to_owned)
}

/// Returns a time as in access logs, in UTC: `22/Nov/2026:05:00:11 +0000`.
fn log_time(at: Timestamp) -> String {
    let text = at.to_string();
    let part = |range| text.get(range).unwrap_or_default();
    let month: usize = part(5..7).parse().unwrap_or(1);
    format!("{}/{}/{}:{} +0000", part(8..10), MONTHS[(month - 1) % 12], part(0..4), part(11..19))
}

/// Returns a value as it is, or quoted if it would not be one word.
fn word(value: &str) -> String {
    let is_word = !value.is_empty() && value.chars().all(|char| char.is_ascii_graphic() && !matches!(char, '"' | '\\'));
    if is_word { value.to_owned() } else { quoted(value) }
}

/// Returns a value in quotes, with everything escaped that could end it or steer a terminal.
fn quoted(value: &str) -> String {
    let mut quoted = String::from("\"");
    for char in value.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            ' '..='~' => quoted.push(char),
            char => quoted.extend(char.escape_unicode()),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use contract::Message;
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{exchange, lost_update};

    #[test]
    fn anomalies_are_at_the_end_of_the_line() {
        let write = Exchange { anomalies: vec![lost_update()], ..exchange(8, Some(200)) };
        assert!(access_log_line(&write).ends_with(" anomaly=\"lost update\""), "{}", access_log_line(&write));
    }

    #[test]
    fn refused_write_is_logged_with_condition_and_reason() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let request = Message { fields: vec![field("If-Match", "\"v5-d4f8c2a1\"")], ..Message::default() };
        let response = Message {
            fields: vec![field("ETag", "\"v6-a2c19f03\""), field("Content-Length", "345")],
            body: r#"{"status": 412, "reason": "stale"}"#.to_owned(),
            cut: false,
        };
        let refused = Exchange {
            author: "Zoë Q".parse().ok(),
            client_address: Some([192, 0, 2, 7].into()),
            server: None,
            received: Timestamp::from_millis(1_795_323_611_123),
            method: "PUT".to_owned(),
            request,
            response: Some(response),
            ..exchange(1, Some(412))
        };
        assert_eq!(
            access_log_line(&refused),
            r#"192.0.2.7 - Zo%C3%AB%20Q [22/Nov/2026:05:00:11 +0000] "PUT /api/documents/welcome" 412 345 if-match="\"v5-d4f8c2a1\"" reason=stale etag="\"v6-a2c19f03\"""#
        );
    }

    #[test]
    fn request_without_a_response_says_why() {
        let lost = Exchange { lost: Some("the client disconnected".to_owned()), ..exchange(1, None) };
        assert_eq!(
            access_log_line(&lost),
            r#"- - - [01/Jan/1970:00:00:00 +0000] "GET /api/documents/welcome" - - lost="the client disconnected""#
        );
    }

    proptest! {
        #[test]
        fn no_client_can_forge_a_line(target in any::<String>(), value in any::<String>()) {
            let mut sent = Exchange { target, ..exchange(1, Some(200)) };
            sent.request.fields.push(("If-Match".to_owned(), value));
            let line = access_log_line(&sent);
            prop_assert!(line.chars().all(|char| matches!(char, ' '..='~')), "{}", line);
        }
    }
}
