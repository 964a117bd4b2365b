//! What whoever leads the session can see and change. It is no part of the documents, so it is not under `/api`.

pub(crate) mod exchanges;
pub(crate) mod faults;
pub(crate) mod gate;
pub(crate) mod policy;

use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use serde::Serialize;

use crate::fields::cache_control::NO_STORE;
use crate::fields::content_type::Media;
use crate::http::body::{self, StrictObject};
use crate::http::representation;
use crate::http::request_context::RequestContext;
use crate::problem::{Refusal, details};
use crate::state::ServerState;

/// Reads a setting that has no versions: what is sent is what shall be.
///
/// Only the policy decides what becomes of other people's words, so only the policy is guarded. The gate and the faults
/// change with every request that comes: a tag of theirs would be stale before it could be sent back. A condition on
/// them is refused, since whoever sends one relies on it.
async fn read_setting<T: StrictObject + Send + 'static>(
    app: &ServerState,
    context: &RequestContext,
    body: Body,
) -> Result<T, Refusal> {
    body::check_headers(&context.headers, Media::Json, &app.options)?;
    context.refuse_conditions(details::condition_on_setting)?;
    body::read_as(app, body, |bytes, _| body::parse(bytes)).await
}

/// Shows what changes by itself.
fn setting_response(setting: &impl Serialize) -> Response {
    let mut response = representation::json(setting);
    response.headers_mut().insert(header::CACHE_CONTROL, NO_STORE);
    response
}
