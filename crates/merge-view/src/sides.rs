//! The two sides of a merge by name: who they are, and how they look.

#[cfg(doc)]
use terminal::person_style;

/// One side of a merge: who it is, and which version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideStyle {
    /// The name of its author, or `None` if it is not known.
    pub name: Option<String>,
    /// The author's number, as [`person_style::number`] gives it, or [`person_style::NO_AUTHOR`].
    pub person: usize,
    /// The version, or `None` if the text is not saved, or has no versions.
    pub version: Option<String>,
}

/// The sides of a merge, by name: the merge view never says 'ours', 'local' or 'remote'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideStyles {
    /// The user's own side; their text has no version yet.
    pub mine: SideStyle,
    /// The author of the newer version.
    pub theirs: SideStyle,
    /// The version that both sides started from, or `None` if there is none.
    pub base: Option<String>,
}
