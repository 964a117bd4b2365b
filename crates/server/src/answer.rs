//! What a write is answered.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use contract::{Author, DocumentId, EntityTag, Reason, fields};
use precondition::{Judgement, Verdict};
use store::{DocumentState, StoredVersion, WriteConflict, WriteEffect, WriteOutcome};

use crate::app::{App, Shared};
use crate::asked::Asked;
use crate::body;
use crate::layers::record::Judged;
use crate::prefer::Return;
use crate::refusal::{self, Refusal, Subject, kinds, words};
use crate::representation::{self, NEVER, ascii, describe, tag_value};

/// Puts what became of a write into a response.
pub(crate) async fn to_write(
    app: &App,
    asked: Asked,
    id: DocumentId,
    outcome: WriteOutcome,
) -> Result<Response, Refusal> {
    let shown = match &outcome.effect {
        WriteEffect::Created(stored)
        | WriteEffect::Changed(stored)
        | WriteEffect::Unchanged(stored)
        | WriteEffect::Replayed(stored) => Some(stored),
        WriteEffect::Refused(found) => found.current(),
        _ => None,
    };
    let size = shown.map_or(0, representation::size_of);
    let shared = App::clone(app);
    app.offload.run(size, move || of_outcome(&shared, &asked, &id, outcome)).await
}

fn of_outcome(app: &Shared, asked: &Asked, id: &DocumentId, outcome: WriteOutcome) -> Result<Response, Refusal> {
    let WriteOutcome { mut judgement, effect, overwrote, applied_by } = outcome;
    let judged = Judged::now(app, &mut judgement);
    let answer = Answer { asked, id };
    let mut response = match effect {
        WriteEffect::Created(stored) => answer.created(&stored),
        WriteEffect::Changed(stored) | WriteEffect::Unchanged(stored) => answer.written(StatusCode::OK, &stored),
        WriteEffect::Replayed(stored) => {
            let mut response = answer.written(StatusCode::OK, &stored);
            response.headers_mut().insert(fields::REPLAYED, HeaderValue::from_static("?1"));
            response
        }
        WriteEffect::Deleted(_) => nothing(StatusCode::NO_CONTENT),
        WriteEffect::Refused(found) => {
            return Err(refused(asked, id, (judged, judgement), &found, applied_by.as_ref()));
        }
        WriteEffect::Conflict(conflict) => {
            return Err(conflicts(answer.etag_of(&conflict), id, conflict).judged(judged));
        }
        WriteEffect::InvalidDocument(reason) => return Err(body::unprocessable(&reason).judged(judged)),
        WriteEffect::TooLarge(size) => return Err(body::document_too_large(size, &app.options).judged(judged)),
    };
    if let Some(etag) = overwrote {
        response.headers_mut().insert(fields::OVERWROTE, tag_value(&etag));
    }
    response.extensions_mut().insert(judged);
    Ok(response)
}

/// Says no to a write as the judgement did.
///
/// `applied_by` has made the same change before, where anybody has.
pub(crate) fn refused(
    asked: &Asked,
    id: &DocumentId,
    (judged, judgement): (Judged, Judgement),
    found: &DocumentState,
    applied_by: Option<&Author>,
) -> Refusal {
    let failed = matches!(judgement.verdict, Verdict::Failed(_));
    let mut subject = Subject::document(found, asked.policy.etags, false);
    subject.anticipated_by = applied_by.filter(|author| **author != asked.author());
    let refusal = refusal::of_judgement(judged, judgement, &subject);
    match (found.current(), asked.prefer) {
        // Whoever lost the race gets what won it at once, and can merge (RFC 8144 section 3.2).
        (Some(stored), Return::Representation) if failed => {
            let answer = Answer { asked, id };
            refusal.shown_as(answer.representation(StatusCode::PRECONDITION_FAILED, stored))
        }
        _ => refusal,
    }
}

/// What a write is told about the document, in the words of HTTP.
struct Answer<'a> {
    asked: &'a Asked,
    id: &'a DocumentId,
}

impl Answer<'_> {
    fn created(&self, stored: &StoredVersion) -> Response {
        let mut response = self.written(StatusCode::CREATED, stored);
        response.headers_mut().insert(header::LOCATION, ascii(&self.id.path()));
        response
    }

    /// The document, or only its tag where the client prefers that.
    fn written(&self, status: StatusCode, stored: &StoredVersion) -> Response {
        if self.asked.prefer != Return::Minimal {
            return self.representation(status, stored);
        }
        // A creation stays a 201, with nothing in it: that something was created is no detail.
        let mut response = nothing(if status == StatusCode::OK { StatusCode::NO_CONTENT } else { status });
        describe(response.headers_mut(), stored, &stored.etag(self.asked.policy.etags));
        self.applied(&mut response);
        response
    }

    fn representation(&self, status: StatusCode, stored: &StoredVersion) -> Response {
        let etag = stored.etag(self.asked.policy.etags);
        let mut response = representation::document(status, stored, &etag);
        response.headers_mut().insert(header::CONTENT_LOCATION, ascii(&self.id.path()));
        self.applied(&mut response);
        response
    }

    fn applied(&self, response: &mut Response) {
        if let Some(applied) = self.asked.prefer.applied() {
            response.headers_mut().insert("preference-applied", HeaderValue::from_static(applied));
            response.headers_mut().insert(header::VARY, HeaderValue::from_static("Prefer"));
        }
    }

    fn etag_of(&self, conflict: &WriteConflict) -> Option<EntityTag> {
        if let WriteConflict::Exists(stored) = conflict { Some(stored.etag(self.asked.policy.etags)) } else { None }
    }
}

fn nothing(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CACHE_CONTROL, NEVER);
    response
}

fn conflicts(current: Option<EntityTag>, id: &DocumentId, conflict: WriteConflict) -> Refusal {
    let (reason, detail) = match &conflict {
        WriteConflict::Exists(_) => (Reason::AlreadyExists, words::exists(id)),
        WriteConflict::Children { first, count } => (Reason::HasChildren, words::children(first, *count)),
        WriteConflict::NoParent(parent) => (Reason::ParentNotFound, words::no_parent(parent)),
        WriteConflict::Cycle(parent) => (Reason::Circle, words::circle(parent)),
        WriteConflict::TooDeep(parent) => (Reason::TooDeep, words::too_deep(parent)),
    };
    Refusal::new(&kinds::CONFLICT, detail).because(reason).about(|problem| {
        problem.current_etag = current;
        match conflict {
            WriteConflict::Exists(stored) => problem.current_author = Some(stored.revision.author),
            WriteConflict::Children { first, count } => {
                problem.children = first;
                problem.child_count = Some(count);
            }
            WriteConflict::NoParent(_) | WriteConflict::Cycle(_) | WriteConflict::TooDeep(_) => {}
        }
    })
}
