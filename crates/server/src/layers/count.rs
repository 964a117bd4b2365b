//! Every answer is counted, by method and status, and every refusal of a condition by its reason.

use axum::http::{Method, StatusCode};
use axum::response::Response;

use crate::app::Shared;
use crate::layers::faults::Lost;
use crate::layers::record::Judged;

/// Counts what is answered.
pub(super) fn count(app: &Shared, method: &Method, response: &Response) {
    let status = response.status();
    if response.extensions().get::<Lost>().is_some() {
        app.metrics.lost();
        return;
    }
    app.metrics.answered(method, status);
    let on_condition = matches!(status, StatusCode::PRECONDITION_FAILED | StatusCode::PRECONDITION_REQUIRED);
    if on_condition && let Some(reason) = response.extensions().get().and_then(|judged: &Judged| judged.refused) {
        app.metrics.refused(status, reason);
    }
}
