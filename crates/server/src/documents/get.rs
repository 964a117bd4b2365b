//! `GET` and `HEAD` of a document.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use precondition::{Method, Verdict};

use crate::app::App;
use crate::asked::{Asked, Named};
use crate::layers::record::Judged;
use crate::refusal::{self, Refusal, Subject};
use crate::representation::{REVALIDATE, document, not_modified};

pub(crate) async fn get(State(app): State<App>, Named(id): Named, asked: Asked) -> Result<Response, Refusal> {
    let kind = asked.policy.etags;
    let found = app.store.judge(asked.into_question(id, Method::Read)).await?;
    let (mut judgement, found) = (found.judgement, found.found);
    let judged = Judged::now(&app, &mut judgement);
    let now = app.now().to_http_date();
    let mut response = match (&judgement.verdict, found.here()) {
        (Verdict::Proceed, Some(stored)) => document(StatusCode::OK, stored, &stored.etag(kind), now),
        (Verdict::NotModified, Some(stored)) => not_modified(&stored.etag(kind), REVALIDATE),
        _ => return Err(refusal::of_judgement(judged, judgement, &Subject::document(&found, kind, now, true))),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, REVALIDATE);
    response.extensions_mut().insert(judged);
    Ok(response)
}
