//! The resources with which a leader watches and controls a session.
//!
//! They are not documents, so they are not under `/api`.

pub(crate) mod exchanges;
pub(crate) mod faults;
pub(crate) mod gate;
pub(crate) mod policy;

use axum::body::Body;

use crate::fields::content_type::Media;
use crate::http::body::{self, StrictObject};
use crate::http::request_context::RequestContext;
use crate::problem::{Refusal, details};
use crate::state::ServerState;

/// Reads a setting that has no versions: the body is the new value.
///
/// Only the policy decides what becomes of other people's words, so only the policy is guarded. The gate and the faults
/// change with every request that comes: a tag of theirs would be stale before it could be sent back. A condition on
/// them is refused, since a client that sends one relies on it.
async fn read_setting<T: StrictObject + Send + 'static>(
    app: &ServerState,
    context: &RequestContext,
    body: Body,
) -> Result<T, Refusal> {
    body::check_headers(&context.headers, Media::Json, &app.options)?;
    context.refuse_conditions(details::condition_on_setting)?;
    body::read_as(app, body, |bytes, _| body::parse(bytes)).await
}
