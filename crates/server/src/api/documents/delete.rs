//! `DELETE` of a document. Its versions stay, and the delete itself becomes a version.

use std::sync::Arc;

use contract::DocumentId;
use store::DocumentChange;

use super::write_response;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::request_context::RequestContext;
use crate::problem::Refusal;
use crate::state::ServerState;

pub(crate) async fn delete(
    app: &ServerState,
    context: &Arc<RequestContext>,
    id: DocumentId,
) -> Result<AnnotatedResponse, Refusal> {
    let outcome = super::write(app, context, &id, DocumentChange::Delete).await?;
    write_response::write_response(app, context, id, outcome).await
}
