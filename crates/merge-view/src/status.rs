//! The note about the last key, which the view shows until the next key.

use editor::DocumentMerge;

use crate::action::MergeAction;
use crate::key_names::Way;
use crate::messages::{SideNames, blanks, describe_chosen_format, describe_remerge, describe_resolution};
use crate::resolution::Resolution;

/// A note about what the last key did, or why it did nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MergeNote {
    /// A jump wrapped around the end, to the first change.
    WrappedOn,
    /// A jump wrapped around the beginning, to the last change.
    WrappedBack,
    /// No other conflict is open.
    OnlyOpen,
    /// There is no other change.
    OnlyOne,
    /// No conflict is open.
    NothingOpen,
    /// There is no change at all.
    NoChange,
    /// A save was refused because this many conflicts are open.
    NotSaved(usize),
    /// A title or a parent is a single value, so 'both' is impossible.
    OneOnly,
    /// No change settled by itself.
    NothingSettled,
    /// This many changes that settled by themselves were left out of the result.
    LeftOut(usize),
    /// This many changes that settled by themselves are in the result again.
    TakenAgain(usize),
    /// All panes are visible.
    AllInSight,
    /// Only one pane is visible, so none can be scrolled alone.
    OnePane,
    /// One pane scrolls alone.
    ScrollsAlone,
    /// All panes scroll in step again.
    InStep,
    /// The selected change was out of sight, and is visible again; nothing was decided.
    BroughtBack,
    /// The user left a text written by hand for a change without accepting it.
    HandLeft,
    /// A text written by hand for a change was restored from an earlier run.
    HandBack,
    /// A whole text written by hand was restored from an earlier run.
    WholeBack,
    /// The user left a whole text written by hand without accepting it.
    WholeLeft,
    /// The text for the parent is not a document's id.
    NoName,
    /// A newer version of theirs was merged while the user was writing by hand.
    HandOvertaken,
    /// The change for which the user is writing a text is gone from the merge.
    HandLost,
    /// No change is selected, because the selected one is gone from the merge.
    NothingSelected,
    /// The merge was repeated, and reopened a change that had a text written by hand.
    HandReopened,
    /// The merge was repeated; the report says what became of the decisions.
    Renewed,
    /// The whole result is written by hand, so a decision about one change would have no effect.
    WholeStands,
    /// The whole text was begun with an older version of theirs in view.
    WholeOfBefore,
    /// This many conflicts are still in the whole text in both versions.
    BothVersions(usize),
    /// This many open conflicts were decided alike.
    AllTaken(usize, Resolution),
    /// Both were taken for `count` open conflicts; `left` conflicts about a single value stay open.
    AllBoth {
        /// How many were decided.
        count: usize,
        /// How many stay open.
        left: usize,
    },
    /// The text by hand was started again from this side, or from both.
    StartedFrom(Resolution),
    /// The text by hand was started again from the text in the result.
    StartedFromResult,
    /// The text by hand is already what it would be started from.
    StartsAlready,
    /// The conflict is open, so the result has no text to start from.
    NoResultYet,
    /// The whole result is being written, which has no side to start from.
    WholeHasNoSide,
    /// No conflict is only whitespace.
    NoBlanks,
    /// This many whitespace conflicts were decided alike.
    Blanks(usize, Resolution),
    /// The sides do not differ in format.
    OneFormat,
    /// Another format was chosen.
    Format,
    /// Auto-advance was turned on.
    GoesOn,
    /// Auto-advance was turned off.
    Stays,
    /// There is no suggestion for the selected change.
    NoSuggestion,
    /// There are this many suggestions; the same key again takes all of them.
    Suggestions(usize),
    /// This many suggestions were taken.
    SuggestionsTaken(usize),
}

impl MergeNote {
    /// Returns the note as a sentence, with the keys or words that can come next.
    pub(crate) fn words(self, conflict: &DocumentMerge, names: SideNames<'_>, way: Way<'_>) -> String {
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
            Self::AllInSight => "all panes are visible".to_owned(),
            Self::OnePane => "one pane is visible: there is none to leave behind".to_owned(),
            Self::ScrollsAlone => {
                let [pane, step] = [MergeAction::NextPane, MergeAction::ScrollAlone].map(way);
                format!("the marked pane scrolls alone: {pane} chooses another, {step} or Home brings all back in step")
            }
            Self::InStep => "all panes scroll in step".to_owned(),
            Self::BroughtBack => "nothing decided: the conflict was out of sight; here it is".to_owned(),
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
                format!(
                    "{} saved again since you began this text: taking it merges it with that version",
                    names.theirs()
                )
            }
            Self::BothVersions(count) => {
                let conflicts = if count == 1 { "1 conflict is".to_owned() } else { format!("{count} conflicts are") };
                let take = way(MergeAction::AcceptEdit);
                format!("not taken: {conflicts} here in both versions, yours first; {take} once more takes both")
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
            Self::AllBoth { count, left } => {
                let undo = way(MergeAction::UndoDecision);
                let both = describe_resolution(Resolution::MineTheirs, names);
                let stay = if left == 1 { "1 stays open, because it is" } else { "2 stay open, because each is" };
                format!("{count} open: {both}; {undo} takes that back; {stay} one value, mine or theirs")
            }
            Self::StartedFrom(outcome) => {
                format!("started again from {}; undo brings back your text", describe_resolution(outcome, names))
            }
            Self::StartedFromResult => "started again from the result; undo brings back your text".to_owned(),
            Self::StartsAlready => "your text is the same already".to_owned(),
            Self::NoResultYet => "this conflict is open: the result has no text to start from".to_owned(),
            Self::WholeHasNoSide => "the whole result has no side to start from; a single change has".to_owned(),
            Self::NoBlanks => "no conflict is only whitespace".to_owned(),
            Self::Blanks(count, outcome) => format!("{}: {}", blanks(count), describe_resolution(outcome, names)),
            Self::OneFormat => "line ends, final newline and byte order mark are the same on both sides".to_owned(),
            Self::Format => describe_chosen_format(conflict, names)
                .unwrap_or_else(|| "line ends, final newline and byte order mark are unchanged".to_owned()),
            Self::GoesOn => "auto-advance is on: a decision moves on to the next open conflict".to_owned(),
            Self::Stays => "auto-advance is off: a decision stays at its conflict".to_owned(),
        }
    }
}

/// Returns the sentence of [`MergeNote::WholeStands`].
fn whole_stands(way: Way<'_>) -> String {
    let [undo, whole] = [MergeAction::UndoDecision, MergeAction::EditWhole].map(way);
    format!("the whole result is written by hand: {undo} takes that back, {whole} goes on with it")
}

/// Returns an addition that names the keys for decided changes, or `""` if there is no other change.
fn others(conflict: &DocumentMerge, way: Way<'_>) -> String {
    let [next, previous] = [MergeAction::NextChange, MergeAction::PreviousChange].map(way);
    if conflict.changes().len() > 1 { format!("; {next} and {previous} go to decided ones too") } else { String::new() }
}
