//! `DELETE` of a document. Its versions stay, and the delete is one of them.

use axum::extract::State;
use axum::response::Response;
use store::DocumentChange;

use super::write_response;
use crate::http::path::DocumentPath;
use crate::http::request_context::HandlerContext;
use crate::problem::Refusal;
use crate::state::ServerState;

pub(crate) async fn delete(
    State(app): State<ServerState>,
    DocumentPath(id): DocumentPath,
    HandlerContext(context): HandlerContext,
) -> Result<Response, Refusal> {
    let outcome = super::write(&app, &context, &id, DocumentChange::Delete).await?;
    write_response::write_response(&app, context, id, outcome).await
}
