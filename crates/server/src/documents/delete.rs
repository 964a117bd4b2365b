//! `DELETE` of a document. Its versions stay, and the delete is one of them.

use axum::extract::State;
use axum::response::Response;
use store::DocumentChange;

use crate::answer;
use crate::app::App;
use crate::asked::{Asked, Named};
use crate::refusal::Refusal;

pub(crate) async fn delete(State(app): State<App>, Named(id): Named, asked: Asked) -> Result<Response, Refusal> {
    let outcome = super::write(&app, &asked, &id, DocumentChange::Delete).await?;
    answer::to_write(&app, asked, id, outcome).await
}
