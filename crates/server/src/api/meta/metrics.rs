//! `GET /metrics`: metrics in the text format of Prometheus.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::fields::cache_control::NO_STORE;
use crate::state::ServerState;

pub(crate) fn metrics(app: &ServerState) -> Response {
    app.recorder.count(&app.metrics.budgets);
    app.sending.report();
    app.receiving.report();
    app.gate.count_use();
    let text = app.metrics.write(app.gate.count(), &app.options, app.store.database_status().as_ref());
    let media = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    let fields = [(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, NO_STORE)];
    (fields, text).into_response()
}
