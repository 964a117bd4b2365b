//! A panic in a handler is a 500, never a dead connection.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;

use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use crate::refusal::{Refusal, kinds, words};

/// Answers a panic. What the handler was doing is dropped; the store is not touched by that, since it writes on a
/// thread of its own and in transactions.
pub(super) async fn answered(uri: &Uri, answer: impl Future<Output = Result<Response, Infallible>>) -> Response {
    AssertUnwindSafe(answer).catch_unwind().await.map_or_else(
        |_| {
            tracing::error!(path = uri.path(), "a handler panicked");
            Refusal::new(&kinds::INTERNAL_ERROR, words::internal()).into_response()
        },
        |Ok(response)| response,
    )
}
