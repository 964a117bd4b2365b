//! `PATCH` of a document, with a merge patch (RFC 5789, RFC 7396).
//!
//! What is wrong with the patch itself is refused here, before it takes the time of the store's only writer. What it
//! makes of the document is computed there, against the version that the condition was judged on, and not against one
//! that was read a moment before.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use precondition::Method;
use store::DocumentChange;

use super::{check_before_body, prefer_condition_failure, write_response};
use crate::fields::content_type::Media;
use crate::http::body;
use crate::http::path::DocumentPath;
use crate::http::request_context::HandlerContext;
use crate::problem::Refusal;
use crate::state::ServerState;

pub(crate) async fn patch(
    State(app): State<ServerState>,
    DocumentPath(id): DocumentPath,
    HandlerContext(context): HandlerContext,
    body: Body,
) -> Result<Response, Refusal> {
    body::check_headers(&context.headers, Media::MergePatch, &app.options)?;
    check_before_body(&app, &context, &id, Method::Patch).await?;
    let patch = match body::read_as(&app, body, body::patch).await {
        Ok(patch) => patch,
        Err(wrong) => return Err(prefer_condition_failure(&app, &context, &id, Method::Patch, wrong).await),
    };
    let change = DocumentChange::Patch { patch, limit: app.options.max_document };
    let outcome = super::write(&app, &context, &id, change).await?;
    write_response::write_response(&app, context, id, outcome).await
}
