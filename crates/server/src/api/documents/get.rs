//! `GET` and `HEAD` of a document.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use precondition::Verdict;
use store::{DocumentState, ReadPayload};

use crate::fields::cache_control::NO_CACHE;
use crate::http::path::DocumentPath;
use crate::http::representation::{document, not_modified, size_of};
use crate::http::request_context::HandlerContext;
use crate::problem::{self, ProblemSubject, Refusal};
use crate::state::ServerState;
use crate::state::exchange_log::JudgementNote;

pub(crate) async fn get(
    State(app): State<ServerState>,
    DocumentPath(id): DocumentPath,
    HandlerContext(context): HandlerContext,
) -> Result<Response, Refusal> {
    let kind = context.policy().etags;
    let request = context.read_request(id, app.now().to_http_date());
    let read = match app.store.judge_cached(&request) {
        Some(read) => read,
        None => app.store.judge(request).await?,
    };
    let mut judgement = read.judgement;
    let judged = JudgementNote::new(app.now(), &mut judgement);
    let mut response = match read.payload {
        ReadPayload::Tag(etag) => not_modified(&etag, NO_CACHE),
        ReadPayload::Found(found) => match (&judgement.verdict, found) {
            (Verdict::Proceed, DocumentState::Exists(stored)) => {
                let size = size_of(&stored);
                let current = move || document(StatusCode::OK, &stored, &stored.etag(kind), NO_CACHE);
                app.offload.run(size, current).await
            }
            (Verdict::NotModified, DocumentState::Exists(stored)) => not_modified(&stored.etag(kind), NO_CACHE),
            (_, found) => {
                return Err(problem::from_judgement(judged, judgement, &ProblemSubject::document(&found, kind, true)));
            }
        },
    };
    response.extensions_mut().insert(judged);
    Ok(response)
}
