//! The guard: does a write name the version that it replaces? If not: 428 (RFC 6585 section 3).

use std::fmt;

/// Why a write is answered with 428.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum RequiredReason {
    /// No condition was sent, or only such as are ignored.
    NoCondition,
    /// `If-Match: *`: any version will do, so none is named.
    WildcardNamesNoVersion,
    /// `If-None-Match: "x"`: any version but this one will do, so none is named.
    NamesNoVersion,
}

impl RequiredReason {
    /// The reason as a word for programs, such as `no_condition`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCondition => "no_condition",
            Self::WildcardNamesNoVersion => "wildcard_names_no_version",
            Self::NamesNoVersion => "names_no_version",
        }
    }
}

impl fmt::Display for RequiredReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
