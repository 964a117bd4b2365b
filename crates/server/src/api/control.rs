//! The resources under `/control`, with which a leader watches and controls a session.
//!
//! They are not documents, so they are not under `/api`.

pub(crate) mod exchanges;
pub(crate) mod faults;
pub(crate) mod gate;
pub(crate) mod guarded;
pub(crate) mod participants;
pub(crate) mod question;

use axum::body::Body;

use crate::fields::content_type::Media;
use crate::http::body::{self, StrictObject};
use crate::http::request_context::RequestContext;
use crate::problem::{Refusal, details};
use crate::state::ServerState;

/// Reads the new value of a setting that has no versions.
///
/// Only the policy decides whether updates can be lost, so only the policy requires `If-Match`. The gate and the faults
/// change with every request, so a tag of theirs would be stale before a client could send it back. A client that sends
/// a condition relies on its evaluation, so a condition on them is refused.
async fn read_setting<T: StrictObject + Send + 'static>(
    app: &ServerState,
    context: &RequestContext,
    body: Body,
) -> Result<T, Refusal> {
    body::check_headers(&context.headers, Media::Json, &app.options)?;
    context.refuse_conditions(details::condition_on_setting)?;
    body::read_as(app, body, |bytes, _| body::parse(bytes)).await
}
