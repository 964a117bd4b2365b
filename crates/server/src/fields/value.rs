//! Field values that the server writes.

use axum::body::Bytes;
use axum::http::HeaderValue;
use contract::EntityTag;

/// Returns a tag as the value of a field.
pub(crate) fn tag_value(etag: &EntityTag) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from(etag.to_bytes())).expect("a tag is made of what a field value may have")
}

/// Returns a text of the server as the value of a field.
pub(crate) fn ascii(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("what is written here is visible ASCII")
}
