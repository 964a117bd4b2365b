//! `GET` of the collection: the documents and their tags.

use contract::DocumentList;
use store::ListQuery;

use crate::http::annotated_response::AnnotatedResponse;
use crate::http::page::PageBounds;
use crate::http::request_context::RequestContext;
use crate::http::{conditional_get, query};
use crate::problem::Refusal;
use crate::state::ServerState;
use crate::state::offload::ROW_OVERHEAD_BYTES;

pub(crate) async fn list(app: &ServerState, context: &RequestContext) -> Result<AnnotatedResponse, Refusal> {
    let limit = query::limit(context.query())?;
    let after = query::parse_param(context.query(), "after", "the id of a document")?;
    let bounds = PageBounds::new(app, limit);
    let page = app.store.list(ListQuery { after, limit, bytes: bounds.bytes }).await?;
    let size = page.items.iter().map(|item| item.bytes() + ROW_OVERHEAD_BYTES).sum();
    let kind = context.policy().etags;
    let list = move || {
        let (documents, more) = bounds.fit(page.items.iter().map(|item| item.to_entry(kind)), page.more);
        let next = documents.last().filter(|_| more).map(|last| last.id.clone());
        DocumentList { documents, next }
    };
    conditional_get::list_response(app, context, size, list).await
}
