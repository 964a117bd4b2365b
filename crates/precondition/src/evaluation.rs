//! Each condition by itself: what was sent, what it was compared with and how, and whether it holds.
//!
//! What is *not* here: what follows from it. A condition that is false is a 412 for one method, a 304 for another, and
//! no matter at all for a third; the [`judgement`](crate::judgement) knows.

use std::borrow::Cow;

use crate::conditions::{Conditions, DateField, Field, FieldValue, TagField};
use crate::input::{Current, JudgedRequest, Target};
use crate::policy::{Dates, Policy};
use crate::tag;
use crate::tag_list::TagList;

/// One condition that was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub struct Evaluation {
    /// The field that carried it.
    pub field: Field,
    /// How it was compared.
    pub comparison: Comparison,
    /// The field's value, several lines joined by `, `; bytes that are no UTF-8 are written as `\xE9`.
    pub sent: String,
    /// What it was compared with, the current version's tag or date; none where there is no current version.
    pub current: Option<String>,
    /// Whether the condition is true.
    pub holds: bool,
    /// Where the rule stands that decided, such as `RFC 9110 13.1.1`.
    pub clause: Cow<'static, str>,
}

/// How a condition is compared with what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Comparison {
    /// Tag with tag, strongly (RFC 9110 section 8.8.3.2).
    Strong,
    /// Tag with tag, weakly (the same section).
    Weak,
    /// `*`: is there anything?
    Exists,
    /// Date with date, to the second.
    Date,
}

/// Evaluates the conditions that count, in the order of RFC 9110 section 13.2.2:
///
/// 1. `If-Match`; where it was not sent, `If-Unmodified-Since`;
/// 2. `If-None-Match`; where it was not sent, and the request reads, `If-Modified-Since`.
///
/// That a tag silences the date next to it is no accident. A client sends both for the sake of servers that know only
/// dates; whoever understands tags has the better evidence, and takes it alone.
///
/// Malformed fields are not among them; whoever calls has refused them.
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

/// `If-Match` (section 13.1.1): true if there is a current version and it is among those listed. Where there is none,
/// nothing matches it, `*` included. In an empty list there is nothing that could match.
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

/// `If-None-Match` (section 13.1.2): true unless the current version is among those listed.
///
/// An empty list lists nothing, and taken by the letter that is always true. But nobody means that. It is what remains
/// of a condition whose value was lost, by an unset variable most often. So it never opens a door: it is false for a
/// write, and for a read it does not save sending the document.
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

/// `If-Modified-Since` (section 13.1.3): true if the current version is newer than the date. Only reads come here.
fn evaluate_if_modified_since(field: &DateField, target: &Target) -> Option<Evaluation> {
    let date = field.parsed?;
    let holds = target.current().is_none_or(|current| current.last_modified > date);
    Some(evaluation_of(Field::IfModifiedSince, field, Comparison::Date, target, holds))
}

/// `If-Unmodified-Since` (section 13.1.4): true if the current version is not newer than the date, and the date can
/// tell.
///
/// It cannot where it names the very second in which the current version *and* an earlier one were written: the writer
/// may have seen either. A write takes no such chance, unless the policy has it believe the date. A read may, since
/// nothing is lost by it.
///
/// Where there is no version it is false for a write: the writer saw one, and it is not there. The standard would have
/// the field ignored for want of a date to compare with, and a server that does not insist on conditions would then
/// bring back what was deleted.
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
        None => (false, Field::IfUnmodifiedSince.clause()),
    };
    let evaluation = evaluation_of(Field::IfUnmodifiedSince, field, Comparison::Date, target, holds);
    Some(Evaluation { clause: clause.into(), ..evaluation })
}

/// Where it stands that a date is a weak validator unless more is known about it.
const TOO_COARSE: &str = "RFC 9110 8.8.2.2";

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
