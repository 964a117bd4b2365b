//! Fault injection: responses that come late, and responses that never come.
//!
//! A lost response is the hardest lesson: the write was done, and its client cannot know. Only responses to writes that
//! were applied are lost, because the loss of a refusal teaches nothing.

use std::fmt;
use std::time::Duration;

use tokio::time::sleep;

use crate::http::annotated_response::AnnotatedResponse;
use crate::http::request_context::RequestContext;
use crate::state::SharedState;

/// The reason for closing the connection in place of a response that is lost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DropConnection;

impl fmt::Display for DropConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the write was applied, and its answer was lost on purpose, as whoever leads the session wanted")
    }
}

impl std::error::Error for DropConnection {}

/// Delays and loses responses under `/api`.
///
/// `lose_this` says that this one is lost, whatever the faults are.
pub(super) async fn inject(
    app: &SharedState,
    context: &RequestContext,
    lose_this: bool,
    response: &mut AnnotatedResponse,
) {
    if !context.under_api {
        return;
    }
    let is_applied = !context.method.is_safe() && response.status().is_success();
    if is_applied && (lose_this || app.faults.take_loss()) {
        response.is_lost = true;
    }
    let latency = Duration::from_millis(app.faults.get().latency_ms.into());
    if !latency.is_zero() {
        // At the end of the server, a late response is better than none.
        let late = async {
            tokio::select! {
                () = sleep(latency) => {}
                () = app.shutdown_requested() => {}
            }
        };
        // In a box, since hardly any answer is late, and otherwise each would carry the room for it.
        Box::pin(late).await;
    }
}
