//! The server behind the guard.

use axum::body::Body;
use axum::http::{Request, Response};

/// Sends requests to the server behind the guard.
pub trait OriginServer: Send + Sync + 'static {
    /// The error in place of a response.
    type Error: Send + 'static;

    /// Sends a request, and returns the response as soon as its header section has arrived.
    fn send(&self, request: Request<Body>) -> impl Future<Output = Result<Response<Body>, Self::Error>> + Send;
}
