//! The refusal for a judgement: 404, 410, 412, 428, or 400 for a malformed condition.

use axum::http::header;
use contract::EntityTag;
use precondition::{Failure, Field, Judgement, SyntaxError, Verdict};

use super::refusal::Refusal;
use super::subject::ProblemSubject;
use super::{details, types};
use crate::fields::validators::insert_validators;
use crate::fields::value::tag_value;
use crate::state::exchange_log::JudgementNote;

/// How many header fields a 412 with validators has, including those that the pipeline adds.
///
/// They do not fit into the map that has room for the first of them.
const USUAL_FIELDS: usize = 8;

/// Returns the refusal for a judgement.
///
/// Callers pass only verdicts that refuse. Any other verdict is a bug in the server, so it becomes a 500.
pub(crate) fn from_judgement(judged: JudgementNote, judgement: Judgement, subject: &ProblemSubject<'_>) -> Refusal {
    let refusal = match judgement.verdict {
        Verdict::NotFound => Refusal::new(&types::NOT_FOUND, details::never_existed(subject)),
        Verdict::Gone => Refusal::new(&types::GONE, details::gone(subject)),
        Verdict::Malformed { field, error } => malformed(field, &error),
        Verdict::Failed(failure) => failed(&failure, subject),
        Verdict::Required(reason) => Refusal::new(&types::PRECONDITION_REQUIRED, details::required(reason, subject))
            .with_reason(reason)
            .map_problem(|problem| {
                problem.current_etag.clone_from(&subject.etag);
                problem.current_author = subject.author.cloned();
            }),
        Verdict::Proceed | Verdict::AlreadyApplied | Verdict::Undecided | Verdict::NotModified => {
            Refusal::new(&types::INTERNAL_ERROR, details::internal())
        }
    };
    refusal.with_evaluation(judged).map_problem(|problem| problem.deleted.clone_from(&subject.deleted))
}

fn malformed(field: Field, error: &SyntaxError) -> Refusal {
    let refusal = Refusal::new(&types::MALFORMED_PRECONDITION, details::malformed(field, error));
    refusal.with_field(field.as_str()).map_problem(|problem| problem.position = Some(error.position))
}

/// Returns a 412 with the current tag, so that the client knows which version its write lost to.
fn failed(failure: &Failure, subject: &ProblemSubject<'_>) -> Refusal {
    let mut refusal = Refusal::new(&types::PRECONDITION_FAILED, details::precondition_failed::why(failure, subject))
        .with_reason(failure.reason)
        .with_field(failure.field.as_str())
        .map_problem(|problem| {
            let one_tag = EntityTag::parse(failure.sent.as_bytes()).is_ok();
            problem.your_etag = one_tag.then(|| failure.sent.clone());
            problem.current_etag.clone_from(&subject.etag);
            problem.current_author = subject.author.cloned();
            problem.behind = failure.behind;
            problem.applied_etag.clone_from(&failure.applied);
        });
    if let Some(etag) = &subject.etag {
        let headers = refusal.headers_mut();
        headers.reserve(USUAL_FIELDS);
        match subject.version {
            Some(stored) => insert_validators(headers, stored, etag),
            None => {
                headers.insert(header::ETAG, tag_value(etag));
            }
        }
    }
    refusal
}
