//! `PATCH` of a document, with a merge patch (RFC 5789, RFC 7396).
//!
//! What is wrong with the patch itself is refused here, before it takes the time of the store's only writer. What it
//! makes of the document is computed there, against the version that the condition was judged on, and not against one
//! that was read a moment before.

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

pub(crate) async fn patch(
    State(app): State<App>,
    Named(id): Named,
    asked: Asked,
    body: Body,
) -> Result<Response, Refusal> {
    body::declared(&asked.headers, Media::MergePatch, &app.options)?;
    fast_path(&app, &asked, &id, Method::Patch).await?;
    let patch = match body::read_as(&app, body, body::patch).await {
        Ok(patch) => patch,
        Err(wrong) => return Err(conditions_first(&app, &asked, &id, Method::Patch, wrong).await),
    };
    let change = DocumentChange::Patch { patch, limit: app.options.max_document };
    let outcome = super::write(&app, &asked, &id, change).await?;
    answer::to_write(&app, asked, id, outcome).await
}
