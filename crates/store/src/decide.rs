//! Judge, and say what follows from it: the one place where a write is decided.
//!
//! Nothing in here opens a database or reads a clock. A store begins a transaction, gathers the [`Facts`], calls
//! [`decide`], appends the version that comes out of it, and commits. Because the facts cannot change between the first
//! and the last of these steps, the judgement is still true when the version is written. That is all there is to
//! preventing lost updates; the rest is saying it over HTTP.

use contract::{Document, DocumentId};
use precondition::{BodyState, Failure, JudgedRequest, Judgement, Verdict, judge};

use crate::chain::StateHash;
use crate::facts::{Facts, MAX_DEPTH, Past};
use crate::merge_patch;
use crate::outcome::{Conflict, Effect, Outcome};
use crate::request::{Change, WriteRequest};
use crate::revision::{Found, Mark, Revision, Stored};

/// Judges a write against the facts, and says what becomes of it.
///
/// Where the outcome has a new version ([`Outcome::appended`]), the caller writes it in the same transaction in which
/// it gathered the facts. Until that is committed, the outcome is a plan.
#[must_use]
pub fn decide(request: &WriteRequest, facts: &Facts) -> Outcome {
    carry_out(request, facts, judge_write(request, facts))
}

/// Judges the conditions of a write, its body being known.
fn judge_write(request: &WriteRequest, facts: &Facts) -> Judgement {
    let Some(method) = request.change.method() else {
        // A creation names no version because there is none to name, and the store refuses an id that exists.
        return unconditional();
    };
    let now = request.at.to_http_date();
    let asked = JudgedRequest { method, conditions: &request.conditions, body: BodyState::Read, now };
    judge(&asked, &facts.found.as_target(request.policy.etags), &request.policy, &past(request, facts))
}

fn past<'a>(request: &'a WriteRequest, facts: &'a Facts) -> Past<'a> {
    let sent = match &request.change {
        // Where no version is in question, nobody will compare.
        Change::Put(document) if !facts.issued.is_empty() => Some(StateHash::of(Some(document))),
        _ => None,
    };
    Past { issued: &facts.issued, kind: request.policy.etags, sent, author: Some(&request.author) }
}

fn unconditional() -> Judgement {
    Judgement { verdict: Verdict::Proceed, evaluation: Vec::new(), based_on: None, blind: false }
}

/// What follows from a judgement.
///
/// It is apart from [`decide`] for one reason only: the policy `judging: apart` shows what happens when the judgement
/// is older than the facts. Everybody else calls [`decide`].
pub(crate) fn carry_out(request: &WriteRequest, facts: &Facts, judgement: Judgement) -> Outcome {
    let effect = match (&judgement.verdict, &facts.found) {
        (Verdict::Proceed, found) => proceed(request, facts, found, &judgement),
        (Verdict::AlreadyApplied, Found::Here(current)) => Effect::Replayed(current.clone()),
        (_, found) => Effect::Refused(found.clone()),
    };
    let replaced = matches!(effect, Effect::Changed(_) | Effect::Deleted(_));
    let unseen = facts.found.here().filter(|_| replaced && judgement.blind);
    let applied_by = match &judgement.verdict {
        Verdict::Failed(Failure { applied: Some(applied), .. }) => past(request, facts).author_of(applied).cloned(),
        _ => None,
    };
    Outcome { overwrote: unseen.map(|stored| stored.etag(request.policy.etags)), judgement, effect, applied_by }
}

/// Does what the method says.
fn proceed(request: &WriteRequest, facts: &Facts, found: &Found, judgement: &Judgement) -> Effect {
    match (&request.change, found) {
        (Change::Create(_), Found::Here(current)) => Effect::Conflict(Conflict::Exists(Box::new(current.clone()))),
        (Change::Put(document) | Change::Create(document), _) => replace(request, facts, document.clone(), judgement),
        (Change::Patch { patch, limit }, Found::Here(Stored { document: Some(current), .. })) => {
            match merge_patch::apply(current, patch) {
                // Too large is said first: it would have to be said after the rest all the same.
                Err(reason) => match merge_patch::size(current, patch) {
                    size if size > *limit => Effect::TooLarge(size),
                    _ => Effect::NoDocument(reason),
                },
                Ok(result) if size(&result) > *limit => Effect::TooLarge(size(&result)),
                Ok(result) => replace(request, facts, result, judgement),
            }
        }
        (Change::Delete, Found::Here(_)) if facts.below.count > 0 => {
            let below = &facts.below;
            Effect::Conflict(Conflict::Children { first: below.children.clone(), count: below.count })
        }
        (Change::Delete, Found::Here(_)) => Effect::Deleted(next(request, facts, None, judgement)),
        // Only a judgement that is older than the facts can come to here: there is nothing left to patch or delete.
        (Change::Patch { .. } | Change::Delete, _) => Effect::Refused(found.clone()),
    }
}

/// Puts `document` in the place of whatever is there.
fn replace(request: &WriteRequest, facts: &Facts, document: Document, judgement: &Judgement) -> Effect {
    let current = facts.found.here();
    let before = current.and_then(|stored| stored.document.as_ref());
    if let (Some(stored), true) = (current, before == Some(&document)) {
        return Effect::Unchanged(stored.clone());
    }
    // A parent that was there when it was written is still there: a document with children cannot be deleted.
    let moves = before.is_none_or(|before| before.parent != document.parent);
    if let (Some(parent), true) = (&document.parent, moves)
        && let Some(conflict) = misplaced(&request.id, parent, facts)
    {
        return Effect::Conflict(conflict);
    }
    let stored = next(request, facts, Some(document), judgement);
    if current.is_some() { Effect::Changed(stored) } else { Effect::Created(stored) }
}

/// Why `id` cannot belong under `parent`.
///
/// If there are more ancestors than were gathered, the place is too deep, and whether it is a circle does not matter.
fn misplaced(id: &DocumentId, parent: &DocumentId, facts: &Facts) -> Option<Conflict> {
    let Facts { ancestors, below, .. } = facts;
    if parent == id || ancestors.contains(id) {
        Some(Conflict::Circle(parent.clone()))
    } else if ancestors.is_empty() {
        Some(Conflict::NoParent(parent.clone()))
    } else if ancestors.len() + below.height > MAX_DEPTH {
        Some(Conflict::TooDeep(parent.clone()))
    } else {
        None
    }
}

/// The version that follows the newest one, a delete included: no number is ever used twice.
fn next(request: &WriteRequest, facts: &Facts, document: Option<Document>, judgement: &Judgement) -> Stored {
    let before = facts.found.newest().map(|stored| stored.revision.mark.clone());
    let mark = Mark::following(before.as_ref(), &request.id, document.as_ref(), request.at);
    let based_on = judgement.based_on.clone();
    Stored { revision: Revision { mark, before, author: request.author.clone(), based_on }, document }
}

/// The bytes of what people wrote: title and content.
fn size(document: &Document) -> usize {
    document.title.len() + document.content.len()
}
