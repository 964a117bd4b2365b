//! Turns a panic of a handler into a 500; otherwise it would break the connection.

use std::panic::AssertUnwindSafe;

use axum::http::Uri;
use futures_util::FutureExt;

use crate::http::annotated_response::AnnotatedResponse;
use crate::problem::{Refusal, details, types};

/// Returns the response, or a 500 if the handler panics.
///
/// The handler is dropped. The store is not touched by that, since it writes on a thread of its own and in
/// transactions.
pub(super) async fn catch_panic(
    uri: &Uri,
    answer: impl Future<Output = Result<AnnotatedResponse, Refusal>>,
) -> AnnotatedResponse {
    let answered = AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(path = uri.path(), "a handler panicked");
        Err(Refusal::new(&types::INTERNAL_ERROR, details::internal()))
    });
    answered.unwrap_or_else(AnnotatedResponse::from)
}
