//! What the view has to say about the last key, until the next one.

/// A word about what was done, or why it was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    /// The step went over the end and on from the beginning.
    WrappedOn,
    /// The step went over the beginning and on from the end.
    WrappedBack,
    /// There is no other one that is open.
    OnlyOpen,
    /// There is no other change at all.
    OnlyOne,
    /// There is nothing to go to.
    NothingOpen,
    /// There is not a single change.
    NoChange,
    /// A save was refused: so many conflicts are open.
    NotSaved(usize),
    /// A title is one thing: both do not fit.
    OneOnly,
    /// Nothing settled by itself.
    NothingSettled,
    /// So many changes that settled by themselves were left out of the result.
    LeftOut(usize),
    /// So many are in it again.
    TakenAgain(usize),
    /// All panes are in sight.
    AllInSight,
    /// What was written by hand was left, not taken.
    HandLeft,
    /// What was written for the parent is no document's name.
    NoName,
    /// Theirs became another text while something was written by hand.
    HandOvertaken,
    /// The merge was made anew, and opened a change again that had been written by hand.
    HandReopened,
    /// The merge was made anew: the report says what became of the decisions.
    Renewed,
}
