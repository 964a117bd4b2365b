//! A condition that is false, and why: what a 412 (RFC 9110 section 15.5.13) has to say.
//!
//! 'False' is all that the standard asks for. But the next step depends on why. Somebody whose tag is stale has to
//! merge; somebody whose tag was changed on its way has to look for the proxy that did it, and would merge for ever.

use std::fmt;

use crate::conditions::{Conditions, Field};
use crate::content_coding::has_coding_suffix;
use crate::evaluation::Evaluation;
use crate::history::History;
use crate::input::{Current, Target};
use crate::tag::EntityTag;
use crate::tag_list::TagList;

/// A condition that is false, and what is known about why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The field that carried the condition.
    pub field: Field,
    /// Why it is false.
    pub reason: FailureReason,
    /// The field's value, several lines joined by `, `; bytes that are no UTF-8 are written as `\xE9`.
    pub sent: String,
    /// How many versions were written after the one that was named, up to the current one; after the newest, where
    /// several were named, and none where none was, or where nobody knows which.
    pub behind: Option<u64>,
    /// With [`FailureReason::Superseded`], and perhaps with [`FailureReason::Deleted`]: the tag of the version that
    /// this very write made when it came the first time.
    pub applied: Option<EntityTag>,
}

/// Why a condition is false. Where several of the reasons apply, the first of them that can be shown is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum FailureReason {
    /// `If-Match` names a version of this document that is not the current one any more, or `If-Unmodified-Since` a
    /// time before it.
    Stale,
    /// The document that the condition is about was deleted.
    Deleted,
    /// There has never been such a document.
    NeverExisted,
    /// `If-None-Match` wants none, or not this one; and here it is.
    AlreadyExists,
    /// `If-Match` has a tag that was issued for this document, now or earlier, but marked as weak. Somebody on the way
    /// did that, since it was issued strong. It would match nothing even if it were the current one.
    WeakTag,
    /// `If-Match` has the current tag with the suffix of a content coding, as proxies that compress add it.
    TransformedTag,
    /// `If-Match` has only tags that were never issued for this document, or the field came without a tag.
    UnknownTag,
    /// `If-Unmodified-Since` names a second within which more than one version was written.
    DateTooCoarse,
    /// This very write was done before, its answer was lost, and the version that it made has been replaced since.
    Superseded,
}

impl FailureReason {
    /// The reason as a word for programs, such as `already_exists`.
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

/// Finds out why a condition is false.
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

/// Why nothing in `If-Match` is the current tag, and how far behind it is.
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

/// How many versions were written after the newest one that `If-Match` names.
pub(crate) fn versions_behind(conditions: &Conditions, current: &Current, history: &dyn History) -> Option<u64> {
    // Whoever sends a weak tag has not shown to have seen a version, so only strong ones are looked up.
    let strong = conditions.sent_tags().filter(|tag| !tag.is_weak());
    let newest = strong.filter_map(|tag| history.version_of(tag)).max()?;
    Some(current.version.saturating_sub(newest))
}

/// Why `If-None-Match` is false although there is a version.
fn reason_for_match(conditions: &Conditions) -> FailureReason {
    let list = conditions.if_none_match.as_ref().and_then(|sent| sent.parsed.as_ref().ok());
    match list {
        // False for want of a tag, not because of one.
        Some(TagList::Tags(members)) if members.is_empty() => FailureReason::UnknownTag,
        _ => FailureReason::AlreadyExists,
    }
}

/// Why `If-Unmodified-Since` is false although there is a version.
fn reason_for_modified(conditions: &Conditions, current: &Current) -> FailureReason {
    match conditions.if_unmodified_since.as_ref().and_then(|sent| sent.parsed) {
        Some(date) if date >= current.last_modified => FailureReason::DateTooCoarse,
        _ => FailureReason::Stale,
    }
}
