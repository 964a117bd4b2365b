//! Every answer is counted, by method and status, every refusal of a condition by its reason, and every request that
//! exceeded a budget by the name of that.

use axum::http::{Method, StatusCode};
use axum::response::Response;

use crate::app::Shared;
use crate::layers::faults::Lost;
use crate::layers::record::Judged;
use crate::refusal::Over;

/// Counts what is answered.
pub(super) fn count(app: &Shared, method: &Method, response: &Response) {
    let status = response.status();
    if response.extensions().get::<Lost>().is_some() {
        app.metrics.lost();
        return;
    }
    app.metrics.answered(method, status);
    if let Some(Over(budget)) = response.extensions().get() {
        app.metrics.budgets.refused(budget);
    }
    let on_condition = matches!(status, StatusCode::PRECONDITION_FAILED | StatusCode::PRECONDITION_REQUIRED);
    if on_condition && let Some(reason) = response.extensions().get().and_then(|judged: &Judged| judged.refused) {
        app.metrics.refused(status, reason);
    }
}
