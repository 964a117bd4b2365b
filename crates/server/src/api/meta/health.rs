//! `GET /healthz`: is the server alive, and is its store?

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::json;

use crate::http::representation;
use crate::problem::Refusal;
use crate::state::ServerState;

pub(crate) async fn healthz(State(app): State<ServerState>) -> Result<Response, Refusal> {
    app.store.health().await?;
    let mut response = representation::json(&json!({"status": "ok", "store": "ok"}));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
