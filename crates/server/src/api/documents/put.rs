//! `PUT` of a document: replaces the version that the request names, or creates the document.

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

pub(crate) async fn put(
    app: &ServerState,
    context: &Arc<RequestContext>,
    id: DocumentId,
    body: Body,
) -> Result<AnnotatedResponse, Refusal> {
    body::check_headers(&context.headers, Media::Json, &app.options)?;
    check_before_body(app, context, &id, Method::Put).await?;
    let document = match body::read_as(app, body, body::document).await {
        Ok(document) => document,
        Err(wrong) => return Err(prefer_condition_failure(app, context, &id, Method::Put, wrong).await),
    };
    let outcome = super::write(app, context, &id, DocumentChange::Put(document)).await?;
    write_response::write_response(app, context, id, outcome).await
}
