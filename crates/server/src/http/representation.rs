//! A version of a document as it is sent: the body, and the fields that describe it.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use contract::{EntityTag, fields};
use serde::Serialize;
use store::{StoredVersion, etag_chain};

/// What caches are told about what may change: keep it, and ask before you use it. `no-transform` is for proxies, since
/// a document that is compressed on its way is another representation, and must not go by the same tag.
pub(crate) const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache, no-transform");
/// What caches are told about an old version: it never changes.
pub(crate) const IMMUTABLE: HeaderValue = HeaderValue::from_static("max-age=31536000, immutable");
/// What caches are told about everything else.
pub(crate) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Name of the field that says which version this answer is about, to the second (RFC 9110 section 8.8.2).
const LAST_MODIFIED: HeaderName = header::LAST_MODIFIED;

/// Says which version this is, when it was written and by whom.
pub(crate) fn insert_validators(headers: &mut HeaderMap, stored: &StoredVersion, etag: &EntityTag) {
    let revision = &stored.revision;
    // RFC 9110 section 8.8.2.1: never later than Date. If the clock was set back since, `finish` moves Date instead: a
    // client that was told this time must not be told an earlier one.
    let written = revision.stamp.at.to_http_date();
    headers.insert(header::ETAG, tag_value(etag));
    headers.insert(LAST_MODIFIED, ascii(&written.to_string()));
    headers.insert(fields::AUTHOR, ascii(&revision.author.to_field()));
}

/// The bytes of title and content.
pub(crate) fn size_of(stored: &StoredVersion) -> usize {
    stored.document.as_ref().map_or(0, |document| document.title.len() + document.content.len())
}

/// The document itself.
pub(crate) fn document(status: StatusCode, stored: &StoredVersion, etag: &EntityTag) -> Response {
    let mut response = Response::new(Body::from(etag_chain::state_bytes(stored.document.as_ref())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(fields::JSON));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("none"));
    headers.insert(header::CACHE_CONTROL, NO_STORE);
    insert_validators(headers, stored, etag);
    response
}

/// 304: what the reader has is still current. Nothing more about it than a cache needs (RFC 9110 section 15.4.5).
pub(crate) fn not_modified(etag: &EntityTag, cache: HeaderValue) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response.headers_mut().insert(header::ETAG, tag_value(etag));
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}

/// Any other resource in JSON.
pub(crate) fn json(value: &impl Serialize) -> Response {
    from_bytes(to_bytes(value))
}

/// The bytes of a value in JSON.
pub(crate) fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("our own types are always JSON, and a Vec always takes them")
}

/// A body that is JSON already.
pub(crate) fn from_bytes(bytes: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Body::from(bytes.into()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(fields::JSON));
    response.headers_mut().insert(header::CACHE_CONTROL, NO_CACHE);
    response
}

/// A tag as the value of a field.
pub(crate) fn tag_value(etag: &EntityTag) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from(etag.to_bytes())).expect("a tag is made of what a field value may have")
}

/// A text of ours as the value of a field.
pub(crate) fn ascii(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("what is written here is visible ASCII")
}
