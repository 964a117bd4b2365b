//! `Content-Length`: how many bytes of body a request declares (RFC 9110 section 8.6).

use axum::http::{HeaderMap, header};

use super::digits::parse_digits;

/// Returns the length that `Content-Length` declares.
pub(crate) fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH).and_then(|value| parse_digits(value.to_str().ok()?))
}
