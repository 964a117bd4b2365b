//! Judges a request, and decides what follows: the one place in which a write is decided.
//!
//! Nothing in here opens a database or reads a clock. A backend begins a transaction, gathers the [`WriteFacts`], calls
//! [`decide`], appends the version that the outcome has, and commits. The facts cannot change between the first and the
//! last of these steps, so the judgement is still true when the version is written. That is all that prevents lost
//! updates; the rest is saying it over HTTP.

use std::sync::Arc;

use contract::{Document, DocumentId};
use precondition::{BodyState, Failure, HttpDate, JudgedRequest, Judgement, Target, Verdict, judge};
use serde_json::Value;

use crate::facts::{GatheredHistory, IssuedTag, MAX_DEPTH, SentState, WriteFacts};
use crate::merge_patch;
use crate::outcome::{ReadJudgement, ReadPayload, WriteConflict, WriteEffect, WriteOutcome};
use crate::request::{DocumentChange, JudgeRequest, WriteRequest};
use crate::revision::{DocumentState, Revision, StoredVersion, VersionStamp};
use crate::serialized_document::SerializedDocument;

/// Judges a write against the facts at the time of the request, and returns what becomes of it.
///
/// If the outcome has a new version ([`WriteOutcome::appended`]), the caller writes it in the transaction in which it
/// gathered the facts. Until that transaction is committed, the outcome is a plan.
#[must_use]
pub fn decide(request: &WriteRequest, facts: &WriteFacts) -> WriteOutcome {
    decide_at(request, facts, request.at.to_http_date())
}

/// Decides as [`decide`] does, but judges dates by `now`.
///
/// This is for a database whose servers share one clock.
#[must_use]
pub fn decide_at(request: &WriteRequest, facts: &WriteFacts, now: HttpDate) -> WriteOutcome {
    apply_judgement(request, facts, judge_write(request, facts, now))
}

/// Judges a write against the facts, and returns its outcome if nothing is to be written.
///
/// Such an outcome does not need a transaction. It is right as of the moment of the facts, like that of a read.
#[must_use]
pub fn decide_unwritten(request: &WriteRequest, facts: &WriteFacts) -> Option<WriteOutcome> {
    let judgement = judge_write(request, facts, request.at.to_http_date());
    let is_refusal = !matches!(judgement.verdict, Verdict::Proceed);
    is_refusal.then(|| apply_judgement(request, facts, judgement))
}

/// Judges a request that changes nothing. The facts are from one state of the store.
#[must_use]
pub fn judge_read(question: &JudgeRequest, facts: WriteFacts) -> ReadJudgement {
    let judgement = judge_target(question, &facts.found.as_target(question.policy.etags), &facts.issued);
    ReadJudgement { judgement, payload: ReadPayload::Found(facts.found), settings: None }
}

/// Judges a request that changes nothing against a target, which may be all that a cache knows.
pub(crate) fn judge_target(question: &JudgeRequest, target: &Target, issued: &[Arc<IssuedTag>]) -> Judgement {
    let JudgeRequest { conditions, method, body, author, now, policy, .. } = question;
    let history = GatheredHistory { issued, kind: policy.etags, sent: None, author: author.as_ref() };
    let asked = JudgedRequest { method: *method, conditions, body: *body, now: *now };
    judge(&asked, target, policy, &history)
}

/// Judges the conditions of a write, whose body has been read.
fn judge_write(request: &WriteRequest, facts: &WriteFacts, now: HttpDate) -> Judgement {
    let Some(method) = request.change.method() else {
        // A creation names no version, since there is none yet; the store refuses an id that exists.
        return unconditional_judgement();
    };
    let asked = JudgedRequest { method, conditions: &request.conditions, body: BodyState::Read, now };
    judge(&asked, &facts.found.as_target(request.policy.etags), &request.policy, &history_of(request, facts))
}

fn history_of<'a>(request: &'a WriteRequest, facts: &'a WriteFacts) -> GatheredHistory<'a> {
    let sent = match &request.change {
        DocumentChange::Put(document) => {
            Some(SentState { document, current: facts.found.current().map(|stored| &**stored) })
        }
        _ => None,
    };
    GatheredHistory { issued: &facts.issued, kind: request.policy.etags, sent, author: Some(&request.author) }
}

fn unconditional_judgement() -> Judgement {
    Judgement { verdict: Verdict::Proceed, evaluation: Vec::new(), based_on: None, blind: false }
}

/// Returns what follows from a judgement that was made before.
///
/// Only the policy `judging: apart` needs this function: it shows what happens if the judgement is older than the
/// facts. All other callers use [`decide`].
#[must_use]
pub fn apply_judgement(request: &WriteRequest, facts: &WriteFacts, judgement: Judgement) -> WriteOutcome {
    let effect = match (&judgement.verdict, &facts.found) {
        (Verdict::Proceed, found) => proceed(request, facts, found, &judgement),
        (Verdict::AlreadyApplied, DocumentState::Exists(current)) => WriteEffect::Replayed(Arc::clone(current)),
        (_, found) => WriteEffect::Refused(found.clone()),
    };
    let replaced = matches!(effect, WriteEffect::Changed(_) | WriteEffect::Deleted(_));
    let unseen = facts.found.current().filter(|_| replaced && judgement.blind);
    let applied_by = match &judgement.verdict {
        Verdict::Failed(Failure { applied: Some(applied), .. }) => {
            history_of(request, facts).author_of(applied).cloned()
        }
        _ => None,
    };
    WriteOutcome { overwrote: unseen.map(|stored| stored.etag(request.policy.etags)), judgement, effect, applied_by }
}

/// Makes the change that the request asks for, now that its conditions hold.
fn proceed(request: &WriteRequest, facts: &WriteFacts, found: &DocumentState, judgement: &Judgement) -> WriteEffect {
    match (&request.change, found) {
        (DocumentChange::Create(_), DocumentState::Exists(current)) => {
            WriteEffect::Conflict(WriteConflict::Exists(Arc::clone(current)))
        }
        (DocumentChange::Put(document) | DocumentChange::Create(document), _) => {
            replace(request, facts, document.clone(), judgement)
        }
        (DocumentChange::Patch { patch, limit }, DocumentState::Exists(stored)) => match &stored.document {
            Some(current) => apply_patch(request, facts, current, (patch, *limit), judgement),
            // The text of the current version is never removed.
            None => WriteEffect::Refused(found.clone()),
        },
        (DocumentChange::Delete, DocumentState::Exists(_)) if facts.below.count > 0 => {
            let below = &facts.below;
            WriteEffect::Conflict(WriteConflict::Children { first: below.children.clone(), count: below.count })
        }
        (DocumentChange::Delete, DocumentState::Exists(_)) => {
            WriteEffect::Deleted(next_version(request, facts, None, judgement))
        }
        // Only a judgement that is older than the facts leads here: there is nothing left to patch or delete.
        (DocumentChange::Patch { .. } | DocumentChange::Delete, _) => WriteEffect::Refused(found.clone()),
    }
}

/// Applies a merge patch to the current document. The result may have at most `limit` bytes of text.
fn apply_patch(
    request: &WriteRequest,
    facts: &WriteFacts,
    current: &Document,
    (patch, limit): (&Value, usize),
    judgement: &Judgement,
) -> WriteEffect {
    match merge_patch::apply(current, patch).map(SerializedDocument::from) {
        // A result that is too large is refused as such, even if it is invalid as well.
        Err(reason) => match merge_patch::patched_size(current, patch) {
            size if size > limit => WriteEffect::TooLarge(size),
            _ => WriteEffect::InvalidDocument(reason),
        },
        Ok(result) if result.text_bytes() > limit => WriteEffect::TooLarge(result.text_bytes()),
        Ok(result) => replace(request, facts, result, judgement),
    }
}

/// Replaces the current document, or creates one.
fn replace(
    request: &WriteRequest,
    facts: &WriteFacts,
    document: SerializedDocument,
    judgement: &Judgement,
) -> WriteEffect {
    let current = facts.found.current();
    let before = current.and_then(|stored| stored.document.as_ref());
    if let (Some(stored), true) = (current, before == Some(&document)) {
        return WriteEffect::Unchanged(Arc::clone(stored));
    }
    // The parent of the current version still exists, since a document with children cannot be deleted.
    let moves = before.is_none_or(|before| before.parent != document.parent);
    if let (Some(parent), true) = (&document.parent, moves)
        && let Some(conflict) = check_parent(&request.id, parent, facts)
    {
        return WriteEffect::Conflict(conflict);
    }
    let stored = next_version(request, facts, Some(document), judgement);
    if current.is_some() { WriteEffect::Changed(stored) } else { WriteEffect::Created(stored) }
}

/// Returns why `id` cannot have this parent, or `None` if it can.
///
/// If there are more ancestors than were gathered, the place is too deep, whether or not it is also a cycle.
fn check_parent(id: &DocumentId, parent: &DocumentId, facts: &WriteFacts) -> Option<WriteConflict> {
    let WriteFacts { ancestors, below, .. } = facts;
    if parent == id || ancestors.contains(id) {
        Some(WriteConflict::Cycle(parent.clone()))
    } else if ancestors.is_empty() {
        Some(WriteConflict::NoParent(parent.clone()))
    } else if ancestors.len() + below.height > MAX_DEPTH {
        Some(WriteConflict::TooDeep(parent.clone()))
    } else {
        None
    }
}

/// Returns the version that follows the newest one, deletes included: a number is never used twice.
fn next_version(
    request: &WriteRequest,
    facts: &WriteFacts,
    document: Option<SerializedDocument>,
    judgement: &Judgement,
) -> Arc<StoredVersion> {
    let before = facts.found.newest().map(|stored| stored.revision.stamp.clone());
    let stamp = VersionStamp::next(before.as_ref(), &request.id, document.as_ref(), request.at);
    let based_on = judgement.based_on.clone();
    let revision = Revision { stamp, before, author: request.author.clone(), based_on };
    Arc::new(StoredVersion { revision: Arc::new(revision), document })
}
