//! A panic in a handler is a 500, never a dead connection.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;

use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use crate::problem::{Refusal, details, types};

/// Answers a panic with a 500.
///
/// The handler is dropped. The store is not touched by that, since it writes on a thread of its own and in
/// transactions.
pub(super) async fn catch_panic(uri: &Uri, answer: impl Future<Output = Result<Response, Infallible>>) -> Response {
    AssertUnwindSafe(answer).catch_unwind().await.map_or_else(
        |_| {
            tracing::error!(path = uri.path(), "a handler panicked");
            Refusal::new(&types::INTERNAL_ERROR, details::internal()).into_response()
        },
        |Ok(response)| response,
    )
}
