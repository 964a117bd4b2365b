//! How strict the server is, and the mistakes that it can be told to make.
//!
//! [`judge`](crate::judge) implements [`Preconditions`] and [`Dates`]. [`Etags`] and [`Judging`] are implemented by the
//! store, which creates the tags and decides when they are compared; they are defined here so that there is one policy.

/// How strictly conditions are evaluated, and which deliberate mistakes are on.
///
/// The first value of each member is the correct one, and the default. The others are mistakes that real servers make;
/// they are here so that a lesson can show what each of them costs.
///
/// # Examples
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
    /// Whether a write must name the version that it replaces.
    pub preconditions: Preconditions,
    /// The content of entity tags.
    pub etags: Etags,
    /// Whether judging and writing are one step.
    pub judging: Judging,
    /// How far dates are trusted.
    pub dates: Dates,
}

impl Policy {
    /// Returns the members that differ from the default, each as its name and value.
    ///
    /// They are in the order of the members.
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

/// Whether a write must name the version that it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Preconditions {
    /// A write without a condition gets a 428 (RFC 6585 section 3).
    #[default]
    Required,
    /// A condition that is sent is evaluated; a write without one proceeds.
    Optional,
    /// The conditions of writes are not evaluated: the last write wins.
    Ignored,
}

impl Preconditions {
    /// Returns the value as a word, such as `required`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Ignored => "ignored",
        }
    }
}

/// The content of entity tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Etags {
    /// The version's number and a hash over its history: never reused.
    #[default]
    Version,
    /// A hash of the content alone: the same content has the same tag again (A-B-A).
    Content,
    /// The second of the last change: two changes within a second share a tag.
    Seconds,
}

impl Etags {
    /// Returns the value as a word, such as `version`.
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
    /// One atomic step.
    #[default]
    Atomic,
    /// Two steps: a condition that was true when it was judged may be false when the write happens.
    #[cfg_attr(feature = "serde", serde(rename = "apart"))]
    CheckThenAct,
}

impl Judging {
    /// Returns the value as a word, such as `atomic`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Atomic => "atomic",
            Self::CheckThenAct => "apart",
        }
    }
}

/// How far dates are trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Dates {
    /// Only as far as they prove something: not between two versions of one second, and not in the future.
    #[default]
    #[cfg_attr(feature = "serde", serde(rename = "proven"))]
    StrongOnly,
    /// At face value.
    #[cfg_attr(feature = "serde", serde(rename = "plain"))]
    Trusted,
}

impl Dates {
    /// Returns the value as a word, such as `proven`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StrongOnly => "proven",
            Self::Trusted => "plain",
        }
    }
}
