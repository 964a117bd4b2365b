//! `GET` and `HEAD` of a document.

use axum::http::StatusCode;
use contract::DocumentId;
use precondition::Verdict;
use store::{DocumentState, ReadPayload};

use crate::fields::cache_control::NO_CACHE;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::representation::{document, not_modified, size_of};
use crate::http::request_context::RequestContext;
use crate::problem::{self, ProblemSubject, Refusal, RequestIntent};
use crate::state::ServerState;
use crate::state::exchange_log::JudgementNote;

pub(crate) async fn get(
    app: &ServerState,
    context: &RequestContext,
    id: DocumentId,
) -> Result<AnnotatedResponse, Refusal> {
    let kind = context.policy().etags;
    let now = app.now();
    let request = context.read_request(id, now.to_http_date());
    let (read, at) = match app.store.judge_cached(&request) {
        // No time has passed that the exchange log would show.
        Some(read) => (read, now),
        None => (app.store.judge(request).await?, app.now()),
    };
    context.note_settings(read.settings);
    let mut judgement = read.judgement;
    let judged = JudgementNote::new(at, &mut judgement);
    let response = match read.payload {
        ReadPayload::Tag(etag) => not_modified(&etag, NO_CACHE),
        ReadPayload::Found(found) => match (&judgement.verdict, found) {
            (Verdict::Proceed, DocumentState::Exists(stored)) => {
                let size = size_of(&stored);
                let current = move || document(StatusCode::OK, &stored, &stored.etag(kind), NO_CACHE);
                app.offload.run(size, current).await
            }
            (Verdict::NotModified, DocumentState::Exists(stored)) => not_modified(&stored.etag(kind), NO_CACHE),
            (_, found) => {
                return Err(problem::from_judgement(
                    judged,
                    judgement,
                    &ProblemSubject::document(&found, kind, RequestIntent::Read),
                ));
            }
        },
    };
    Ok(AnnotatedResponse::from(response).with_judgement(judged))
}
