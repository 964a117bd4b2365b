//! What the view has to say about the last key, until the next one.

use editor::DocumentMerge;

use crate::action::MergeAction;
use crate::messages::{SideNames, blanks, describe_chosen_format, describe_remerge, describe_resolution, key};
use crate::resolution::Resolution;

/// How an action of the merge is asked for: the key on the keyboard, or a word.
pub type Way = fn(MergeAction) -> String;

/// A word about what was done, or why it was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MergeNote {
    /// The step went over the end and on from the beginning.
    WrappedOn,
    /// The step went over the beginning and on from the end.
    WrappedBack,
    /// No other conflict is open.
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
    /// What was being written by hand in an earlier run is here again.
    HandBack,
    /// What was being written as a whole in an earlier run is here again.
    WholeBack,
    /// What was written as a whole was left, not taken.
    WholeLeft,
    /// The text that was written for the parent is not a document's name.
    NoName,
    /// Theirs became another text while something was written by hand.
    HandOvertaken,
    /// The change that a text is being written for is gone from the merge.
    HandLost,
    /// Nothing is selected: the change that was is gone from the merge.
    NothingSelected,
    /// The merge was made anew, and opened a change again that had been written by hand.
    HandReopened,
    /// The merge was made anew: the report says what became of the decisions.
    Renewed,
    /// The whole is written by hand: a decision about one change would change nothing.
    WholeStands,
    /// What is written is about an older version than the one that is in sight.
    WholeOfBefore,
    /// So many conflicts are in the whole text in both versions, as they were put there.
    BothVersions(usize),
    /// So many open conflicts were decided alike.
    AllTaken(usize, Resolution),
    /// No conflict is one of blanks alone.
    NoBlanks,
    /// So many conflicts of blanks were decided alike.
    Blanks(usize, Resolution),
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

impl MergeNote {
    /// The words for it, with the key or the word of what can be done next.
    pub(crate) fn words(self, conflict: &DocumentMerge, names: SideNames<'_>, way: Way) -> String {
        let changes = |count: usize| if count == 1 { "1 change".to_owned() } else { format!("{count} changes") };
        match self {
            Self::WrappedOn => "that was the last one, this is the first".to_owned(),
            Self::WrappedBack => "that was the first one, this is the last".to_owned(),
            Self::OnlyOpen => format!("no other one is open{}", others(conflict, way)),
            Self::OnlyOne => "there is no other one".to_owned(),
            Self::NothingOpen => format!("no conflict is open{}", others(conflict, way)),
            Self::NoChange => "there is no change".to_owned(),
            Self::NotSaved(1) => "not saved: this conflict is open".to_owned(),
            Self::NotSaved(open) => format!("not saved: {open} conflicts are open, this is the first"),
            Self::OneOnly => "not possible: a title or a parent is one value, mine or theirs".to_owned(),
            Self::NothingSettled => "no change settled by itself".to_owned(),
            Self::LeftOut(count) => format!("left out: {} that settled by itself", changes(count)),
            Self::TakenAgain(count) => format!("taken again: {} that settled by itself", changes(count)),
            Self::AllInSight => "all panes are in sight".to_owned(),
            Self::HandLeft => format!("not taken, but kept: {} brings it back", way(MergeAction::EditResult)),
            Self::HandBack => {
                format!("what you were writing by hand is here again: {} goes on with it", way(MergeAction::EditResult))
            }
            Self::WholeBack => {
                format!("what you were writing by hand is here again: {} goes on with it", way(MergeAction::EditWhole))
            }
            Self::WholeLeft => format!("not taken, but kept: {} brings it back", way(MergeAction::EditWhole)),
            Self::NoName => format!("not taken: {}", contract::NameError::Id),
            Self::HandOvertaken => format!("{}; look again at what you are writing", describe_remerge(conflict, names)),
            Self::HandReopened => {
                format!(
                    "{}; what you wrote by hand is kept, and {} in the merge brings it back",
                    describe_remerge(conflict, names),
                    way(MergeAction::EditResult)
                )
            }
            Self::HandLost => {
                "the change that you are writing is settled now; your text is kept, and can be pasted after the merge"
                    .to_owned()
            }
            Self::NothingSelected => {
                let [next, any] = [MergeAction::NextConflict, MergeAction::NextChange].map(way);
                format!(
                    "nothing is selected: that change is gone. {next} goes to an open conflict, {any} to any change"
                )
            }
            Self::Renewed => describe_remerge(conflict, names),
            Self::WholeStands => whole_stands(way),
            Self::WholeOfBefore => {
                format!("{} saved again since this was begun: what you take over is merged with that", names.theirs())
            }
            Self::BothVersions(count) => {
                let (stand, so) = if count == 1 { ("1 conflict stands", "it") } else { ("conflicts stand", "them") };
                let number = if count == 1 { String::new() } else { format!("{count} ") };
                let take = key(MergeAction::AcceptEdit);
                format!("not taken: {number}{stand} here in both versions, yours first; {take} once more takes {so} so")
            }
            Self::NoSuggestion => "there is no suggestion for this one".to_owned(),
            Self::Suggestions(0) => "there is no suggestion for any of them".to_owned(),
            Self::Suggestions(count) => {
                let all = way(MergeAction::TakeAllSuggestions);
                let (one, them) = if count == 1 { ("suggestion", "it") } else { ("suggestions", "them all") };
                format!("{count} {one} for {} open: {all} once more takes {them}", conflict.open_count())
            }
            Self::SuggestionsTaken(count) => {
                let (one, them) = if count == 1 { ("suggestion", "it") } else { ("suggestions", "them") };
                format!("{count} {one} taken; {} takes {them} back", way(MergeAction::UndoDecision))
            }
            Self::AllTaken(count, outcome) => {
                let (conflicts, them) = if count == 1 { ("conflict", "it") } else { ("conflicts", "them") };
                let undo = way(MergeAction::UndoDecision);
                format!("{count} open {conflicts}: {}; {undo} takes {them} back", describe_resolution(outcome, names))
            }
            Self::NoBlanks => "no conflict is about blanks alone".to_owned(),
            Self::Blanks(count, outcome) => format!("{}: {}", blanks(count), describe_resolution(outcome, names)),
            Self::OneFormat => "there is no other choice of line ends and the like".to_owned(),
            Self::Format => describe_chosen_format(conflict, names)
                .unwrap_or_else(|| "line ends and the like are as they were".to_owned()),
            Self::GoesOn => "after a decision it goes on to the next open one".to_owned(),
            Self::Stays => "after a decision it stays where it is".to_owned(),
        }
    }
}

/// Why a decision about one change would change nothing.
fn whole_stands(way: Way) -> String {
    let [undo, whole] = [MergeAction::UndoDecision, MergeAction::EditWhole].map(way);
    format!("the whole result is written by hand: {undo} takes that back, {whole} goes on with it")
}

/// Returns the keys that go to changes that are not open, if there are any.
fn others(conflict: &DocumentMerge, way: Way) -> String {
    let [next, previous] = [MergeAction::NextChange, MergeAction::PreviousChange].map(way);
    if conflict.changes().len() > 1 { format!("; {next} and {previous} go to decided ones too") } else { String::new() }
}
