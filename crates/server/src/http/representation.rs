//! Responses with representations: a version of a document, or another resource as JSON.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use contract::{EntityTag, fields};
use serde::Serialize;
use store::{SerializedDocument, StoredVersion};

use crate::fields::validators::insert_validators;
use crate::fields::value::tag_value;

/// How many header fields a response with a document has, including those that the pipeline adds.
const USUAL_FIELDS: usize = 10;

/// Returns the number of bytes of title and content.
pub(crate) fn size_of(stored: &StoredVersion) -> usize {
    stored.document.as_ref().map_or(0, SerializedDocument::text_bytes)
}

/// Returns a response with a document.
pub(crate) fn document(status: StatusCode, stored: &StoredVersion, etag: &EntityTag, cache: HeaderValue) -> Response {
    let json = stored.document.as_ref().map_or_else(Bytes::new, |document| document.json().clone());
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.reserve(USUAL_FIELDS);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(fields::JSON));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("none"));
    headers.insert(header::CACHE_CONTROL, cache);
    insert_validators(headers, stored, etag);
    response
}

/// Returns a 304, with only the fields that a cache needs (RFC 9110 section 15.4.5).
pub(crate) fn not_modified(etag: &EntityTag, cache: HeaderValue) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response.headers_mut().insert(header::ETAG, tag_value(etag));
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}

/// Returns a response with another resource, as JSON.
pub(crate) fn json(value: &impl Serialize, cache: HeaderValue) -> Response {
    from_bytes(to_bytes(value), cache)
}

/// Serializes a value as JSON.
pub(crate) fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("our own types are always JSON, and a Vec always takes them")
}

/// Returns a response with a body that already is JSON.
pub(crate) fn from_bytes(bytes: impl Into<Bytes>, cache: HeaderValue) -> Response {
    let mut response = Response::new(Body::from(bytes.into()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(fields::JSON));
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}
