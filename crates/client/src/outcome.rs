//! The meaning of a response: (request, status, fields, body) → [`ResponseOutcome`]. Pure.
//!
//! All interpretation of statuses is here. Two questions decide every case: may the editor believe that something was
//! written, or that nothing was? If a response leaves that open, the outcome is `Unanswered`, so that the editor does
//! not build on a guess.

use std::time::Duration;

use contract::{EntityTag, Snapshot, fields};
use editor::{EditorRequest, PreconditionFailure, ResponseOutcome, Saved, WorkingCopy};
use traffic::intermediary::Transformation;

use crate::response::{ReceivedResponse, ReceivedValidator, local_problem};

/// The longest time that a server can have a client wait.
///
/// So a wrong value does not stop an editor for hours.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// The time that a client waits if `Retry-After` names no number of seconds.
const USUAL_RETRY_AFTER: Duration = Duration::from_secs(1);

/// Returns the outcome of `ask`.
pub(crate) fn outcome_of(ask: &EditorRequest, answer: &ReceivedResponse) -> ResponseOutcome {
    match (ask, answer.status) {
        (EditorRequest::Read { .. }, 200) => read_outcome(answer),
        (EditorRequest::Read { unless: Some(_) }, 304) => ResponseOutcome::NotModified,
        (EditorRequest::Write { document, .. }, 200 | 201 | 204) => saved_outcome(document, answer),
        (EditorRequest::Delete { .. }, 200 | 204) => ResponseOutcome::Deleted,
        (_, 412) => failed_outcome(answer),
        (_, 428) => ResponseOutcome::Required(Box::new(answer.problem_or_status())),
        // A 404 or 410 without problem details does not come from a document server. It says nothing about documents,
        // and must not make an editor believe that one is gone.
        (EditorRequest::Read { .. } | EditorRequest::Delete { .. }, 404)
            if answer.has_media_type(fields::PROBLEM_JSON) =>
        {
            ResponseOutcome::Absent
        }
        (_, 410) if answer.has_media_type(fields::PROBLEM_JSON) => {
            ResponseOutcome::Gone(answer.problem().and_then(|told| told.deleted))
        }
        (_, 429) if answer.fields.contains_key(reqwest::header::RETRY_AFTER) => ResponseOutcome::TooManyRequests {
            why: describe_too_many_requests(answer),
            retry_after: retry_after(answer),
        },
        (_, 400..=499) => ResponseOutcome::Refused(Box::new(answer.problem_or_status())),
        (_, 301 | 302 | 303 | 307 | 308) => redirect_outcome(answer),
        (_, 500..=599) => ResponseOutcome::Unanswered(describe_server_error(answer)),
        (EditorRequest::Read { .. }, _) => unexpected_outcome(answer),
        _ => ResponseOutcome::Unanswered(format!(
            "the server responded with {}, which does not tell whether the request succeeded",
            answer.status_line()
        )),
    }
}

/// Returns the outcome of a GET with status 200: a text, and the tag to send back with it.
fn read_outcome(answer: &ReceivedResponse) -> ResponseOutcome {
    match answer.validator() {
        ReceivedValidator::Strong(etag) => match (answer.body_transformation(), answer.snapshot(etag)) {
            (Some(change), _) => transformed_outcome(answer, &change, "Nothing could be read."),
            (None, Ok(snapshot)) => ResponseOutcome::Read(snapshot),
            (None, Err(why)) => not_a_document_server_outcome(answer, &why),
        },
        ReceivedValidator::Changed(change) => transformed_outcome(
            answer,
            &change,
            "A text that is read like this \
                                                                                    could not be saved.",
        ),
        ReceivedValidator::Missing => not_a_document_server_outcome(answer, "the document has no ETag"),
        ReceivedValidator::Unreadable(value) => {
            not_a_document_server_outcome(answer, &format!("its ETag is not a valid entity tag: {value}"))
        }
    }
}

/// Returns the outcome of an acknowledged PUT. The new tag is in `ETag`, whatever the body is.
///
/// If the body is a document, it is what the server has. If its text differs from the one that was sent (a server may
/// trim lines, or normalize characters), the editor has to know: its next save would replace a text that the user has
/// not seen.
fn saved_outcome(sent: &WorkingCopy, answer: &ReceivedResponse) -> ResponseOutcome {
    match answer.validator() {
        ReceivedValidator::Strong(etag) => {
            let kept = altered_document(sent, answer, &etag);
            let saved = Saved {
                etag,
                at: answer.last_modified(),
                created: answer.status == 201,
                replayed: answer.is_replay(),
                overwrote: answer.overwrote(),
            };
            match kept {
                Some(kept) => ResponseOutcome::Altered(saved, Box::new(kept)),
                None => ResponseOutcome::Saved(saved),
            }
        }
        ReceivedValidator::Changed(change) => {
            transformed_outcome(answer, &change, "The server applied the save, but the next one would fail.")
        }
        ReceivedValidator::Missing => not_a_document_server_outcome(answer, "its acknowledgement has no ETag"),
        ReceivedValidator::Unreadable(value) => {
            not_a_document_server_outcome(answer, &format!("its ETag is not a valid entity tag: {value}"))
        }
    }
}

/// Returns the document in the body if its title or content differs from what was sent.
///
/// Returns `None` if there is no document to compare.
fn altered_document(sent: &WorkingCopy, answer: &ReceivedResponse, etag: &EntityTag) -> Option<Snapshot> {
    if answer.body_transformation().is_some() || answer.is_json_of(sent) {
        return None;
    }
    let kept = answer.snapshot(etag.clone()).ok()?;
    let is_same = sent.title == kept.document.title && sent.content == kept.document.content;
    // The server changed the text, so no author wrote it.
    (!is_same).then_some(Snapshot { author: None, ..kept })
}

/// Returns the outcome of a 412.
///
/// Its body is either a problem with the reason, or the current document, which leaves no room for a reason (RFC 8144
/// section 3.2).
fn failed_outcome(answer: &ReceivedResponse) -> ResponseOutcome {
    let etag = match answer.validator() {
        ReceivedValidator::Strong(etag) => Some(etag),
        ReceivedValidator::Changed(change) => return transformed_outcome(answer, &change, "Nothing was written."),
        ReceivedValidator::Missing | ReceivedValidator::Unreadable(_) => None,
    };
    let problem = answer.problem().unwrap_or_default();
    ResponseOutcome::Failed(Box::new(PreconditionFailure {
        reason: problem.reason,
        current: etag.clone().and_then(|etag| current_document(answer, etag)),
        etag: etag.or(problem.current_etag),
        deleted: problem.deleted,
        applied: problem.applied_etag,
        ..PreconditionFailure::default()
    }))
}

/// Returns the current document if a refusal carries it, as `Content-Location` shows.
fn current_document(answer: &ReceivedResponse, etag: EntityTag) -> Option<Snapshot> {
    answer.has_own_content_location().then(|| answer.snapshot(etag).ok()).flatten()
}

/// Returns the time of `Retry-After` (RFC 9110 section 10.2.3), at most [`MAX_RETRY_AFTER`].
///
/// A date counts as [`USUAL_RETRY_AFTER`], since the clocks of client and server may differ by more than the wait.
fn retry_after(answer: &ReceivedResponse) -> Duration {
    let value = answer.fields.get(reqwest::header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let seconds = value.and_then(|value| value.trim().parse().ok());
    seconds.map_or(USUAL_RETRY_AFTER, Duration::from_secs).min(MAX_RETRY_AFTER)
}

/// Describes a 429 after which the request is sent again.
fn describe_too_many_requests(answer: &ReceivedResponse) -> String {
    let budget = answer.problem().and_then(|problem| problem.budget).filter(|budget| !budget.is_empty());
    let budget = budget.map_or_else(String::new, |budget| format!(", '{budget}'"));
    format!("the server slows this client down ({}{budget})", answer.status_line())
}

/// Describes a 5xx.
///
/// It does not say whether a write was applied, since the server may have failed before or after it.
fn describe_server_error(answer: &ReceivedResponse) -> String {
    let detail = answer.problem().map(|problem| problem.detail).filter(|detail| !detail.is_empty());
    detail.map_or_else(
        || format!("the server responded with {}", answer.status_line()),
        |detail| format!("the server responded with {}: {detail}", answer.status_line()),
    )
}

/// Returns the outcome of a response that an intermediary changed: the editor cannot rely on it.
fn transformed_outcome(answer: &ReceivedResponse, change: &Transformation, consequence: &str) -> ResponseOutcome {
    ResponseOutcome::Refused(Box::new(answer.transformation_problem(change, consequence)))
}

/// Returns the outcome of a redirect, which is not followed.
///
/// A PUT that became a GET on the way would look like a save.
fn redirect_outcome(answer: &ReceivedResponse) -> ResponseOutcome {
    let location = answer.fields.get(reqwest::header::LOCATION).and_then(|value| value.to_str().ok());
    let there = location.map_or_else(String::new, |location| format!(" to {location}"));
    let detail = format!(
        "The server responded with {} and redirects{there}. Nothing was written; start again with the real address of \
         the documents.",
        answer.status_line()
    );
    ResponseOutcome::Refused(Box::new(local_problem(answer.status, "redirected", detail)))
}

fn not_a_document_server_outcome(answer: &ReceivedResponse, why: &str) -> ResponseOutcome {
    let detail = format!(
        "The server responded with {}, but {why}. Check the address: this may not be an ifmatch server, or a proxy may \
         change its responses.",
        answer.status_line()
    );
    ResponseOutcome::Refused(Box::new(local_problem(answer.status, "not_a_document_server", detail)))
}

fn unexpected_outcome(answer: &ReceivedResponse) -> ResponseOutcome {
    not_a_document_server_outcome(answer, "that is not a response to a read")
}

#[cfg(test)]
mod tests;
