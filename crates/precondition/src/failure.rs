//! Why a condition is false: the content of a 412 (RFC 9110 section 15.5.13).
//!
//! The standard only asks whether a condition is false. But the client's next step depends on the reason. A client with
//! a stale tag has to merge. A client whose tag was changed in transit has to find the proxy that did it; merging would
//! never help.

use std::fmt;

use crate::conditions::{Conditions, Field};
use crate::content_coding::has_coding_suffix;
use crate::evaluation::Evaluation;
use crate::history::History;
use crate::input::{Current, Target};
use crate::tag::EntityTag;
use crate::tag_list::TagList;

/// A false condition, and what is known about its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The field that carried the condition.
    pub field: Field,
    /// The reason why the condition is false.
    pub reason: FailureReason,
    /// The field's value, several lines joined by `, `; bytes that are not UTF-8 are written as `\xE9`.
    pub sent: String,
    /// How many versions were written after the newest one that the client named, up to the current one.
    ///
    /// `None` if the client named no version, or none that the history knows.
    pub behind: Option<u64>,
    /// The tag of the version that this same write created the first time.
    ///
    /// Set with [`FailureReason::Superseded`], and possibly with [`FailureReason::Deleted`].
    pub applied: Option<EntityTag>,
}

/// The reason why a condition is false: if several apply, the first that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum FailureReason {
    /// `If-Match` names an old version of this document, or `If-Unmodified-Since` an earlier time.
    Stale,
    /// The document was deleted.
    Deleted,
    /// The document has never existed.
    NeverExisted,
    /// `If-None-Match` requires that there is no version, or not this one; but there is.
    AlreadyExists,
    /// `If-Match` has a tag that was issued for this document, now or earlier, but it is marked as weak.
    ///
    /// It was issued strong, so an intermediary has weakened it. It would match nothing even if it were current.
    WeakTag,
    /// `If-Match` has the current tag with the suffix of a content coding, as compressing proxies add it.
    TransformedTag,
    /// `If-Match` has only tags that were never issued for this document, or no tag at all.
    UnknownTag,
    /// `If-Unmodified-Since` names a second within which more than one version was written.
    DateTooCoarse,
    /// This write was already applied, but the version that it created has since been replaced.
    ///
    /// The response to the first request was lost, so the client has sent the write again.
    Superseded,
}

impl FailureReason {
    /// Returns the reason as a word for programs, such as `already_exists`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Deleted => "deleted",
            Self::NeverExisted => "never_existed",
            Self::AlreadyExists => "already_exists",
            Self::WeakTag => "weak_tag",
            Self::TransformedTag => "transformed_tag",
            Self::UnknownTag => "unknown_tag",
            Self::DateTooCoarse => "date_too_coarse",
            Self::Superseded => "superseded",
        }
    }
}

impl fmt::Display for FailureReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Determines why a condition is false.
pub(crate) fn explain(
    condition: &Evaluation,
    conditions: &Conditions,
    target: &Target,
    history: &dyn History,
) -> Failure {
    let (reason, behind) = match target {
        Target::NeverExisted => (FailureReason::NeverExisted, None),
        Target::Deleted => (FailureReason::Deleted, None),
        Target::Exists(current) => match condition.field {
            Field::IfMatch => reason_for_no_match(conditions, current, history),
            Field::IfNoneMatch => (reason_for_match(conditions), None),
            Field::IfModifiedSince | Field::IfUnmodifiedSince => (reason_for_modified(conditions, current), None),
        },
    };
    Failure { field: condition.field, reason, sent: condition.sent.clone(), behind, applied: None }
}

/// Returns why no tag in `If-Match` is the current one, and how many versions behind it is.
fn reason_for_no_match(
    conditions: &Conditions,
    current: &Current,
    history: &dyn History,
) -> (FailureReason, Option<u64>) {
    let behind = versions_behind(conditions, current, history);
    let was_issued = |tag: &EntityTag| tag.weak_eq(&current.etag) || history.version_of(&tag.to_strong()).is_some();
    let is_weakened = |tag: &EntityTag| tag.is_weak() && was_issued(tag);
    let is_transformed = |tag: &EntityTag| has_coding_suffix(tag.opaque(), current.etag.opaque());
    let reason = if behind.is_some() {
        FailureReason::Stale
    } else if conditions.sent_tags().any(is_weakened) {
        FailureReason::WeakTag
    } else if conditions.sent_tags().any(is_transformed) {
        FailureReason::TransformedTag
    } else {
        FailureReason::UnknownTag
    };
    (reason, behind)
}

/// Returns how many versions were written after the newest one that `If-Match` names.
pub(crate) fn versions_behind(conditions: &Conditions, current: &Current, history: &dyn History) -> Option<u64> {
    // A weak tag does not prove that its sender has seen a version, so only strong tags are looked up.
    let strong = conditions.sent_tags().filter(|tag| !tag.is_weak());
    let newest = strong.filter_map(|tag| history.version_of(tag)).max()?;
    Some(current.version.saturating_sub(newest))
}

/// Returns why `If-None-Match` is false although there is a version.
fn reason_for_match(conditions: &Conditions) -> FailureReason {
    let list = conditions.if_none_match.as_ref().and_then(|sent| sent.parsed.as_ref().ok());
    match list {
        // The field is false because it has no tag, not because a tag matches.
        Some(TagList::Tags(members)) if members.is_empty() => FailureReason::UnknownTag,
        _ => FailureReason::AlreadyExists,
    }
}

/// Returns why `If-Unmodified-Since` is false although there is a version.
fn reason_for_modified(conditions: &Conditions, current: &Current) -> FailureReason {
    match conditions.if_unmodified_since.as_ref().and_then(|sent| sent.parsed) {
        Some(date) if date >= current.last_modified => FailureReason::DateTooCoarse,
        _ => FailureReason::Stale,
    }
}
