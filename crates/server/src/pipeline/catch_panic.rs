//! A panic in a handler is a 500, never a dead connection.

use std::panic::AssertUnwindSafe;

use axum::http::Uri;
use futures_util::FutureExt;

use crate::http::annotated_response::AnnotatedResponse;
use crate::problem::{Refusal, details, types};

/// Answers a panic with a 500.
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
