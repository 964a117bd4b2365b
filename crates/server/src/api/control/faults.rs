//! `/control/faults`: the faults that a leader injects.

use axum::body::Body;
use axum::response::Response;
use contract::FaultSettings;
use contract::control::MAX_LATENCY;

use super::read_setting;
use crate::fields::cache_control::NO_STORE;
use crate::http::body::{self, StrictObject};
use crate::http::representation;
use crate::http::request_context::RequestContext;
use crate::problem::Refusal;
use crate::state::ServerState;

impl StrictObject for FaultSettings {
    const EXPECTED: &'static str = "an object with latencyMs and loseResponses";
}

pub(crate) fn get(app: &ServerState) -> Response {
    representation::json(&app.faults.get(), NO_STORE)
}

pub(crate) async fn put(app: &ServerState, context: &RequestContext, body: Body) -> Result<Response, Refusal> {
    let faults: FaultSettings = read_setting(app, context, body).await?;
    if faults.latency_ms > MAX_LATENCY {
        return Err(body::unprocessable(&format!("latencyMs must be at most {MAX_LATENCY}, which is a minute")));
    }
    app.faults.set(faults);
    tracing::info!(?faults, author = %context.author(), "a client set the faults");
    Ok(representation::json(&faults, NO_STORE))
}
