//! Refusals of what never became a request: the whole answer as bytes, since no router was asked that could make it.

use std::fmt::Write as _;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use contract::{Problem, Timestamp, fields};

use super::words::transport as words;
use super::{Refusal, kinds};
use crate::representation::{ascii, to_bytes};

/// The answer to what hyper could not read, by the status that hyper has for it.
pub(crate) fn by_status(status: StatusCode, now: Timestamp) -> Vec<u8> {
    let (kind, detail) = match status {
        StatusCode::URI_TOO_LONG => (&kinds::URI_TOO_LONG, words::long_target()),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => (&kinds::REQUEST_HEADER_FIELDS_TOO_LARGE, words::long_head()),
        _ => (&kinds::INVALID_REQUEST, words::unreadable()),
    };
    bytes(Refusal::new(kind, detail), now)
}

/// The answer to whoever speaks plain HTTP where TLS is spoken.
pub(crate) fn not_encrypted(now: Timestamp) -> Vec<u8> {
    bytes(Refusal::new(&kinds::INVALID_REQUEST, words::not_encrypted()), now)
}

/// An answer of HTTP/1.1, after which the connection ends.
fn bytes(refusal: Refusal, now: Timestamp) -> Vec<u8> {
    let mut response = refusal.into_response();
    let problem = response.extensions_mut().remove::<Problem>().unwrap_or_default();
    let body = to_bytes(&problem);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(fields::PROBLEM_JSON));
    headers.insert(header::CONTENT_LENGTH, body.len().into());
    headers.insert(header::DATE, ascii(&now.to_http_date().to_string()));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let mut head = format!("HTTP/1.1 {}\r\n", response.status());
    for (name, value) in response.headers() {
        let value = value.to_str().unwrap_or_default();
        write!(head, "{name}: {value}\r\n").expect("a String takes all that is written");
    }
    head.push_str("\r\n");
    [head.into_bytes(), body].concat()
}
