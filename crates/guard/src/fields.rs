//! The header fields of requests and responses on their way through the guard.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header, request};
use precondition::{Conditions, EntityTag, HttpDate};

use crate::versions::Selection;

/// The fields that carry a condition, and those about ranges, which the guard does not serve.
const EVALUATED_HERE: [HeaderName; 6] = [
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_UNMODIFIED_SINCE,
    header::IF_RANGE,
    header::RANGE,
];

/// The fields of a write that are about its body or its response, so that no read has them.
const OF_WRITES: [HeaderName; 15] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_LOCATION,
    header::CONTENT_RANGE,
    header::CONTENT_DISPOSITION,
    header::TRANSFER_ENCODING,
    header::EXPECT,
    header::TRAILER,
    header::CONNECTION,
    header::UPGRADE,
    header::ORIGIN,
    HeaderName::from_static("prefer"),
    HeaderName::from_static("digest"),
];

/// Fields that ask a server to treat a POST as another method.
const METHOD_OVERRIDES: [&str; 3] = ["x-http-method-override", "x-http-method", "x-method-override"];

/// The longest value of `Accept` or `Accept-Language` that is remembered, in bytes.
const MAX_REMEMBERED_BYTES: usize = 512;

/// Returns the conditions of a request.
pub(crate) fn conditions(fields: &HeaderMap) -> Conditions {
    Conditions::from_fields(fields.iter().map(|(name, value)| (name.as_str(), value.as_bytes())))
}

/// Returns whether a request has a condition on tags.
pub(crate) fn names_tags(fields: &HeaderMap) -> bool {
    fields.contains_key(header::IF_MATCH) || fields.contains_key(header::IF_NONE_MATCH)
}

/// Returns the current time, to the second.
pub(crate) fn now() -> HttpDate {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    HttpDate::from_unix_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Removes the fields that the guard evaluates in place of the server.
pub(crate) fn remove_conditions(fields: &mut HeaderMap) {
    for name in EVALUATED_HERE {
        fields.remove(name);
    }
}

/// Returns the name of a field that asks the server to treat the request as another method.
pub(crate) fn method_override(fields: &HeaderMap) -> Option<&'static str> {
    METHOD_OVERRIDES.into_iter().find(|name| fields.contains_key(*name))
}

/// Changes the fields of a read so that the server sends the whole representation, uncoded.
///
/// A server behind a guard need not compress, and each coding would be a representation with a tag of its own. The
/// standard lets an origin server ignore `Range` (RFC 9110 section 14.2), and the guard is one to its clients.
pub(crate) fn request_whole(fields: &mut HeaderMap) {
    remove_conditions(fields);
    fields.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
}

/// Returns the request for the representation that a write replaces, with the credentials of the write.
///
/// `read_as` selects the representation that the writer has read, if the guard remembers it: `Accept` of a write is
/// about the response to the write, and is often another one than that of the read before.
pub(crate) fn read_before_write(write: &request::Parts, read_as: Option<&Selection>) -> Request<Body> {
    let mut fields = write.headers.clone();
    for name in OF_WRITES {
        fields.remove(name);
    }
    request_whole(&mut fields);
    if let Some(selection) = read_as {
        set(&mut fields, header::ACCEPT, selection.accept.as_deref());
        set(&mut fields, header::ACCEPT_LANGUAGE, selection.accept_language.as_deref());
    }
    let mut request = Request::new(Body::empty());
    *request.method_mut() = Method::GET;
    *request.uri_mut() = write.uri.clone();
    *request.headers_mut() = fields;
    *request.extensions_mut() = write.extensions.clone();
    request
}

fn set(fields: &mut HeaderMap, name: HeaderName, value: Option<&[u8]>) {
    match value.and_then(|value| HeaderValue::from_bytes(value).ok()) {
        Some(value) => fields.insert(name, value),
        None => fields.remove(name),
    };
}

/// Returns the fields of a read that select a representation.
///
/// These are the credentials, the negotiated fields, and those that `Vary` of the response names (RFC 9110 section
/// 12.5.5).
pub(crate) fn selection(uri: &Uri, request: &HeaderMap, response: &HeaderMap) -> Selection {
    let mut hash = DefaultHasher::new();
    uri.path_and_query().map(PathAndQuery::as_str).hash(&mut hash);
    for name in [header::AUTHORIZATION, header::COOKIE, header::ACCEPT, header::ACCEPT_LANGUAGE] {
        hash_field(request, name.as_str(), &mut hash);
    }
    for name in response.get_all(header::VARY).iter().filter_map(|line| line.to_str().ok()).flat_map(|l| l.split(',')) {
        let name = name.trim();
        if !name.eq_ignore_ascii_case("accept-encoding") {
            hash_field(request, name, &mut hash);
        }
    }
    let remembered = |name| {
        let value = request.get(name).map(HeaderValue::as_bytes);
        value.filter(|value| value.len() <= MAX_REMEMBERED_BYTES).map(Box::from)
    };
    Selection {
        hash: hash.finish(),
        accept: remembered(header::ACCEPT),
        accept_language: remembered(header::ACCEPT_LANGUAGE),
    }
}

fn hash_field(fields: &HeaderMap, name: &str, hash: &mut DefaultHasher) {
    for line in fields.get_all(name) {
        line.as_bytes().hash(hash);
    }
    // An end, so that the next field's lines are not taken for this one's.
    0xFF_u8.hash(hash);
}

/// Returns the server's own entity tag, if it sent one that is well-formed and strong.
pub(crate) fn strong_tag(response: &HeaderMap) -> Option<EntityTag> {
    let tag = EntityTag::parse(response.get(header::ETAG)?.as_bytes()).ok()?;
    (!tag.is_weak()).then_some(tag)
}

/// Returns the date of the representation, if the server sent one.
pub(crate) fn last_modified(response: &HeaderMap) -> Option<HttpDate> {
    HttpDate::parse(response.get(header::LAST_MODIFIED)?.as_bytes())
}

/// Sets the tag of a response.
pub(crate) fn insert_tag(response: &mut HeaderMap, tag: &EntityTag) {
    let value = HeaderValue::from_bytes(&tag.to_bytes()).expect("a tag has no control characters");
    response.insert(header::ETAG, value);
}

/// Removes the server's own tag from a response.
///
/// A client that sent it back would get a 412 for no reason.
pub(crate) fn remove_tag(response: &mut HeaderMap) {
    response.remove(header::ETAG);
}

/// Returns whether a request states a preference (RFC 7240), such as `return=representation`.
pub(crate) fn prefers_representation(fields: &HeaderMap) -> bool {
    let lines = fields.get_all("prefer").iter().filter_map(|line| line.to_str().ok());
    let mut preferences = lines.flat_map(|line| line.split(',')).filter_map(|preference| preference.split(';').next());
    let first = preferences.find_map(|preference| {
        let (name, value) = preference.split_once('=')?;
        name.trim().eq_ignore_ascii_case("return").then(|| value.trim().trim_matches('"').to_owned())
    });
    first.is_some_and(|value| value.eq_ignore_ascii_case("representation"))
}
