//! What a merge says about each stretch of the three texts.
//!
//! A region is a value with three ranges of lines. It holds no text and takes no decision: the text is in
//! [`crate::Merge`], the decision in [`crate::Session`].

use std::ops::Range;

/// One of the three texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The version that both others started from.
    Base,
    /// My text.
    Mine,
    /// The other's text.
    Theirs,
}

/// What happened in a region, seen from the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegionKind {
    /// Nobody changed it.
    Stable,
    /// Only mine changed it. Mine is taken.
    Mine,
    /// Only theirs changed it. Theirs is taken.
    Theirs,
    /// Both made the same change. It is taken once.
    Agreed,
    /// Both changed it, and differently. Somebody has to decide.
    Conflict(ConflictKind),
}

impl RegionKind {
    /// Whether somebody has to decide.
    #[must_use]
    pub fn is_conflict(self) -> bool {
        matches!(self, Self::Conflict(_))
    }
}

/// Why a region is a conflict: the sentence that a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConflictKind {
    /// Both edited the same lines.
    BothEdited,
    /// Both inserted at one place where the base has nothing. Often both are wanted: only the order is open.
    BothInserted,
    /// Mine deleted the lines that theirs edited.
    DeletedByMine,
    /// Theirs deleted the lines that mine edited.
    DeletedByTheirs,
    /// The edits share no line, but no untouched line lies between them either.
    Touching,
    /// The two differ in blanks, tabs and empty lines alone.
    WhitespaceOnly,
    /// The comparison stopped early, so the region is coarser than it had to be.
    GaveUp,
}

/// A stretch of lines in each of the three texts that belong together.
///
/// Ranges count lines from 0 and exclude their end. The regions of a merge, in order, cover each of the three texts
/// without a gap or an overlap. A range may be empty: an insertion has an empty base.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Region {
    /// What happened here.
    pub kind: RegionKind,
    /// The lines of the base.
    pub base: Range<usize>,
    /// The lines of mine.
    pub mine: Range<usize>,
    /// The lines of theirs.
    pub theirs: Range<usize>,
}

impl Region {
    /// The lines of one side.
    #[must_use]
    pub fn range(&self, side: Side) -> Range<usize> {
        match side {
            Side::Base => self.base.clone(),
            Side::Mine => self.mine.clone(),
            Side::Theirs => self.theirs.clone(),
        }
    }
}
