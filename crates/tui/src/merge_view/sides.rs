//! The two sides of a merge by name: who they are, and how they look.

use contract::{Author, EntityTag};
#[cfg(doc)]
use terminal::person_style;

/// One side of a merge: who it is, and which version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SideStyle {
    /// Whose text it is, none where the server did not say.
    pub(crate) author: Option<Author>,
    /// The person's number, as [`person_style::number`] gives it, or [`person_style::NO_AUTHOR`].
    pub(crate) person: usize,
    /// The version's tag; none for a text that is not saved.
    pub(crate) etag: Option<EntityTag>,
}

/// The sides of a merge, by name: the merge view never says 'ours', 'local' or 'remote'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SideStyles {
    /// Me; my text has no tag yet.
    pub(crate) mine: SideStyle,
    /// The author of the newer version.
    pub(crate) theirs: SideStyle,
    /// The tag of the version that both started from, none where there was none.
    pub(crate) base: Option<EntityTag>,
}
