//! The guard: a write must name the version that it replaces, or it gets a 428 (RFC 6585 section 3).
//!
//! Whether that version is still the current one has already been decided by the conditions. The guard asks what a
//! condition that holds has *proved*, and a true condition can prove very little:
//!
//! | condition that holds | what it proves |
//! | --- | --- |
//! | `If-Match: "v5"` | the writer saw version 5, and it is the current one |
//! | `If-Unmodified-Since`, on its own | the writer saw the version of that time, and nothing is newer |
//! | `If-Unmodified-Since` with a date in the future | nothing: the writer cannot have read anything at that time yet |
//! | `If-None-Match: *` | there is nothing to replace, and the writer knows it |
//! | `If-Match: *` | something exists: the writer would replace anything |
//! | `If-None-Match: "v4"` | it is not version 4: the writer would replace anything else |
//!
//! The last two rows, and the date in the future, are conditions, so a server that merely looks for a field accepts
//! them. The lost update is then back, now with a header field.
//!
//! Why not check for the field first, before any condition is evaluated?
//!
//! - A request with `If-None-Match: "v5"` would be told to send another condition although the one that it sent is
//!   already false. 412 is the better response.
//! - A request with `If-Match: *` for a deleted document would be asked for a tag that no client can have. Again, 412
//!   is the better response.
//! - The standard's wording is a trap: conditions are to be ignored if the request would have failed without them (RFC
//!   9110 section 13.2.1). As a separate check, 428 is such a failure: without its conditions, a request always gets
//!   it, so all conditions would always have to be ignored. 428 makes sense only as the last step of the evaluation.

use std::fmt;

use crate::conditions::Field;
use crate::evaluation::{Comparison, Evaluation};

/// The reason why a write gets a 428.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum RequiredReason {
    /// No condition was sent, or only ones that are ignored.
    NoCondition,
    /// `If-Match: *` holds for any version, so it names none.
    WildcardNamesNoVersion,
    /// `If-None-Match: "x"` holds for every version except `"x"`.
    ///
    /// So it does not say which one the write replaces.
    NamesNoVersion,
    /// `If-Unmodified-Since` holds, but names a time in the future.
    ///
    /// Every version written so far satisfies it.
    DateInFuture,
}

impl RequiredReason {
    /// Returns the reason as a word for programs, such as `no_condition`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCondition => "no_condition",
            Self::WildcardNamesNoVersion => "wildcard_names_no_version",
            Self::NamesNoVersion => "names_no_version",
            Self::DateInFuture => "date_in_future",
        }
    }
}

impl fmt::Display for RequiredReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Accepts a write if one of its conditions names the version that it replaces.
///
/// All conditions in `held` are true.
///
/// `date_is_ahead` says that the date of `If-Unmodified-Since` is in the future and that the policy rejects such dates.
pub(crate) fn check(held: &[Evaluation], date_is_ahead: bool) -> Result<(), RequiredReason> {
    let held = |field, comparison| held.iter().any(|c| c.field == field && c.comparison == comparison);
    let dated = held(Field::IfUnmodifiedSince, Comparison::Date);
    if held(Field::IfMatch, Comparison::Strong)
        || held(Field::IfNoneMatch, Comparison::Exists)
        || (dated && !date_is_ahead)
    {
        Ok(())
    } else if dated {
        Err(RequiredReason::DateInFuture)
    } else if held(Field::IfMatch, Comparison::Exists) {
        Err(RequiredReason::WildcardNamesNoVersion)
    } else if held(Field::IfNoneMatch, Comparison::Weak) {
        Err(RequiredReason::NamesNoVersion)
    } else {
        Err(RequiredReason::NoCondition)
    }
}
