//! Decisions of a user about a region, or about a single value.
//!
//! Decisions are values. They record what was decided, not what follows from it: the result is computed whenever it is
//! needed, so taking a decision back leaves no trace.

/// A decision about a region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Decision {
    /// No decision. A conflict stays open; any other region settles by itself.
    #[default]
    Undecided,
    /// Take mine.
    Mine,
    /// Take theirs.
    Theirs,
    /// Take both, mine first.
    MineTheirs,
    /// Take both, theirs first.
    TheirsMine,
    /// Take neither: the text of the base.
    Base,
    /// Take this text, written by hand.
    Edited(Vec<u8>),
}

/// A decision about a single value, for which 'both, in some order' has no meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Choice<T> {
    /// No decision. A conflict stays open; everything else settles by itself.
    #[default]
    Undecided,
    /// Take mine.
    Mine,
    /// Take theirs.
    Theirs,
    /// Take neither: the value of the base.
    Base,
    /// Take this value, written by hand.
    Edited(T),
}
