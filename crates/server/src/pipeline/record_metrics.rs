//! Counts responses by method and status, refusals by reason, and exceeded budgets by name.

use axum::http::{Method, StatusCode};

use crate::http::annotated_response::AnnotatedResponse;
use crate::state::SharedState;

/// Counts a response.
pub(super) fn record_metrics(app: &SharedState, method: &Method, response: &AnnotatedResponse) {
    let status = response.status();
    if response.is_lost {
        app.metrics.count_lost();
        return;
    }
    app.metrics.count_response(method, status);
    if let Some(budget) = response.exceeded {
        app.metrics.budgets.refused(budget);
    }
    let on_condition = matches!(status, StatusCode::PRECONDITION_FAILED | StatusCode::PRECONDITION_REQUIRED);
    if on_condition && let Some(reason) = response.judged.as_ref().and_then(|judged| judged.refused) {
        app.metrics.count_refusal(status, reason);
    }
}
