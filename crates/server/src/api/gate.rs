//! `GET /api/gate`: what the gate holds, and which of the client's own requests wait at it.
//!
//! On a server with tokens, only a leader reads `/control/gate`, which shows the requests of all clients. But the
//! writer of a held request should know why there is no response.

use axum::response::Response;

use crate::fields::cache_control::NO_STORE;
use crate::http::representation::{from_bytes, to_bytes};
use crate::http::request_context::RequestContext;
use crate::state::ServerState;

/// Returns the setting of the gate, and the held requests under the name of the client.
pub(crate) async fn get(app: &ServerState, context: &RequestContext) -> Response {
    let report = app.gate.report().of(&context.author());
    let json = app.offload.run(report.size(), move || to_bytes(&report.into_gate())).await;
    from_bytes(json, NO_STORE)
}
