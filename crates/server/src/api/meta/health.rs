//! `GET /healthz`: whether the server and its store are alive.

use axum::response::Response;
use serde_json::json;

use crate::fields::cache_control::NO_STORE;
use crate::http::representation;
use crate::problem::Refusal;
use crate::state::ServerState;

pub(crate) async fn healthz(app: &ServerState) -> Result<Response, Refusal> {
    app.store.health().await?;
    Ok(representation::json(&json!({"status": "ok", "store": "ok"}), NO_STORE))
}
