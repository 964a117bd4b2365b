//! The history of a document: the list of its versions, and single versions.

use std::sync::Arc;

use axum::http::StatusCode;
use contract::{DocumentId, EntityTag, Reason, VersionList};
use precondition::{
    BodyState, Failure, FailureReason, JudgedRequest, Judgement, Method, NoHistory, Target, Verdict, judge,
};
use store::{DocumentState, StoredVersion, VersionQuery};

use crate::fields::cache_control::IMMUTABLE;
use crate::fields::digits::parse_positive;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::page::PageBounds;
use crate::http::path::decoded;
use crate::http::representation::{document, not_modified, size_of};
use crate::http::request_context::RequestContext;
use crate::http::{conditional_get, query};
use crate::problem::{self, ProblemSubject, Refusal, RequestIntent, details, types};
use crate::state::exchange_log::JudgementNote;
use crate::state::offload::ROW_OVERHEAD_BYTES;
use crate::state::{ServerState, SharedState};

/// `GET /api/documents/{id}/versions`, newest first, also after a delete.
pub(crate) async fn list(
    app: &ServerState,
    context: &RequestContext,
    id: DocumentId,
) -> Result<AnnotatedResponse, Refusal> {
    let limit = query::limit(context.query())?;
    let before = query::number(context.query(), "before", "the number of a version")?;
    let bounds = PageBounds::new(app, limit);
    let page = app.store.versions(VersionQuery { id: id.clone(), before, limit, bytes: bounds.bytes }).await?;
    if page.items.is_empty() && matches!(app.store.read(&id).await?, DocumentState::NeverExisted) {
        return Err(Refusal::new(&types::NOT_FOUND, details::never_existed(&never_existed_subject())));
    }
    let size = page.items.iter().map(|revision| revision.bytes() + ROW_OVERHEAD_BYTES).sum();
    let kind = context.policy().etags;
    let list = move || {
        let (versions, more) = bounds.fit(page.items.iter().map(|revision| revision.to_version(kind)), page.more);
        let next = versions.last().filter(|_| more).map(|last| last.version);
        VersionList { versions, next }
    };
    conditional_get::list_response(app, context, size, list).await
}

/// `GET /api/documents/{id}/versions/{n}`: one version of a document.
///
/// A version never changes, so caches may keep it. The server may remove its text, to save space.
pub(crate) async fn get(
    app: &ServerState,
    context: &RequestContext,
    id: DocumentId,
    number: u64,
) -> Result<AnnotatedResponse, Refusal> {
    let Some(stored) = app.store.version(&id, number).await? else {
        return Err(missing_version(app, &id, number).await?);
    };
    let kind = context.policy().etags;
    let now = app.now().to_http_date();
    if stored.is_text_removed() {
        return Err(Refusal::new(&types::GONE, details::text_removed(number)).with_reason(Reason::TextRemoved));
    }
    if stored.document.is_none() {
        let subject = ProblemSubject::document(&DocumentState::Deleted(stored), kind, RequestIntent::Read).deleted;
        let refusal = Refusal::new(&types::GONE, details::version_is_delete(number));
        return Err(refusal.map_problem(|problem| problem.deleted = subject));
    }
    let request = JudgedRequest { method: Method::Read, conditions: &context.conditions, body: BodyState::Read, now };
    let mut judgement = judge(&request, &Target::Exists(stored.as_current(kind)), &context.policy(), &NoHistory);
    let judged = JudgementNote::new(app.now(), &mut judgement);
    let size = size_of(&stored);
    let response = match judgement.verdict {
        Verdict::Proceed => {
            let shown = move || document(StatusCode::OK, &stored, &stored.etag(kind), IMMUTABLE);
            app.offload.run(size, shown).await
        }
        Verdict::NotModified => not_modified(&stored.etag(kind), IMMUTABLE),
        _ => return Err(refusal_for_version(app, context, &id, stored, (judged, judgement)).await?),
    };
    Ok(AnnotatedResponse::from(response).with_judgement(judged))
}

/// Returns the refusal for a false or malformed condition on a version.
///
/// A numbered version is a resource of its own, and never changes. So its condition is not false because of a change.
/// And a tag that is not this version's may belong to another version: then it is not an unknown tag.
async fn refusal_for_version(
    app: &SharedState,
    context: &RequestContext,
    id: &DocumentId,
    stored: Arc<StoredVersion>,
    (judged, judgement): (JudgementNote, Judgement),
) -> Result<Refusal, Refusal> {
    let number = stored.revision.stamp.version;
    let kind = context.policy().etags;
    let etag = stored.etag(kind);
    let found = DocumentState::Exists(stored);
    let subject = ProblemSubject::document(&found, kind, RequestIntent::Read);
    let failure = if let Verdict::Failed(failure) = &judgement.verdict { Some(failure.clone()) } else { None };
    let refusal = problem::from_judgement(judged, judgement, &subject);
    Ok(match failure {
        Some(Failure { reason: FailureReason::Stale, sent, .. }) => {
            refusal.with_detail(details::version_is_later(number, &sent))
        }
        Some(Failure { reason: FailureReason::UnknownTag, sent, .. })
            if names_other_version(app, context, id).await? =>
        {
            // The contract fixes the reasons, and `stale` is the one for the tag of another existing version.
            refusal.with_reason(Reason::Stale).with_detail(details::other_version(number, &etag, &sent))
        }
        Some(Failure { reason: FailureReason::UnknownTag, sent, .. }) => {
            refusal.with_detail(details::tag_of_no_version(number, &etag, &sent))
        }
        _ => refusal,
    })
}

/// Returns whether `If-Match` has the tag of any version of the document.
async fn names_other_version(app: &SharedState, context: &RequestContext, id: &DocumentId) -> Result<bool, Refusal> {
    let named: Vec<EntityTag> = context.conditions.sent_tags().filter(|tag| !tag.is_weak()).cloned().collect();
    Ok(app.store.has_issued(id, named, context.policy().etags).await?)
}

/// Returns the refusal for a missing version: the document has never existed, or it has fewer versions.
async fn missing_version(app: &ServerState, id: &DocumentId, number: u64) -> Result<Refusal, Refusal> {
    let detail = match app.store.read(id).await? {
        DocumentState::NeverExisted => details::never_existed(&never_existed_subject()),
        DocumentState::Deleted(_) | DocumentState::Exists(_) => details::version_never(number),
    };
    Ok(Refusal::new(&types::NOT_FOUND, detail))
}

fn never_existed_subject() -> ProblemSubject<'static> {
    ProblemSubject::missing("document")
}

/// Parses the version number in the path.
pub(crate) fn version_in_path(parameter: &str, path: &str) -> Result<u64, Refusal> {
    let number = decoded(parameter).as_deref().and_then(parse_positive);
    number.ok_or_else(|| Refusal::new(&types::NOT_FOUND, details::no_route(path)))
}
