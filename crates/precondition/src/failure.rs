//! A condition that is false, and why: the 412.

use std::fmt;

use crate::condition::Field;
use crate::tag::EntityTag;

/// A condition that is false, and what is known about why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The field that carried the condition.
    pub field: Field,
    /// Why it is false.
    pub reason: FailureReason,
    /// The field's value; bytes that are no UTF-8 are replaced.
    pub sent: String,
    /// How many versions lie between the newest one that was named and the current one, where one was.
    pub behind: Option<u64>,
    /// With [`FailureReason::Superseded`]: the version that this very write made when it came the first time.
    pub applied: Option<EntityTag>,
}

/// Why a condition is false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum FailureReason {
    /// The version that was named is not the current one any more.
    Stale,
    /// The document was deleted.
    Deleted,
    /// There has never been such a document.
    NeverExisted,
    /// There is such a document, and the request is for where there is none.
    AlreadyExists,
    /// The current tag, marked as weak.
    WeakTag,
    /// The current tag with a proxy's suffix.
    TransformedTag,
    /// A tag that was never issued for this document.
    UnknownTag,
    /// A second within which there was more than one version.
    DateTooCoarse,
    /// This very write was done before, and replaced since.
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
