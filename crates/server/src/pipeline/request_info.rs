//! What is remembered of a request when it has gone to the routes.

use axum::extract::Request;
use axum::http::{Method, Uri};

/// What is remembered of a request when it has gone to the routes.
pub(super) struct RequestInfo {
    pub(super) method: Method,
    pub(super) uri: Uri,
    /// Whether it is about documents: only such exchanges are recorded, held and disturbed.
    pub(super) under_api: bool,
}

impl RequestInfo {
    pub(super) fn of(request: &Request) -> Self {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let under_api = is_under_api(uri.path());
        Self { method, uri, under_api }
    }
}

/// Whether a path belongs to the documents. What lies under it is recorded, and says so while a mistake is on.
fn is_under_api(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
