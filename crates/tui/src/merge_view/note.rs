//! What the view has to say about the last key, until the next one.

use super::outcome::Outcome;

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
    /// The whole is written by hand: a decision about one change would change nothing.
    WholeStands,
    /// What is written is about an older version than the one that is in sight.
    WholeOfBefore,
    /// So many conflicts stand in the whole text in both versions, as they were put there.
    BothVersions(usize),
    /// No conflict is one of blanks alone.
    NoBlanks,
    /// So many conflicts of blanks were decided alike.
    Blanks(usize, Outcome),
    /// Both sides have the same line ends and the like.
    OneFormat,
    /// Other line ends and the like were chosen.
    Format,
    /// After a decision it goes on by itself.
    GoesOn,
    /// It does so no more.
    Stays,
    /// There is no suggestion for this change.
    NoSuggestion,
    /// There are so many suggestions; the same key again takes them all.
    Suggestions(usize),
    /// So many suggestions were taken.
    SuggestionsTaken(usize),
}
