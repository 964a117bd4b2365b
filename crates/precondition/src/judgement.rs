//! The judgement: may this request proceed, and if not, why?
//!
//! Status lines, bodies and locks are not its concern. [`judge`] is a pure function of its arguments, so the same
//! request gets the same verdict in a server, in a lesson and in a test. But a verdict is about the version that
//! `judge` was given. The caller must judge and write in one atomic step: conditions exist to detect the changes in
//! between.

use crate::conditions::{Conditions, Field};
use crate::evaluation::{self, Evaluation};
use crate::failure::{self, Failure, FailureReason};
use crate::guard::{self, RequiredReason};
use crate::history::History;
use crate::input::{Current, JudgedRequest, Method, Target};
use crate::policy::{Dates, Policy, Preconditions};
use crate::replay::{self, Replay};
use crate::syntax::SyntaxError;
use crate::tag::EntityTag;

/// The result of a judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// How to respond.
    pub verdict: Verdict,
    /// The evaluated conditions, in order, up to and including the one that decided against the request.
    pub evaluation: Vec<Evaluation>,
    /// The tag of the version that the writer named, if the request proceeds:
    ///
    /// - the member of `If-Match` that is the current tag; or, if the write was already applied, the tag of the version
    ///   that it was applied to;
    /// - if no condition is evaluated, the same, or else the first tag of `If-Match`, which is not the current one.
    ///
    /// `None` if no tag was named, and for reads. `If-Unmodified-Since` names no tag: a date does not tell which
    /// version its writer has seen, and a history that filled in the current one would hide the update that was lost.
    pub based_on: Option<EntityTag>,
    /// Whether this write overwrites a version that its writer has not proved to have seen.
    ///
    /// Only true if the policy ignores conditions.
    pub blind: bool,
}

/// How to respond to the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Carry out the method.
    Proceed,
    /// `PUT` only: this same write was already applied, and its response was lost.
    ///
    /// Send the response again: 200, the current tag, and no new version (RFC 9110 section 13.1.1).
    AlreadyApplied,
    /// `If-Match` is false, but this request may repeat the write that created the next version.
    ///
    /// The author of the request wrote that version.
    ///
    /// Only with [`BodyState::Unread`](crate::BodyState::Unread): read the body and judge again.
    Undecided,
    /// 304: the client already has the current version (RFC 9110 section 15.4.5).
    NotModified,
    /// 404: the document has never existed.
    NotFound,
    /// 410: the document was deleted.
    Gone,
    /// 400: the condition is malformed.
    Malformed {
        /// The field that carried it.
        field: Field,
        /// The position of the first bad byte, and what was expected there.
        error: SyntaxError,
    },
    /// 412: a condition is false (RFC 9110 section 15.5.13).
    Failed(Failure),
    /// 428: the write does not name the version that it replaces (RFC 6585 section 3).
    Required(RequiredReason),
}

/// Judges the preconditions of a request, in this order; the first step that applies gives the verdict.
///
/// 1. **Existence**, for all methods but `PUT`. A request that would fail without its conditions fails in the same way
///    with them (RFC 9110 section 13.2.1).
/// 2. **Syntax** of `If-Match` and `If-None-Match`, under every policy.
/// 3. **Conditions**, in the order of RFC 9110 section 13.2.2, up to the first that is false. Under
///    [`Preconditions::Ignored`] the conditions of a write are skipped, and the write proceeds.
/// 4. **The guard**, for writes under [`Preconditions::Required`]: a condition that holds must name the version that is
///    replaced, or say that there is none. A date later than [`JudgedRequest::now`] names none.
///
/// If `If-Match` is the only false condition of a `PUT`, the history is asked whether that write was already applied.
///
/// A conflict with other documents (409) is not part of the judgement: the store finds it afterwards, so a write with a
/// false condition gets 412 even if there is a conflict, too. That is our own policy. Read strictly, RFC 9110 section
/// 13.2.1 puts a conflict first that can be seen before the content is processed.
///
/// # Examples
///
/// ```
/// use precondition::{BodyState, Conditions, Current, HttpDate, JudgedRequest, Method, NoHistory, Policy, Target};
/// use precondition::{Verdict, judge};
///
/// let current = Current {
///     etag: r#""v5""#.parse()?,
///     version: 5,
///     last_modified: HttpDate::from_unix_seconds(784_111_777),
///     shares_second: false,
/// };
/// let conditions = Conditions::if_match(r#""v5""#.parse()?);
/// let now = HttpDate::from_unix_seconds(784_115_377);
/// let request = JudgedRequest { method: Method::Delete, conditions: &conditions, body: BodyState::Read, now };
///
/// let judgement = judge(&request, &Target::Exists(current), &Policy::default(), &NoHistory);
/// assert_eq!(judgement.verdict, Verdict::Proceed);
/// assert_eq!(judgement.based_on.unwrap().to_string(), r#""v5""#);
/// assert_eq!(judgement.evaluation[0].clause, "RFC 9110 13.1.1");
/// # Ok::<(), precondition::SyntaxError>(())
/// ```
#[must_use]
pub fn judge(request: &JudgedRequest<'_>, target: &Target, policy: &Policy, history: &dyn History) -> Judgement {
    if let Some(verdict) = check_existence(request.method, target).or_else(|| check_syntax(request.conditions)) {
        return Judgement::new(verdict, Vec::new());
    }
    if request.method.writes() && policy.preconditions == Preconditions::Ignored {
        return ignore_conditions(request.conditions, target);
    }
    let evaluation = evaluation::evaluate(request, target, *policy);
    match evaluation.iter().position(|condition| !condition.holds) {
        None => on_success(request, target, *policy, evaluation),
        Some(first_false) => on_failure(request, target, history, evaluation, first_false),
    }
}

impl Judgement {
    fn new(verdict: Verdict, evaluation: Vec<Evaluation>) -> Self {
        Self { verdict, evaluation, based_on: None, blind: false }
    }
}

/// Step 1: a missing document can be neither read, changed nor removed, under any condition.
fn check_existence(method: Method, target: &Target) -> Option<Verdict> {
    match (method, target) {
        (Method::Put, _) | (_, Target::Exists(_)) => None,
        (_, Target::NeverExisted) => Some(Verdict::NotFound),
        (_, Target::Deleted) => Some(Verdict::Gone),
    }
}

/// Step 2: a malformed list of tags is neither true nor false.
fn check_syntax(conditions: &Conditions) -> Option<Verdict> {
    let fields = [(Field::IfMatch, &conditions.if_match), (Field::IfNoneMatch, &conditions.if_none_match)];
    fields.into_iter().find_map(|(field, sent)| {
        let error = sent.as_ref()?.parsed.as_ref().err()?.clone();
        Some(Verdict::Malformed { field, error })
    })
}

/// Step 3, skipped by the policy: the last write wins.
///
/// The judgement only records what the write overwrites.
fn ignore_conditions(conditions: &Conditions, target: &Target) -> Judgement {
    let seen = target.current().and_then(|current| matching_tag(conditions, current));
    Judgement {
        blind: target.current().is_some() && seen.is_none(),
        based_on: seen.or_else(|| conditions.sent_tags().next()).cloned(),
        ..Judgement::new(Verdict::Proceed, Vec::new())
    }
}

/// Step 4: no condition is false, but a write may also have to name a version.
fn on_success(request: &JudgedRequest<'_>, target: &Target, policy: Policy, evaluation: Vec<Evaluation>) -> Judgement {
    if !request.method.writes() {
        return Judgement::new(Verdict::Proceed, evaluation);
    }
    match guard::check(&evaluation, date_is_ahead(request, target, policy)) {
        Err(reason) if policy.preconditions == Preconditions::Required => {
            Judgement::new(Verdict::Required(reason), evaluation)
        }
        _ => {
            let based_on = target.current().and_then(|current| matching_tag(request.conditions, current)).cloned();
            Judgement { based_on, ..Judgement::new(Verdict::Proceed, evaluation) }
        }
    }
}

/// Returns whether `If-Unmodified-Since` names a time in the future, unless the policy trusts dates.
///
/// The time of the current version is not in the future, even if the clock has since been set back: a client may have
/// read that version.
fn date_is_ahead(request: &JudgedRequest<'_>, target: &Target, policy: Policy) -> bool {
    let now = target.current().map_or(request.now, |current| current.last_modified.max(request.now));
    let date = request.conditions.if_unmodified_since.as_ref().and_then(|sent| sent.parsed);
    policy.dates == Dates::StrongOnly && date.is_some_and(|date| date > now)
}

/// Returns the tag in `If-Match` that is the current one, if any.
fn matching_tag<'a>(conditions: &'a Conditions, current: &Current) -> Option<&'a EntityTag> {
    conditions.sent_tags().find(|tag| tag.strong_eq(&current.etag))
}

/// A condition is false: refuses the request, unless it repeats a write that was already applied.
fn on_failure(
    request: &JudgedRequest<'_>,
    target: &Target,
    history: &dyn History,
    mut evaluation: Vec<Evaluation>,
    first_false: usize,
) -> Judgement {
    let applied = match replay::recognize_replay(request, &evaluation, target, history) {
        Some(Replay::Possible) => return Judgement::new(Verdict::Undecided, evaluation),
        Some(Replay::Applied { parent }) => {
            return Judgement { based_on: Some(parent), ..Judgement::new(Verdict::AlreadyApplied, evaluation) };
        }
        Some(Replay::Replaced { applied }) => Some(applied),
        None => None,
    };
    evaluation.truncate(first_false + 1);
    let verdict = verdict_for_failure(request, target, history, &evaluation[first_false], applied);
    Judgement::new(verdict, evaluation)
}

/// Returns the verdict that follows from a false condition.
fn verdict_for_failure(
    request: &JudgedRequest<'_>,
    target: &Target,
    history: &dyn History,
    condition: &Evaluation,
    applied: Option<EntityTag>,
) -> Verdict {
    let reader_has_it = matches!(condition.field, Field::IfNoneMatch | Field::IfModifiedSince);
    if !request.method.writes() && reader_has_it {
        return Verdict::NotModified;
    }
    let failure = failure::explain(condition, request.conditions, target, history);
    let reason = match failure.reason {
        // Deletion takes precedence over everything else.
        reason @ FailureReason::Deleted => reason,
        _ if applied.is_some() => FailureReason::Superseded,
        reason => reason,
    };
    Verdict::Failed(Failure { reason, applied, ..failure })
}
