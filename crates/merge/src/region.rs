//! The regions of a merge: what happened to each range of the three texts.
//!
//! A region is a value with three ranges of lines. It contains neither text nor decisions: the text is in
//! [`crate::Merge`], the decisions are in [`crate::Session`].

use std::ops::Range;

/// One of the three texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The version that both others started from.
    Base,
    /// My text.
    Mine,
    /// The text of the other author.
    Theirs,
}

/// The kind of change in a region, compared with the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegionKind {
    /// Neither side changed it.
    Stable,
    /// Only mine changed it. Mine is taken.
    Mine,
    /// Only theirs changed it. Theirs is taken.
    Theirs,
    /// Both made the same change. It is taken once.
    Agreed,
    /// Both sides changed it, and differently. A user has to decide.
    Conflict(ConflictKind),
}

impl RegionKind {
    /// Returns whether a user has to decide.
    #[must_use]
    pub fn is_conflict(self) -> bool {
        matches!(self, Self::Conflict(_))
    }
}

/// The reason why a region is a conflict; each kind has a sentence for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConflictKind {
    /// Both edited the same lines.
    BothEdited,
    /// Both inserted at one place where the base has nothing.
    ///
    /// Often both are wanted, and only the order is open.
    BothInserted,
    /// Mine deleted the lines that theirs edited.
    DeletedByMine,
    /// Theirs deleted the lines that mine edited.
    DeletedByTheirs,
    /// The edits share no line, but there is no unchanged line between them either.
    Touching,
    /// The two differ only in blanks, tabs and empty lines.
    WhitespaceOnly,
    /// The comparison stopped early, so the region is coarser than necessary.
    GaveUp,
}

/// Corresponding ranges of lines in the three texts.
///
/// Ranges count lines from 0 and exclude their end. The regions of a merge, in order, cover each of the three texts
/// without gaps or overlaps. A range may be empty: the base of an insertion is empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Region {
    /// The kind of change.
    pub kind: RegionKind,
    /// The lines of the base.
    pub base: Range<usize>,
    /// The lines of mine.
    pub mine: Range<usize>,
    /// The lines of theirs.
    pub theirs: Range<usize>,
}

impl Region {
    /// Returns the lines of one side.
    #[must_use]
    pub fn range(&self, side: Side) -> Range<usize> {
        match side {
            Side::Base => self.base.clone(),
            Side::Mine => self.mine.clone(),
            Side::Theirs => self.theirs.clone(),
        }
    }
}
