//! `PUT` of a document: the whole of it, in place of the version that the request names.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use precondition::Method;
use store::DocumentChange;

use super::{conditions_first, fast_path};
use crate::answer;
use crate::app::App;
use crate::asked::{Asked, Named};
use crate::body::{self, Media};
use crate::refusal::Refusal;

pub(crate) async fn put(
    State(app): State<App>,
    Named(id): Named,
    asked: Asked,
    body: Body,
) -> Result<Response, Refusal> {
    body::declared(&asked.headers, Media::Json, &app.options)?;
    fast_path(&app, &asked, &id, Method::Put).await?;
    let document = match body::read_as(&app, body, body::document).await {
        Ok(document) => document,
        Err(wrong) => return Err(conditions_first(&app, &asked, &id, Method::Put, wrong).await),
    };
    let outcome = super::write(&app, &asked, &id, DocumentChange::Put(document)).await?;
    answer::to_write(&app, asked, id, outcome).await
}
