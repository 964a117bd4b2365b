//! Counts responses by method and status, refusals by reason, and exceeded budgets by name.

use axum::http::{Method, StatusCode};
use axum::response::Response;

use super::faults::DropConnection;
use crate::problem::ExhaustedBudget;
use crate::state::SharedState;
use crate::state::exchange_log::JudgementNote;

/// Counts what is answered.
pub(super) fn record_metrics(app: &SharedState, method: &Method, response: &Response) {
    let status = response.status();
    if response.extensions().get::<DropConnection>().is_some() {
        app.metrics.count_lost();
        return;
    }
    app.metrics.count_response(method, status);
    if let Some(ExhaustedBudget(budget)) = response.extensions().get() {
        app.metrics.budgets.refused(budget);
    }
    let on_condition = matches!(status, StatusCode::PRECONDITION_FAILED | StatusCode::PRECONDITION_REQUIRED);
    if on_condition && let Some(reason) = response.extensions().get().and_then(|judged: &JudgementNote| judged.refused)
    {
        app.metrics.count_refusal(status, reason);
    }
}
