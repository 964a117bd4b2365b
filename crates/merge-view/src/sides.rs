//! The names, styles and versions of the sides of a merge.

#[cfg(doc)]
use terminal::person_style;

/// The name, style and version of one side of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideStyle {
    /// The name of its author, or `None` if that is unknown.
    pub name: Option<String>,
    /// The author's number, as [`person_style::number`] gives it, or [`person_style::NO_AUTHOR`].
    pub person: usize,
    /// The version, or `None` if the text is not saved or has no versions.
    pub version: Option<String>,
}

/// The sides of a merge. The merge view uses their names, and never says 'ours', 'local' or 'remote'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideStyles {
    /// The user's own side; their text has no version yet.
    pub mine: SideStyle,
    /// The author of the newer version.
    pub theirs: SideStyle,
    /// The version of the base, or `None` if there is none.
    pub base: Option<String>,
}
