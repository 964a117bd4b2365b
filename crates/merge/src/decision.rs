//! What a person says about a region, or about a single value.
//!
//! Decisions are values. They hold what was said, not what follows from it: that is worked out anew whenever somebody
//! asks, so taking a decision back leaves no trace.

/// What was decided about a region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Nothing yet. A conflict stays open, any other region settles by itself.
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
    /// Take neither: as it was in the base.
    Base,
    /// Take this text, written by hand.
    Edited(Vec<u8>),
}

/// What was decided about a single value, where 'both, in some order' has no meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Choice<T> {
    /// Nothing yet. A conflict stays open, anything else settles by itself.
    #[default]
    Undecided,
    /// Take mine.
    Mine,
    /// Take theirs.
    Theirs,
    /// Take neither: as it was in the base.
    Base,
    /// Take this value, written by hand.
    Edited(T),
}
