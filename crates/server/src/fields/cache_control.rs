//! `Cache-Control`: what caches may do with a response (RFC 9111 section 5.2).

use axum::http::HeaderValue;

/// For what may change: caches keep it, and ask before they use it.
///
/// `no-transform` is for proxies, since a document that is compressed on its way is another representation, and must
/// not have the same tag.
pub(crate) const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache, no-transform");
/// For an old version: it never changes.
pub(crate) const IMMUTABLE: HeaderValue = HeaderValue::from_static("max-age=31536000, immutable");
/// For everything else.
pub(crate) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
