//! What a response means for the request that it answers. Pure: (what was asked, status, fields, body) → [`Outcome`].
//!
//! All reading of statuses stands here. Two questions decide every line of it: may the editor believe that something
//! was written, or that nothing was? Where a response leaves that open, the outcome is `Unanswered`, so that nobody
//! builds on a guess.

use contract::{Document, EntityTag, Snapshot, fields};
use editor::{Ask, Failed, Outcome, Saved};

use crate::answer::{Answer, Validator, made_here};
use crate::on_the_way::Change;

/// What came of `ask`.
pub(crate) fn outcome(ask: &Ask, answer: &Answer) -> Outcome {
    match (ask, answer.status) {
        (Ask::Read { .. }, 200) => read(answer),
        (Ask::Read { unless: Some(_) }, 304) => Outcome::NotModified,
        (Ask::Write { document, .. }, 200 | 201 | 204) => saved(document, answer),
        (Ask::Delete { .. }, 200 | 204) => Outcome::Deleted,
        (_, 412) => failed(answer),
        (_, 428) => Outcome::Required(Box::new(answer.problem_or_status())),
        // A 404 or 410 without a problem in it comes from something that is no document server: it knows nothing about
        // documents, and must not make an editor believe that one is gone.
        (Ask::Read { .. } | Ask::Delete { .. }, 404) if answer.is(fields::PROBLEM_JSON) => Outcome::Absent,
        (_, 410) if answer.is(fields::PROBLEM_JSON) => Outcome::Gone(answer.problem().and_then(|told| told.deleted)),
        (_, 400..=499) => Outcome::Refused(Box::new(answer.problem_or_status())),
        (_, 301 | 302 | 303 | 307 | 308) => redirected(answer),
        (_, 500..=599) => Outcome::Unanswered(server_failed(answer)),
        (Ask::Read { .. }, _) => unexpected(answer),
        _ => Outcome::Unanswered(format!("the server answered {}, which does not say what happened", answer.phrase())),
    }
}

/// 200 to a GET: a text, and the tag that it goes back with.
fn read(answer: &Answer) -> Outcome {
    match answer.validator() {
        Validator::Strong(etag) => match (answer.change_of_body(), answer.snapshot(etag)) {
            (Some(change), _) => changed(answer, &change, "Nothing could be read."),
            (None, Ok(snapshot)) => Outcome::Read(snapshot),
            (None, Err(why)) => not_a_document_server(answer, &why),
        },
        Validator::Changed(change) => changed(answer, &change, "What was read could not be saved."),
        Validator::Missing => not_a_document_server(answer, "the document came without an ETag"),
        Validator::Unreadable(value) => not_a_document_server(answer, &format!("its ETag is no entity tag: {value}")),
    }
}

/// A PUT that was acknowledged. The new tag stands in `ETag`, whatever the body is.
///
/// A body that is a document is what the server has. If that is another text than was sent (a server may trim lines, or
/// normalise characters), the editor has to know: its next save would replace a text that the user has not seen.
fn saved(sent: &Document, answer: &Answer) -> Outcome {
    match answer.validator() {
        Validator::Strong(etag) => {
            let kept = kept_otherwise(sent, answer, &etag);
            let saved = Saved {
                etag,
                at: answer.last_modified(),
                created: answer.status == 201,
                replayed: answer.is_replay(),
                overwrote: answer.overwrote(),
            };
            match kept {
                Some(kept) => Outcome::Altered(saved, Box::new(kept)),
                None => Outcome::Saved(saved),
            }
        }
        Validator::Changed(change) => changed(answer, &change, "The save was applied, but the next one cannot be."),
        Validator::Missing => not_a_document_server(answer, "the save was acknowledged without an ETag"),
        Validator::Unreadable(value) => not_a_document_server(answer, &format!("its ETag is no entity tag: {value}")),
    }
}

/// The document in the body, if its title or its content is not what was sent; `None` if there is no document to
/// compare.
fn kept_otherwise(sent: &Document, answer: &Answer, etag: &EntityTag) -> Option<Snapshot> {
    if answer.change_of_body().is_some() {
        return None;
    }
    let kept = answer.snapshot(etag.clone()).ok()?;
    let is_same = kept.document.title == sent.title && kept.document.content == sent.content;
    // No person wrote this text.
    (!is_same).then_some(Snapshot { author: None, ..kept })
}

/// A 412. Either a problem that gives the reason, or the current document itself, for which RFC 8144 section 3.2 leaves
/// the reason no room.
fn failed(answer: &Answer) -> Outcome {
    let etag = match answer.validator() {
        Validator::Strong(etag) => Some(etag),
        Validator::Changed(change) => return changed(answer, &change, "Nothing was written."),
        Validator::Missing | Validator::Unreadable(_) => None,
    };
    let problem = answer.problem().unwrap_or_default();
    Outcome::Failed(Box::new(Failed {
        reason: problem.reason,
        current: etag.clone().and_then(|etag| current_document(answer, etag)),
        etag: etag.or(problem.current_etag),
        deleted: problem.deleted,
        applied: problem.applied_etag,
        ..Failed::default()
    }))
}

/// The current document, where a refusal carries it. `Content-Location` is what tells it from a word about the refusal.
fn current_document(answer: &Answer, etag: EntityTag) -> Option<Snapshot> {
    answer.names_its_content().then(|| answer.snapshot(etag).ok()).flatten()
}

/// Why a 5xx says nothing about whether a write was applied: the server may have failed before it, or after.
fn server_failed(answer: &Answer) -> String {
    let detail = answer.problem().map(|problem| problem.detail).filter(|detail| !detail.is_empty());
    detail.map_or_else(
        || format!("the server answered {}", answer.phrase()),
        |detail| format!("the server answered {}: {detail}", answer.phrase()),
    )
}

/// Something on the way changed the answer, so that nothing can be built on it.
fn changed(answer: &Answer, change: &Change, consequence: &str) -> Outcome {
    Outcome::Refused(Box::new(answer.changed(change, consequence)))
}

/// A redirect is not followed: a PUT that became a GET on the way would look like a save.
fn redirected(answer: &Answer) -> Outcome {
    let location = answer.fields.get(reqwest::header::LOCATION).and_then(|value| value.to_str().ok());
    let there = location.map_or_else(String::new, |location| format!(" to {location}"));
    let detail = format!(
        "The server answered {} and points elsewhere{there}. Nothing was written; start again with the address that \
         the documents really have.",
        answer.phrase()
    );
    Outcome::Refused(Box::new(made_here(answer.status, "redirected", detail)))
}

fn not_a_document_server(answer: &Answer, why: &str) -> Outcome {
    let detail = format!(
        "The server answered {}, but {why}. Check the address: this may be no ifmatch server, or something on the way \
         changes its answers.",
        answer.phrase()
    );
    Outcome::Refused(Box::new(made_here(answer.status, "not_a_document_server", detail)))
}

fn unexpected(answer: &Answer) -> Outcome {
    not_a_document_server(answer, "that is no answer to reading a document")
}

#[cfg(test)]
mod tests;
