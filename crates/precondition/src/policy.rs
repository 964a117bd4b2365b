//! What the server insists on, and the mistakes that it can be told to make.
//!
//! What is *not* here: making them. [`judge`](crate::judge) acts on [`Preconditions`] and [`Dates`]; what a tag is made
//! of and when it is compared are up to whoever stores the versions, and the words for it stand here so that there is
//! one policy and not two.

/// How strictly conditions are taken, and which deliberate mistakes are on.
///
/// The first word of each member is how it should be, and the default. The others are mistakes that real servers make;
/// they are here so that a lesson can show what each of them costs.
///
/// ```
/// use precondition::policy::{Etags, Policy};
///
/// let policy = Policy { etags: Etags::Content, ..Policy::default() };
/// assert_eq!(policy.mistakes().collect::<Vec<_>>(), [("etags", "content")]);
/// assert_eq!(Policy::default().mistakes().count(), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Policy {
    /// Whether a write has to name the version that it replaces.
    pub preconditions: Preconditions,
    /// What entity tags are made of.
    pub etags: Etags,
    /// Whether judging and writing are one step.
    pub judging: Judging,
    /// What a date is taken to prove.
    pub dates: Dates,
}

impl Policy {
    /// The members that are not as they should be, each with its name and its word, in the order of the members.
    pub fn mistakes(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let right = Self::default();
        [
            ("preconditions", self.preconditions.as_str(), right.preconditions.as_str()),
            ("etags", self.etags.as_str(), right.etags.as_str()),
            ("judging", self.judging.as_str(), right.judging.as_str()),
            ("dates", self.dates.as_str(), right.dates.as_str()),
        ]
        .into_iter()
        .filter(|(_, word, right)| word != right)
        .map(|(member, word, _)| (member, word))
    }
}

/// Whether a write has to name the version that it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Preconditions {
    /// It has to: without, it meets 428 (RFC 6585 section 3).
    #[default]
    Required,
    /// A condition that is sent is judged; a write without one goes through.
    Optional,
    /// No condition of a write is judged: the last write wins.
    Ignored,
}

impl Preconditions {
    /// The word for it, such as `required`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Ignored => "ignored",
        }
    }
}

/// What entity tags are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Etags {
    /// The version's number and a hash over its history: never used twice.
    #[default]
    Version,
    /// A hash of the content alone: the same content has the same tag again (A-B-A).
    Content,
    /// The second of the last change: two changes within it share a tag.
    Seconds,
}

impl Etags {
    /// The word for it, such as `version`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Content => "content",
            Self::Seconds => "seconds",
        }
    }
}

/// Whether judging and writing are one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Judging {
    /// Nothing comes between them.
    #[default]
    Atomic,
    /// First the one, then the other: what was true when it was judged may be false when it is written.
    #[cfg_attr(feature = "serde", serde(rename = "apart"))]
    CheckThenAct,
}

impl Judging {
    /// The word for it, such as `atomic`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Atomic => "atomic",
            Self::CheckThenAct => "apart",
        }
    }
}

/// What a date is taken to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Dates {
    /// No more than it can: not which of two versions within its second was meant, and nothing before it has come.
    #[default]
    #[cfg_attr(feature = "serde", serde(rename = "proven"))]
    StrongOnly,
    /// Taken at its word.
    #[cfg_attr(feature = "serde", serde(rename = "plain"))]
    Trusted,
}

impl Dates {
    /// The word for it, such as `proven`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StrongOnly => "proven",
            Self::Trusted => "plain",
        }
    }
}
