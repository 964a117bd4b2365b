//! Each condition on its own: what was compared with what, and how, and whether the condition holds.
//!
//! The consequence of a false condition is decided in [`judgement`](crate::judgement): a 412 for one method, a 304 for
//! another, and nothing for a third.

use std::borrow::Cow;

use crate::conditions::{Conditions, DateField, Field, FieldValue, TagField};
use crate::input::{Current, JudgedRequest, Target};
use crate::policy::{Dates, Policy};
use crate::tag;
use crate::tag_list::TagList;

/// One evaluated condition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub struct Evaluation {
    /// The field that carried the condition.
    pub field: Field,
    /// How the value was compared.
    pub comparison: Comparison,
    /// The field's value, several lines joined by `, `; bytes that are not UTF-8 are written as `\xE9`.
    pub sent: String,
    /// The current version's tag or date that the value was compared with.
    ///
    /// Absent if there is no current version.
    pub current: Option<String>,
    /// Whether the condition is true.
    pub holds: bool,
    /// The clause of the rule that decided, such as `RFC 9110 13.1.1`.
    ///
    /// If the rule is this server's own policy, the text says so first, and names the clauses that it departs from.
    pub clause: Cow<'static, str>,
}

/// How a condition is compared with the current version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Comparison {
    /// Tags, strongly (RFC 9110 section 8.8.3.2).
    Strong,
    /// Tags, weakly (RFC 9110 section 8.8.3.2).
    Weak,
    /// `*`: does the document exist?
    Exists,
    /// Dates, to the second.
    Date,
}

/// Evaluates the conditions that count, in the order of RFC 9110 section 13.2.2:
///
/// 1. `If-Match`; if it was not sent, `If-Unmodified-Since`;
/// 2. `If-None-Match`; if it was not sent and the request is a read, `If-Modified-Since`.
///
/// A tag overrides the date next to it on purpose. A client sends both for servers that only know dates. A server that
/// understands tags has the better evidence and needs no other.
///
/// Malformed tag fields are skipped; the caller has already refused them.
pub(crate) fn evaluate(request: &JudgedRequest<'_>, target: &Target, policy: Policy) -> Vec<Evaluation> {
    let Conditions { if_match, if_none_match, if_modified_since, if_unmodified_since } = request.conditions;
    let first = match if_match {
        Some(field) => evaluate_if_match(field, target),
        None => {
            if_unmodified_since.as_ref().and_then(|field| evaluate_if_unmodified_since(field, request, target, policy))
        }
    };
    let second = match if_none_match {
        Some(field) => evaluate_if_none_match(field, request, target),
        None if request.method.writes() => None,
        None => if_modified_since.as_ref().and_then(|field| evaluate_if_modified_since(field, target)),
    };
    first.into_iter().chain(second).collect()
}

/// Evaluates `If-Match` (section 13.1.1): true if there is a current version and the list contains it.
///
/// If there is no current version, nothing matches, `*` included. An empty list matches nothing.
fn evaluate_if_match(field: &TagField, target: &Target) -> Option<Evaluation> {
    let (comparison, holds) = match field.parsed.as_ref().ok()? {
        TagList::Any => (Comparison::Exists, target.current().is_some()),
        list @ TagList::Tags(_) => {
            let matched = |current| list.tags().any(|tag| tag.strong_eq(current));
            (Comparison::Strong, target.current().is_some_and(|current| matched(&current.etag)))
        }
    };
    Some(evaluation_of(Field::IfMatch, field, comparison, target, holds))
}

/// Evaluates `If-None-Match` (section 13.1.2): true unless the list contains the current version.
///
/// Read literally, an empty list is always true. But no client means that: an empty field is usually a condition whose
/// value was lost, for instance through an unset variable. An empty list therefore never helps the client: it is false
/// for a write, and for a read it does not save sending the document.
fn evaluate_if_none_match(field: &TagField, request: &JudgedRequest<'_>, target: &Target) -> Option<Evaluation> {
    let (comparison, holds) = match field.parsed.as_ref().ok()? {
        TagList::Any => (Comparison::Exists, target.current().is_none()),
        TagList::Tags(members) if members.is_empty() => (Comparison::Weak, !request.method.writes()),
        list @ TagList::Tags(_) => {
            let matched = |current| list.tags().any(|tag| tag.weak_eq(current));
            (Comparison::Weak, !target.current().is_some_and(|current| matched(&current.etag)))
        }
    };
    Some(evaluation_of(Field::IfNoneMatch, field, comparison, target, holds))
}

/// Evaluates `If-Modified-Since` (section 13.1.3): true if the current version is newer.
///
/// Called for reads only.
fn evaluate_if_modified_since(field: &DateField, target: &Target) -> Option<Evaluation> {
    let date = field.parsed?;
    let holds = target.current().is_none_or(|current| current.last_modified > date);
    Some(evaluation_of(Field::IfModifiedSince, field, Comparison::Date, target, holds))
}

/// Evaluates `If-Unmodified-Since` (section 13.1.4): true if nothing is newer than the date.
///
/// The date cannot decide if it names the very second in which the current version *and* an earlier one were written:
/// the writer may have seen either. The condition is then false for a write, unless the policy trusts dates. It is true
/// for a read, which cannot lose anything.
///
/// If there is no current version, the condition is false for a write: the writer saw a version that no longer exists.
/// Under the standard the field would be ignored, since there is no date to compare with; a server that does not insist
/// on conditions would then restore what was deleted.
fn evaluate_if_unmodified_since(
    field: &DateField,
    request: &JudgedRequest<'_>,
    target: &Target,
    policy: Policy,
) -> Option<Evaluation> {
    let date = field.parsed?;
    let trusting = policy.dates == Dates::Trusted || !request.method.writes();
    let (holds, clause) = match target.current() {
        Some(current) if current.shares_second && current.last_modified == date && !trusting => (false, TOO_COARSE),
        Some(current) => (current.last_modified <= date, Field::IfUnmodifiedSince.clause()),
        None => (false, NO_DATE),
    };
    let evaluation = evaluation_of(Field::IfUnmodifiedSince, field, Comparison::Date, target, holds);
    Some(Evaluation { clause: clause.into(), ..evaluation })
}

/// The rule that a date with several versions in its second proves nothing.
///
/// It is our own policy: by 13.1.4, the condition is true. 8.8.2.2 says when a date is a weak validator.
const TOO_COARSE: &str = "server policy; RFC 9110 13.1.4 and 8.8.2.2";

/// The rule that a date is false if there is no current version.
///
/// It is our own policy: 13.1.4 ignores the field then.
const NO_DATE: &str = "server policy; RFC 9110 13.1.4";

fn evaluation_of<T>(
    field: Field,
    sent: &FieldValue<T>,
    comparison: Comparison,
    target: &Target,
    holds: bool,
) -> Evaluation {
    let compared_with = |current: &Current| match comparison {
        Comparison::Date => current.last_modified.to_string(),
        Comparison::Strong | Comparison::Weak | Comparison::Exists => tag::to_text(current.etag.to_bytes()),
    };
    Evaluation {
        field,
        comparison,
        sent: tag::to_text(sent.raw.clone()),
        current: target.current().map(compared_with),
        holds,
        clause: field.clause().into(),
    }
}
