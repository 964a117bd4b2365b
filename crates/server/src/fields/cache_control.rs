//! `Cache-Control`: what caches may do with a response (RFC 9111 section 5.2).

use axum::http::HeaderValue;

/// For representations that may change: caches keep them, and revalidate before use.
///
/// `no-transform` is for proxies: a compressed document would be another representation, and must not have the same
/// tag.
pub(crate) const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache, no-transform");
/// For an old version, which never changes.
pub(crate) const IMMUTABLE: HeaderValue = HeaderValue::from_static("max-age=31536000, immutable");
/// For everything else.
pub(crate) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
