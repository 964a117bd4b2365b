//! Fault injection: delayed responses and lost responses.
//!
//! Lost responses are the hardest lesson: the write was applied, and its client cannot know that. Only responses to
//! applied writes are lost, since the loss of a refusal teaches nothing.

use std::fmt;
use std::time::Duration;

use tokio::time::sleep;

use crate::http::annotated_response::AnnotatedResponse;
use crate::http::request_context::RequestContext;
use crate::state::SharedState;

/// The mark of a response that must not be sent; as an error, the reason for closing the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DropConnection;

impl fmt::Display for DropConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the write was applied, and the leader had its response lost on purpose")
    }
}

impl std::error::Error for DropConnection {}

/// Delays and loses responses under `/api`.
///
/// The response to a client that joins or answers a question is never lost: it writes no document.
///
/// `lose_this` says that the response to this request is lost, whatever the faults are.
pub(super) async fn inject(
    app: &SharedState,
    context: &RequestContext,
    lose_this: bool,
    response: &mut AnnotatedResponse,
) {
    if !context.under_api {
        return;
    }
    let is_applied = !context.method.is_safe() && response.status().is_success() && !context.is_about_room();
    if is_applied && (lose_this || app.faults.take_loss()) {
        response.is_lost = true;
    }
    let latency = Duration::from_millis(app.faults.get().latency_ms.into());
    if !latency.is_zero() {
        // When the server stops, a response without the delay is better than none.
        let late = async {
            tokio::select! {
                () = sleep(latency) => {}
                () = app.shutdown_requested() => {}
            }
        };
        // Boxed, since few responses are delayed, and every request's future would carry the room for it.
        Box::pin(late).await;
    }
}
