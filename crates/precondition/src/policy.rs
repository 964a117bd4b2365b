//! What the server insists on, and the mistakes that it can be told to make.

/// How strictly conditions are taken, and which deliberate mistakes are on.
///
/// The first word of each member is how it should be, and the default. The others are mistakes that real servers make;
/// they are here so that a lesson can show what each of them costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
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

/// Whether a write has to name the version that it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
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

/// What entity tags are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
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

/// Whether judging and writing are one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Judging {
    /// Nothing comes between them.
    #[default]
    Atomic,
    /// First the one, then the other: what was true when it was judged may be false when it is written.
    Apart,
}

/// What a date is taken to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Dates {
    /// No more than it can: not which of two versions within its second was meant.
    #[default]
    Proven,
    /// Taken at its word.
    Plain,
}
