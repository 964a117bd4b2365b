//! `PUT` of a document: the whole of it, in place of the version that the request names.

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

pub(crate) async fn put(
    State(app): State<ServerState>,
    DocumentPath(id): DocumentPath,
    HandlerContext(context): HandlerContext,
    body: Body,
) -> Result<Response, Refusal> {
    body::check_headers(&context.headers, Media::Json, &app.options)?;
    check_before_body(&app, &context, &id, Method::Put).await?;
    let document = match body::read_as(&app, body, body::document).await {
        Ok(document) => document,
        Err(wrong) => return Err(prefer_condition_failure(&app, &context, &id, Method::Put, wrong).await),
    };
    let outcome = super::write(&app, &context, &id, DocumentChange::Put(document)).await?;
    write_response::write_response(&app, context, id, outcome).await
}
