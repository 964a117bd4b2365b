//! `GET` and `HEAD` of a document.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use precondition::Verdict;
use precondition::policy::Etags;
use store::{DocumentState, ReadPayload, StoredVersion};

use crate::app::App;
use crate::asked::{Asked, Named};
use crate::layers::record::Judged;
use crate::refusal::{self, Refusal, Subject};
use crate::representation::{REVALIDATE, document, not_modified, size_of};

pub(crate) async fn get(State(app): State<App>, Named(id): Named, asked: Asked) -> Result<Response, Refusal> {
    let kind = asked.policy.etags;
    let question = asked.into_read(id, app.now().to_http_date());
    let said = match app.store.judge_cached(&question) {
        Some(said) => said,
        None => app.store.judge(question).await?,
    };
    let mut judgement = said.judgement;
    let judged = Judged::now(&app, &mut judgement);
    let mut response = match said.payload {
        ReadPayload::Tag(etag) => not_modified(&etag, REVALIDATE),
        ReadPayload::Found(found) => match (&judgement.verdict, found) {
            (Verdict::Proceed, DocumentState::Exists(stored)) => {
                app.offload.run(size_of(&stored), move || current(&stored, kind)).await
            }
            (Verdict::NotModified, DocumentState::Exists(stored)) => not_modified(&stored.etag(kind), REVALIDATE),
            (_, found) => {
                return Err(refusal::of_judgement(judged, judgement, &Subject::document(&found, kind, true)));
            }
        },
    };
    response.extensions_mut().insert(judged);
    Ok(response)
}

fn current(stored: &StoredVersion, kind: Etags) -> Response {
    let mut response = document(StatusCode::OK, stored, &stored.etag(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, REVALIDATE);
    response
}
