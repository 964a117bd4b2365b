//! `PATCH` of a document, with a merge patch (RFC 5789, RFC 7396).
//!
//! Faults in the patch itself are refused here, before they take time of the store's single writer. The store applies
//! the patch, in the same step that judges the condition: so it patches the version that was judged, not one that was
//! read earlier.

use std::sync::Arc;

use axum::body::Body;
use contract::DocumentId;
use precondition::Method;
use store::DocumentChange;

use super::{check_before_body, prefer_condition_failure, write_response};
use crate::fields::content_type::Media;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::body;
use crate::http::request_context::RequestContext;
use crate::problem::Refusal;
use crate::state::ServerState;

pub(crate) async fn patch(
    app: &ServerState,
    context: &Arc<RequestContext>,
    id: DocumentId,
    body: Body,
) -> Result<AnnotatedResponse, Refusal> {
    body::check_headers(&context.headers, Media::MergePatch, &app.options)?;
    check_before_body(app, context, &id, Method::Patch).await?;
    let patch = match body::read_as(app, body, body::patch).await {
        Ok(patch) => patch,
        Err(wrong) => return Err(prefer_condition_failure(app, context, &id, Method::Patch, wrong).await),
    };
    let change = DocumentChange::Patch { patch, limit: app.options.max_document };
    let outcome = super::write(app, context, &id, change).await?;
    write_response::write_response(app, context, id, outcome).await
}
