//! Every answer is counted, by method and status, and every refusal of a condition by its reason.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::next::Next;
use crate::app::App;
use crate::layers::faults::Lost;
use crate::layers::record::Judged;

/// Counts what is answered.
pub(crate) async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status();
    if response.extensions().get::<Lost>().is_some() {
        app.metrics.lost();
        return response;
    }
    app.metrics.answered(&method, status);
    let on_condition = matches!(status, StatusCode::PRECONDITION_FAILED | StatusCode::PRECONDITION_REQUIRED);
    let reason = response.extensions().get().and_then(|judged: &Judged| judged.refused);
    if let (true, Some(reason)) = (on_condition, reason) {
        app.metrics.refused(status, reason);
    }
    response
}
