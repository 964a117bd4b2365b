//! `GET` of the collection: the documents that there are, with their tags.

use axum::extract::State;
use axum::response::Response;
use contract::DocumentList;
use store::ListQuery;

use crate::app::App;
use crate::asked::Asked;
use crate::query;
use crate::refusal::Refusal;
use crate::tagged;

pub(crate) async fn list(State(app): State<App>, asked: Asked) -> Result<Response, Refusal> {
    let limit = query::limit(&asked.query)?;
    let after = query::parsed(&asked.query, "after", "the id of a document")?;
    let page = app.store.list(ListQuery { after, limit }).await?;
    let documents: Vec<_> = page.items.iter().map(|item| item.to_entry(asked.policy.etags)).collect();
    let next = documents.last().filter(|_| page.more).map(|last| last.id.clone());
    tagged::read_list(&app, &asked, &DocumentList { documents, next })
}
