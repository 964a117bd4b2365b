//! Responses to writes.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use contract::{Author, DocumentId, EntityTag, Reason, fields};
use precondition::{Judgement, Verdict};
use store::{DocumentState, StoredVersion, WriteConflict, WriteEffect, WriteOutcome};

use crate::fields::PREFERENCE_APPLIED;
use crate::fields::cache_control::NO_STORE;
use crate::fields::prefer::ReturnPreference;
use crate::fields::validators::insert_validators;
use crate::fields::value::{ascii, tag_value};
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::request_context::RequestContext;
use crate::http::{body, representation};
use crate::problem::{self, ProblemSubject, Refusal, RequestIntent, details, types};
use crate::state::exchange_log::JudgementNote;
use crate::state::offload::is_large;
use crate::state::{ServerState, SharedState};

/// Returns the response for the outcome of a write.
pub(crate) async fn write_response(
    app: &ServerState,
    context: &Arc<RequestContext>,
    id: DocumentId,
    outcome: WriteOutcome,
) -> Result<AnnotatedResponse, Refusal> {
    let shown = match &outcome.effect {
        WriteEffect::Created(stored)
        | WriteEffect::Changed(stored)
        | WriteEffect::Unchanged(stored)
        | WriteEffect::Replayed(stored) => Some(stored),
        WriteEffect::Refused(found) => found.current(),
        _ => None,
    };
    let size = shown.map_or(0, |stored| representation::size_of(stored));
    if !is_large(size) {
        return response_for_outcome(app, context, &id, outcome);
    }
    let (app, context) = (ServerState::clone(app), Arc::clone(context));
    let offload = app.offload.clone();
    offload.run(size, move || response_for_outcome(&app, &context, &id, outcome)).await
}

fn response_for_outcome(
    app: &SharedState,
    context: &RequestContext,
    id: &DocumentId,
    outcome: WriteOutcome,
) -> Result<AnnotatedResponse, Refusal> {
    let WriteOutcome { mut judgement, effect, overwrote, applied_by } = outcome;
    let judged = JudgementNote::new(app.now(), &mut judgement);
    let builder = ResponseBuilder { context, id };
    let mut response = match effect {
        WriteEffect::Created(stored) => builder.created(&stored),
        WriteEffect::Changed(stored) | WriteEffect::Unchanged(stored) => builder.written(StatusCode::OK, &stored),
        WriteEffect::Replayed(stored) => {
            let mut response = builder.written(StatusCode::OK, &stored);
            response.headers_mut().insert(fields::REPLAYED, HeaderValue::from_static("?1"));
            response
        }
        WriteEffect::Deleted(_) => empty_response(StatusCode::NO_CONTENT),
        WriteEffect::Refused(found) => {
            return Err(refusal_for(context, id, (judged, judgement), &found, applied_by.as_ref()));
        }
        WriteEffect::Conflict(conflict) => {
            return Err(conflict_refusal(builder.etag_of(&conflict), id, conflict).with_evaluation(judged));
        }
        WriteEffect::InvalidDocument(reason) => return Err(body::unprocessable(&reason).with_evaluation(judged)),
        WriteEffect::TooLarge(size) => return Err(body::document_too_large(size, &app.options).with_evaluation(judged)),
    };
    if let Some(etag) = overwrote {
        response.headers_mut().insert(fields::OVERWROTE, tag_value(&etag));
    }
    Ok(AnnotatedResponse::from(response).with_judgement(judged))
}

/// Returns the refusal for a judgement.
///
/// `applied_by` is the author who already made the same change, if there is one.
pub(crate) fn refusal_for(
    context: &RequestContext,
    id: &DocumentId,
    (judged, judgement): (JudgementNote, Judgement),
    found: &DocumentState,
    applied_by: Option<&Author>,
) -> Refusal {
    let failed = matches!(judgement.verdict, Verdict::Failed(_));
    let intent = if context.method == Method::DELETE { RequestIntent::Delete } else { RequestIntent::Write };
    let mut subject = ProblemSubject::document(found, context.policy().etags, intent);
    subject.anticipated_by = applied_by.filter(|author| **author != context.author());
    let refusal = problem::from_judgement(judged, judgement, &subject);
    match (found.current(), context.preference) {
        // The client gets the current version with the 412, and can merge without another GET (RFC 8144 section 3.2).
        (Some(stored), ReturnPreference::Representation) if failed => {
            let builder = ResponseBuilder { context, id };
            refusal.with_response(builder.representation(StatusCode::PRECONDITION_FAILED, stored))
        }
        _ => refusal,
    }
}

/// Builds the responses to a write of one document.
struct ResponseBuilder<'a> {
    context: &'a RequestContext,
    id: &'a DocumentId,
}

impl ResponseBuilder<'_> {
    fn created(&self, stored: &StoredVersion) -> Response {
        let mut response = self.written(StatusCode::CREATED, stored);
        response.headers_mut().insert(header::LOCATION, ascii(&self.id.path()));
        response
    }

    /// Returns the document, or only its tag if the client prefers `return=minimal`.
    fn written(&self, status: StatusCode, stored: &StoredVersion) -> Response {
        if self.context.preference != ReturnPreference::Minimal {
            return self.representation(status, stored);
        }
        // A creation stays a 201 even without a body: 204 would not say that the document is new.
        let mut response = empty_response(if status == StatusCode::OK { StatusCode::NO_CONTENT } else { status });
        insert_validators(response.headers_mut(), stored, &stored.etag(self.context.policy().etags));
        self.add_preference_applied(&mut response);
        response
    }

    fn representation(&self, status: StatusCode, stored: &StoredVersion) -> Response {
        let etag = stored.etag(self.context.policy().etags);
        let mut response = representation::document(status, stored, &etag, NO_STORE);
        response.headers_mut().insert(header::CONTENT_LOCATION, ascii(&self.id.path()));
        self.add_preference_applied(&mut response);
        response
    }

    fn add_preference_applied(&self, response: &mut Response) {
        if let Some(applied) = self.context.preference.applied() {
            response.headers_mut().insert(PREFERENCE_APPLIED, HeaderValue::from_static(applied));
            response.headers_mut().insert(header::VARY, HeaderValue::from_static("Prefer"));
        }
    }

    fn etag_of(&self, conflict: &WriteConflict) -> Option<EntityTag> {
        if let WriteConflict::Exists(stored) = conflict { Some(stored.etag(self.context.policy().etags)) } else { None }
    }
}

fn empty_response(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CACHE_CONTROL, NO_STORE);
    response
}

fn conflict_refusal(current: Option<EntityTag>, id: &DocumentId, conflict: WriteConflict) -> Refusal {
    let (reason, detail) = match &conflict {
        WriteConflict::Exists(_) => (Reason::AlreadyExists, details::exists(id)),
        WriteConflict::Children { first, count } => (Reason::HasChildren, details::children(first, *count)),
        WriteConflict::NoParent(parent) => (Reason::ParentNotFound, details::no_parent(parent)),
        WriteConflict::Cycle(parent) => (Reason::Circle, details::circle(parent)),
        WriteConflict::TooDeep(parent) => (Reason::TooDeep, details::too_deep(parent)),
    };
    Refusal::new(&types::CONFLICT, detail).with_reason(reason).map_problem(|problem| {
        problem.current_etag = current;
        match conflict {
            WriteConflict::Exists(stored) => problem.current_author = Some(stored.revision.author.clone()),
            WriteConflict::Children { first, count } => {
                problem.children = first;
                problem.child_count = Some(count);
            }
            WriteConflict::NoParent(_) | WriteConflict::Cycle(_) | WriteConflict::TooDeep(_) => {}
        }
    })
}
