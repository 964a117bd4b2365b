//! The judgement of a request by the representation that the server has now.

use precondition::{
    BodyState, Conditions, Current, HttpDate, JudgedRequest, Judgement, Method, Policy, Target, judge, policy,
};

use crate::fields;
use crate::options::GuardMode;
use crate::representation::Representation;
use crate::tags::TagIssuer;
use crate::versions::{KnownHistory, ResourceVersions, Sighting};

/// Judges a request by a representation.
///
/// The date of a representation counts as one that several versions share: the guard cannot know what happened within a
/// second before it began. So `If-Unmodified-Since` with exactly that date is false for a write.
pub(crate) fn judge_by(
    representation: &Representation,
    sighting: &Sighting,
    method: Method,
    conditions: &Conditions,
    versions: &ResourceVersions,
    (issuer, mode): (&TagIssuer, GuardMode),
) -> Judgement {
    let date = representation.last_modified();
    let target = Target::Exists(Current {
        etag: sighting.tag.clone(),
        version: sighting.count,
        last_modified: date.unwrap_or(HttpDate::from_unix_seconds(0)),
        shares_second: true,
    });
    // Without a date, conditions on dates are ignored (RFC 9110 sections 13.1.3 and 13.1.4).
    let conditions = if date.is_some() { conditions } else { &conditions.without_dates() };
    judged(method, conditions, &target, versions, issuer, mode)
}

/// Judges a write to a resource that has no representation.
pub(crate) fn judge_missing(
    method: Method,
    conditions: &Conditions,
    versions: &ResourceVersions,
    (issuer, mode): (&TagIssuer, GuardMode),
) -> Judgement {
    let target = if versions.has_existed() { Target::Deleted } else { Target::NeverExisted };
    judged(method, conditions, &target, versions, issuer, mode)
}

fn judged(
    method: Method,
    conditions: &Conditions,
    target: &Target,
    versions: &ResourceVersions,
    issuer: &TagIssuer,
    mode: GuardMode,
) -> Judgement {
    let request = JudgedRequest { method, conditions, body: BodyState::Read, now: fields::now() };
    let preconditions = match mode {
        GuardMode::Required => policy::Preconditions::Required,
        GuardMode::Optional => policy::Preconditions::Optional,
    };
    let policy = Policy { preconditions, ..Policy::default() };
    judge(&request, target, &policy, &KnownHistory { versions, issuer })
}
