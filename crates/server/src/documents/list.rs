//! `GET` of the collection: the documents that there are, with their tags.

use axum::extract::State;
use axum::response::Response;
use contract::DocumentList;
use store::ListQuery;

use crate::app::App;
use crate::asked::Asked;
use crate::listing::{Bounds, ROW};
use crate::query;
use crate::refusal::Refusal;
use crate::tagged;

pub(crate) async fn list(State(app): State<App>, asked: Asked) -> Result<Response, Refusal> {
    let limit = query::limit(&asked.query)?;
    let after = query::parsed(&asked.query, "after", "the id of a document")?;
    let bounds = Bounds::new(&app, limit);
    let page = app.store.list(ListQuery { after, limit, bytes: bounds.bytes }).await?;
    let size = page.items.iter().map(|item| item.bytes() + ROW).sum();
    let kind = asked.policy.etags;
    let list = move || {
        let (documents, more) = bounds.fit(page.items.iter().map(|item| item.to_entry(kind)), page.more);
        let next = documents.last().filter(|_| more).map(|last| last.id.clone());
        DocumentList { documents, next }
    };
    tagged::read_list(&app, &asked, size, list).await
}
