//! The result of a check.

/// How good the path is in one respect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathMark {
    /// Nothing is changed on the path.
    Fine,
    /// A fact that a user should know, and that needs no change.
    Note,
    /// Editors of ifmatch work, but another client, or a long document, does not.
    Weak,
    /// Editors of ifmatch cannot work, or an update can be lost.
    Broken,
    /// The check was not made.
    NotAsked,
}

impl PathMark {
    /// Returns the sign of the mark in a list.
    #[must_use]
    pub const fn sign(self) -> char {
        match self {
            Self::Fine => '\u{2713}',
            Self::Note => '\u{b7}',
            Self::Weak => '!',
            Self::Broken => '\u{2717}',
            Self::NotAsked => '\u{2013}',
        }
    }

    /// Returns the mark as a word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Weak => "weak",
            Self::Broken => "broken",
            Self::NotAsked => "notAsked",
        }
    }

    /// Returns whether something on the path should be changed.
    #[must_use]
    pub const fn needs_change(self) -> bool {
        matches!(self, Self::Weak | Self::Broken)
    }
}

/// A mark, and what was found.
///
/// Text of the network may be in it, so a caller that shows it first makes control characters visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathJudgement {
    /// How good the path is.
    pub mark: PathMark,
    /// The finding, or why the check was not made: a clause without a full stop.
    pub found: String,
}

impl PathJudgement {
    pub(crate) fn fine(found: impl Into<String>) -> Self {
        Self { mark: PathMark::Fine, found: found.into() }
    }

    pub(crate) fn note(found: impl Into<String>) -> Self {
        Self { mark: PathMark::Note, found: found.into() }
    }

    pub(crate) fn weak(found: impl Into<String>) -> Self {
        Self { mark: PathMark::Weak, found: found.into() }
    }

    pub(crate) fn broken(found: impl Into<String>) -> Self {
        Self { mark: PathMark::Broken, found: found.into() }
    }

    pub(crate) fn not_asked(why: impl Into<String>) -> Self {
        Self { mark: PathMark::NotAsked, found: why.into() }
    }
}
