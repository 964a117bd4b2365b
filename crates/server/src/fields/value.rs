//! Field values that the server writes.

use axum::body::Bytes;
use axum::http::HeaderValue;
use contract::EntityTag;
use precondition::HttpDate;

/// Returns a tag as the value of a field.
pub(crate) fn tag_value(etag: &EntityTag) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from(etag.to_bytes())).expect("a tag is made of what a field value may have")
}

/// Returns a date as the value of a field.
pub(crate) fn date_value(date: HttpDate) -> HeaderValue {
    HeaderValue::from_bytes(&date.to_bytes()).expect("a date is visible ASCII")
}

/// Returns an ASCII text of the server as the value of a field.
pub(crate) fn ascii(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("what is written here is visible ASCII")
}
