//! Judge, and say what follows from it: the one place where a write is decided.
//!
//! Nothing in here opens a database or reads a clock. A store begins a transaction, gathers the [`WriteFacts`], calls
//! [`decide`], appends the version that comes out of it, and commits. Because the facts cannot change between the first
//! and the last of these steps, the judgement is still true when the version is written. That is all there is to
//! preventing lost updates; the rest is saying it over HTTP.

use contract::{Document, DocumentId};
use precondition::{BodyState, Failure, JudgedRequest, Judgement, Verdict, judge};

use crate::etag_chain::StateHash;
use crate::facts::{GatheredHistory, MAX_DEPTH, WriteFacts};
use crate::merge_patch;
use crate::outcome::{WriteConflict, WriteEffect, WriteOutcome};
use crate::request::{DocumentChange, WriteRequest};
use crate::revision::{DocumentState, Revision, StoredVersion, VersionStamp};

/// Judges a write against the facts, and says what becomes of it.
///
/// Where the outcome has a new version ([`WriteOutcome::appended`]), the caller writes it in the same transaction in
/// which it gathered the facts. Until that is committed, the outcome is a plan.
#[must_use]
pub fn decide(request: &WriteRequest, facts: &WriteFacts) -> WriteOutcome {
    apply_judgement(request, facts, judge_write(request, facts))
}

/// Judges the conditions of a write, its body being known.
fn judge_write(request: &WriteRequest, facts: &WriteFacts) -> Judgement {
    let Some(method) = request.change.method() else {
        // A creation names no version because there is none to name, and the store refuses an id that exists.
        return unconditional_judgement();
    };
    let now = request.at.to_http_date();
    let asked = JudgedRequest { method, conditions: &request.conditions, body: BodyState::Read, now };
    judge(&asked, &facts.found.as_target(request.policy.etags), &request.policy, &history_of(request, facts))
}

fn history_of<'a>(request: &'a WriteRequest, facts: &'a WriteFacts) -> GatheredHistory<'a> {
    let sent = match &request.change {
        // Where no version is in question, nobody will compare.
        DocumentChange::Put(document) if !facts.issued.is_empty() => Some(StateHash::of(Some(document))),
        _ => None,
    };
    GatheredHistory { issued: &facts.issued, kind: request.policy.etags, sent, author: Some(&request.author) }
}

fn unconditional_judgement() -> Judgement {
    Judgement { verdict: Verdict::Proceed, evaluation: Vec::new(), based_on: None, blind: false }
}

/// What follows from a judgement.
///
/// It is apart from [`decide`] for one reason only: the policy `judging: apart` shows what happens when the judgement
/// is older than the facts. Everybody else calls [`decide`].
pub(crate) fn apply_judgement(request: &WriteRequest, facts: &WriteFacts, judgement: Judgement) -> WriteOutcome {
    let effect = match (&judgement.verdict, &facts.found) {
        (Verdict::Proceed, found) => proceed(request, facts, found, &judgement),
        (Verdict::AlreadyApplied, DocumentState::Exists(current)) => WriteEffect::Replayed(current.clone()),
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

/// Does what the method says.
fn proceed(request: &WriteRequest, facts: &WriteFacts, found: &DocumentState, judgement: &Judgement) -> WriteEffect {
    match (&request.change, found) {
        (DocumentChange::Create(_), DocumentState::Exists(current)) => {
            WriteEffect::Conflict(WriteConflict::Exists(Box::new(current.clone())))
        }
        (DocumentChange::Put(document) | DocumentChange::Create(document), _) => {
            replace(request, facts, document.clone(), judgement)
        }
        (
            DocumentChange::Patch { patch, limit },
            DocumentState::Exists(StoredVersion { document: Some(current), .. }),
        ) => {
            match merge_patch::apply(current, patch) {
                // Too large is said first: it would have to be said after the rest all the same.
                Err(reason) => match merge_patch::patched_size(current, patch) {
                    size if size > *limit => WriteEffect::TooLarge(size),
                    _ => WriteEffect::InvalidDocument(reason),
                },
                Ok(result) if size(&result) > *limit => WriteEffect::TooLarge(size(&result)),
                Ok(result) => replace(request, facts, result, judgement),
            }
        }
        (DocumentChange::Delete, DocumentState::Exists(_)) if facts.below.count > 0 => {
            let below = &facts.below;
            WriteEffect::Conflict(WriteConflict::Children { first: below.children.clone(), count: below.count })
        }
        (DocumentChange::Delete, DocumentState::Exists(_)) => {
            WriteEffect::Deleted(next_version(request, facts, None, judgement))
        }
        // Only a judgement that is older than the facts can come to here: there is nothing left to patch or delete.
        (DocumentChange::Patch { .. } | DocumentChange::Delete, _) => WriteEffect::Refused(found.clone()),
    }
}

/// Puts `document` in the place of whatever is there.
fn replace(request: &WriteRequest, facts: &WriteFacts, document: Document, judgement: &Judgement) -> WriteEffect {
    let current = facts.found.current();
    let before = current.and_then(|stored| stored.document.as_ref());
    if let (Some(stored), true) = (current, before == Some(&document)) {
        return WriteEffect::Unchanged(stored.clone());
    }
    // A parent that was there when it was written is still there: a document with children cannot be deleted.
    let moves = before.is_none_or(|before| before.parent != document.parent);
    if let (Some(parent), true) = (&document.parent, moves)
        && let Some(conflict) = check_parent(&request.id, parent, facts)
    {
        return WriteEffect::Conflict(conflict);
    }
    let stored = next_version(request, facts, Some(document), judgement);
    if current.is_some() { WriteEffect::Changed(stored) } else { WriteEffect::Created(stored) }
}

/// Why `id` cannot belong under `parent`.
///
/// If there are more ancestors than were gathered, the place is too deep, and whether it is a circle does not matter.
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

/// The version that follows the newest one, a delete included: no number is ever used twice.
fn next_version(
    request: &WriteRequest,
    facts: &WriteFacts,
    document: Option<Document>,
    judgement: &Judgement,
) -> StoredVersion {
    let before = facts.found.newest().map(|stored| stored.revision.stamp.clone());
    let mark = VersionStamp::next(before.as_ref(), &request.id, document.as_ref(), request.at);
    let based_on = judgement.based_on.clone();
    StoredVersion { revision: Revision { stamp: mark, before, author: request.author.clone(), based_on }, document }
}

/// The bytes of what people wrote: title and content.
fn size(document: &Document) -> usize {
    document.title.len() + document.content.len()
}
