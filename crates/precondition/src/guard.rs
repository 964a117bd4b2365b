//! The guard: a write has to name the version that it replaces. If it does not: 428 (RFC 6585 section 3).
//!
//! What is *not* here: whether that version is still the current one. The conditions have said so before. The guard
//! asks what a condition that holds has *proved*, and a true condition can prove very little:
//!
//! | what holds | what it proves |
//! | --- | --- |
//! | `If-Match: "v5"` | the writer saw version 5, and it is the current one |
//! | `If-Unmodified-Since`, on its own | the writer saw the version of that time, and nothing is newer |
//! | `If-Unmodified-Since` with a date in the future | nothing: at that time, the writer cannot have read anything yet |
//! | `If-None-Match: *` | there is nothing to replace, and the writer knows it |
//! | `If-Match: *` | there is something: the writer would replace anything |
//! | `If-None-Match: "v4"` | it is not version 4: the writer would replace anything else |
//!
//! The last two rows, and the date in the future, are conditions; and a server that merely looks for a field lets them
//! pass. Then the lost update is back, now with a header field.
//!
//! Why not simply check for the field first, before any condition is judged? Because then a request with
//! `If-None-Match: "v5"` would be told to send another condition while the one that it sent is already false, and a
//! request with `If-Match: *` for a document that is gone would be asked for a tag that nobody can have. 412 is the
//! better answer for both. And there is a trap in the standard's words: conditions are to be ignored where the request
//! without them would have failed (RFC 9110 section 13.2.1). Taken as a check of its own, 428 is such a failure: a
//! request without its conditions would always meet it, so all conditions would have to be ignored, always. 428 makes
//! sense only as the last part of the judgement.

use std::fmt;

use crate::conditions::Field;
use crate::evaluation::{Comparison, Evaluation};

/// Why a write is answered with 428.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum RequiredReason {
    /// No condition was sent, or only such as are ignored.
    NoCondition,
    /// `If-Match: *` holds for any version, so it names none.
    WildcardNamesNoVersion,
    /// `If-None-Match: "x"` holds for any version but one, so it names none.
    NamesNoVersion,
    /// `If-Unmodified-Since` holds, and names a time that has not come yet: it holds for whatever was written until
    /// now.
    DateInFuture,
}

impl RequiredReason {
    /// The reason as a word for programs, such as `no_condition`.
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

/// Lets a write pass whose conditions, all of which hold, name what it replaces.
///
/// `date_is_ahead` says that the date of `If-Unmodified-Since` is later than now, and that the policy minds.
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
