//! A panic in a handler is a 500, never a dead connection.

use std::panic::AssertUnwindSafe;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::next::Next;
use crate::app::App;
use crate::refusal::{Refusal, kinds, words};

/// Answers a panic. What the handler was doing is dropped; the store is not touched by that, since it writes on a
/// thread of its own and in transactions.
pub(crate) async fn answer_panics(_: State<App>, request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(path = uri.path(), "a handler panicked");
        Refusal::new(&kinds::INTERNAL_ERROR, words::internal()).into_response()
    })
}
