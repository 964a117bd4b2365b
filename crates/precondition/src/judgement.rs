//! The judgement: may this request go on, and if not, what is it told?
//!
//! What is *not* here: status lines, bodies, locks. [`judge`] is a function of its arguments and of nothing else, so
//! the same request meets the same verdict in a server, in a lesson and in a test. But a verdict is about the version
//! that it was shown. Whoever judges has to write in the same breath: what comes between the two is what conditions are
//! against.

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

/// What came of the judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What to do.
    pub verdict: Verdict,
    /// The conditions that were judged, in order. After the one that decided against the request no other was.
    pub evaluation: Vec<Evaluation>,
    /// The tag of the version that the writer named, where the request goes on:
    ///
    /// - the member of `If-Match` that is the current tag, or, where the write was done before, the tag of the version
    ///   that it was done upon;
    /// - where no condition is judged, the same, or else the first tag of `If-Match`, which is a wrong one.
    ///
    /// None where no tag was named, and for reads. `If-Unmodified-Since` names none: which version its writer has seen
    /// cannot be told from a date, and a history that filled in the current one would hide what was lost by that.
    pub based_on: Option<EntityTag>,
    /// Whether this write buries a version that its writer has not shown to have seen. Only where the policy ignores
    /// conditions.
    pub blind: bool,
}

/// What to do with the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Do what the method says.
    Proceed,
    /// `PUT` only: this very write was done before, and its answer was lost. Give it again: 200, the current tag, and
    /// no new version (RFC 9110 section 13.1.1).
    AlreadyApplied,
    /// Only with [`BodyState::Unread`](crate::BodyState::Unread): `If-Match` is false, but the author of this request
    /// wrote the next version, so this may be that very write. Read the body and judge again.
    Undecided,
    /// 304: the reader has the current version (RFC 9110 section 15.4.5).
    NotModified,
    /// 404: there has never been such a document.
    NotFound,
    /// 410: there was one.
    Gone,
    /// 400: nobody can tell what the condition is.
    Malformed {
        /// Which field it was sent in.
        field: Field,
        /// Where it breaks, and what was expected there.
        error: SyntaxError,
    },
    /// 412: a condition is false (RFC 9110 section 15.5.13).
    Failed(Failure),
    /// 428: the write does not name the version that it replaces (RFC 6585 section 3).
    Required(RequiredReason),
}

/// Judges the preconditions of a request, in this order; the first that applies is the verdict.
///
/// 1. **Existence**, for all methods but `PUT`. A request that would fail without its conditions fails in the same way
///    with them (RFC 9110 section 13.2.1).
/// 2. **Syntax** of `If-Match` and `If-None-Match`. It counts under every policy.
/// 3. **Conditions**, in the order of RFC 9110 section 13.2.2, up to the first that is false. Under
///    [`Preconditions::Ignored`] those of a write are passed over, and it goes on.
/// 4. **The guard**, for writes under [`Preconditions::Required`]: a condition that holds has to name the version that
///    is replaced, or say that there is none. A date later than [`JudgedRequest::now`] names none.
///
/// Where `If-Match` alone stands in the way of a `PUT`, the history is asked whether that was done before.
///
/// ```
/// use precondition::{Conditions, Current, HttpDate, BodyState, Method, Policy, JudgedRequest, Target, NoHistory, Verdict, judge};
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

/// The first step: what is not there can be neither read, changed nor removed, on whatever conditions.
fn check_existence(method: Method, target: &Target) -> Option<Verdict> {
    match (method, target) {
        (Method::Put, _) | (_, Target::Exists(_)) => None,
        (_, Target::NeverExisted) => Some(Verdict::NotFound),
        (_, Target::Deleted) => Some(Verdict::Gone),
    }
}

/// The second step: a list of tags that is none is neither true nor false.
fn check_syntax(conditions: &Conditions) -> Option<Verdict> {
    let fields = [(Field::IfMatch, &conditions.if_match), (Field::IfNoneMatch, &conditions.if_none_match)];
    fields.into_iter().find_map(|(field, sent)| {
        let error = sent.as_ref()?.parsed.as_ref().err()?.clone();
        Some(Verdict::Malformed { field, error })
    })
}

/// The third step, left out: the last write wins. What is left to do is to say what it buries.
fn ignore_conditions(conditions: &Conditions, target: &Target) -> Judgement {
    let seen = target.current().and_then(|current| matching_tag(conditions, current));
    Judgement {
        blind: target.current().is_some() && seen.is_none(),
        based_on: seen.or_else(|| conditions.sent_tags().next()).cloned(),
        ..Judgement::new(Verdict::Proceed, Vec::new())
    }
}

/// The fourth step: no condition stands in the way, but a write may have to show more than that.
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

/// Whether `If-Unmodified-Since` names a time that has not come yet, unless the policy takes dates at face value.
///
/// The time of the current version has come, even if the clock was set back since: a client may have read it.
fn date_is_ahead(request: &JudgedRequest<'_>, target: &Target, policy: Policy) -> bool {
    let now = target.current().map_or(request.now, |current| current.last_modified.max(request.now));
    let date = request.conditions.if_unmodified_since.as_ref().and_then(|sent| sent.parsed);
    policy.dates == Dates::StrongOnly && date.is_some_and(|date| date > now)
}

/// The current tag, where `If-Match` has it.
fn matching_tag<'a>(conditions: &'a Conditions, current: &Current) -> Option<&'a EntityTag> {
    conditions.sent_tags().find(|tag| tag.strong_eq(&current.etag))
}

/// A condition stands in the way: the request is refused, unless it is the repetition of one that was not.
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

/// What a false condition comes to.
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
        // That it was deleted is what has to be answered first.
        reason @ FailureReason::Deleted => reason,
        _ if applied.is_some() => FailureReason::Superseded,
        reason => reason,
    };
    Verdict::Failed(Failure { reason, applied, ..failure })
}
