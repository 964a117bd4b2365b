//! The one table of actions: their keys, their contexts, and their words in the footer and the help.
//!
//! The key map, the footer, the help and the palette all read this table, so they cannot disagree. A [`KeyMap`] is made
//! from the table and from the user's configuration. It turns each key into an [`Action`] or an edit, and everything
//! after that handles no keys. [`crate::availability`] decides from the state whether an action is available at the
//! moment.

mod binding;
mod context;
mod context_groups;
mod keymap;
mod name;
mod rebinding;
mod recorded_keys;
mod reference;
mod table;

use editor::{Command, MergeStep};
use merge::Decision;
use merge_view::action::MergeAction;
use precondition::policy::Preconditions;
use terminal::edit::Edit;

pub use binding::{Applies, Binding};
pub use context::Context;
pub use keymap::{BoundAction, KeyMap, KeyMeaning, rows_in};
pub(crate) use rebinding::contexts_of;
pub use rebinding::{KeyMapFault, NamedKey, Rebinding};
pub use reference::{DefaultKeys, default_keys, keys_page, listed_keys};
pub use table::BINDINGS;

/// An action of the leader of a room, beside those of the wire and the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoomAction {
    /// Shows the people, one of them selected.
    ShowPeople,
    /// Removes the selected person, after a question.
    RemovePerson,
    /// Undoes the removal of the selected person.
    ReadmitPerson,
    /// Shows how people join.
    ShowJoin,
    /// Shows or hides the leader's own code.
    ShowLeaderCode,
    /// Shows the people in another order.
    SortPeople,
    /// Copies a document into a new one, after a question, and sets the counters to zero.
    BeginRound,
    /// Begins the round with the newest text of the document.
    CopyNewest,
    /// Sets the counters to zero.
    ResetCounters,
    /// Shows the policy, the mistakes, the faults and the gate.
    ShowControls,
    /// Switches what the server's entity tags are made of.
    SwitchEtags,
    /// Switches whether the server judges and writes in one step.
    SwitchJudging,
    /// Switches how far the server trusts dates.
    SwitchDates,
    /// Makes the server lose the response to the next write.
    LoseNext,
    /// Makes the server delay every response, more, or not at all.
    Delay,
    /// Enters the question that is asked, or opens the form for one.
    LeadQuestion,
    /// Opens the form for a question.
    WriteQuestion,
    /// Asks what the form has.
    AskQuestion,
    /// Withdraws the question, after a question to the leader.
    WithdrawQuestion,
    /// Saves the session in a new folder.
    SaveSession,
    /// Opens the document in view in the editors of all who have none open, or no longer.
    OpenForAll,
    /// Shows the seed documents: those of the lessons, and files.
    ShowSeeds,
    /// Continues the typed path with the selected file or folder.
    CompletePath,
}

/// An action in the versions of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VersionAction {
    /// Shows only some versions.
    Filter,
    /// Marks a version that others are compared with, or removes its mark.
    Mark,
    /// Goes to the next change of a comparison.
    NextDifference,
    /// Goes to the previous change of a comparison.
    PreviousDifference,
}

/// An action of the leader about the question that the room votes on: a lesson's, or the leader's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoomVoteAction {
    /// Shows how the room has voted.
    Show,
    /// Lets the room vote again.
    VoteAgain,
    /// Reveals the right choice, and plays the next step.
    Reveal,
}

/// Something that the user can do by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Shows the help for the current context.
    Help,
    /// Ends the program, after asking if something is unsaved.
    Quit,
    /// Lists every action by name, or closes that list.
    Palette,
    /// Suspends the program, as Ctrl-Z does in a shell.
    Suspend,
    /// Switches the colours: for the background that the terminal reports, for a light one, for a dark one.
    Theme,
    /// Draws the whole screen again.
    Redraw,
    /// Shows the wire panel as a list, then as a sequence diagram, then hides it.
    ToggleWire,
    /// Moves the focus to the wire panel, or back to the editor.
    FocusWire,
    /// Moves the focus to the next editor.
    NextEditor,
    /// Moves the focus to the first editor.
    FirstEditor,
    /// Moves the focus to the second editor.
    SecondEditor,
    /// Moves the focus to the third editor.
    ThirdEditor,
    /// Moves the focus to the fourth editor.
    FourthEditor,
    /// Switches the server's policy on preconditions: required, optional, ignored.
    Policy,
    /// Goes to the menu of lessons.
    Menu,
    /// Leaves a lesson for the menu or, if it was opened from a text, for that text.
    LeaveLesson,
    /// Goes from the menu to two editors without a lesson.
    FreePlay,

    /// Plays the next step of the lesson.
    Step,
    /// Goes to the previous step, by playing the lesson again up to it.
    Back,
    /// Plays the lesson from its beginning.
    Again,
    /// Goes to the next lesson.
    NextLesson,
    /// Makes the lesson play by itself, or faster.
    Faster,
    /// Makes the lesson play more slowly, or by hand.
    Slower,
    /// Answers the question with the choice of this number, counted from 0.
    Answer(u8),
    /// Shows the next hint of the level.
    Hint,
    /// Plays the next step of the level's solution.
    Solution,
    /// Has a client of the level send its request of this number, counted from 0.
    SendOffer(u8),
    /// Shows the lesson under every policy, side by side.
    ComparePolicies,
    /// Plays the lesson again under this policy.
    ReplayUnder(Preconditions),
    /// Shows the documents.
    Documents,
    /// Opens the document that the leader of the room opened for all.
    OpenLeadersDocument,
    /// Shows the versions of the document in view.
    Versions,
    /// Changes the title: of the selected document of the list, or of the document in view.
    EditTitle,
    /// Changes the parent: of the selected document of the list, or of the document in view.
    EditParent,

    /// PUT with `If-Match`.
    Save,
    /// PUT without a precondition.
    SaveUnconditionally,
    /// GET again, with `If-None-Match`.
    Reload,
    /// Turns on or off that the editor follows the saves of other users.
    Follow,
    /// DELETE with `If-Match`, after a question.
    Delete,
    /// Moves the focus to a view that opened by itself.
    ///
    /// The view is the merge, the panel after a 428, the choice after a delete, or a lesson's question.
    Enter,
    /// Moves the focus back to the text.
    Leave,
    /// Makes the server's gate hold writes, then all requests, then none.
    Hold,
    /// Releases the selected held request.
    Release,
    /// Releases all held requests.
    ReleaseAll,
    /// Marks a held request as the next to be released, or removes its mark.
    Mark,
    /// Releases the selected write, and drops its response.
    LoseAnswer,
    /// Sends a request that has no response yet a second time.
    Duplicate,
    /// Sends a request again, unchanged.
    SendAgain,
    /// Leads a room that is watched.
    Room(RoomAction),
    /// Leads the room's vote on a lesson's question.
    RoomVote(RoomVoteAction),
    /// Filters the exchanges.
    Filter,
    /// Finds words in the text.
    Find,
    /// Finds words in the text and replaces them.
    Replace,
    /// Selects the next match of the last search.
    FindNext,
    /// Selects the previous match of the last search.
    FindPrevious,
    /// Finds exact case, or any case.
    ToggleCase,
    /// Finds whole words only, or words within others too.
    ToggleWholeWord,
    /// Finds a regular expression, or words.
    ToggleRegex,
    /// Gives the keys to the other input of the prompt.
    SwitchInput,
    /// Replaces all matches as one step.
    ReplaceAll,
    /// Goes to a line by its number.
    GoToLine,
    /// Shows the change at the cursor: the base, mine, and the newer version.
    ShowChange,
    /// Takes the change at the cursor back: the lines of the base return.
    RevertChange,
    /// Goes to the next change of the text.
    NextChangedLine,
    /// Goes to the previous change of the text.
    PreviousChangedLine,
    /// Turns on or off that the lines are marked that others changed.
    MarkOthers,
    /// Folds a view that opened by itself, or returns to the lesson, or dismisses the last notice.
    Dismiss,
    /// After a 428: sends the same save, with its precondition.
    RetryWithPrecondition,
    /// After a delete by another client: discards the user's text.
    DiscardMine,
    /// After a delete by another client: creates a new document with the user's text.
    CreateAgain,

    /// Undoes a change of the text.
    Undo,
    /// Redoes a change of the text.
    Redo,
    /// Cuts the selection.
    Cut,
    /// Copies the selection.
    Copy,
    /// Pastes.
    Paste,
    /// Selects the whole text.
    SelectAll,
    /// Indents the selected lines; without a selection, inserts a tab or spaces.
    Indent,
    /// Unindents the selected lines, or that of the cursor.
    Unindent,
    /// Moves the selected lines, or that of the cursor, up.
    MoveLinesUp,
    /// Moves the selected lines, or that of the cursor, down.
    MoveLinesDown,
    /// Duplicates the selected lines, or that of the cursor.
    DuplicateLines,
    /// Deletes the selected lines, or that of the cursor.
    DeleteLines,
    /// Joins the selected lines, or that of the cursor and the next one.
    JoinLines,
    /// Clears an input of one line.
    ClearLine,
    /// Wraps the lines of the text at the edge, or shows them in one row each.
    ToggleWrap,

    /// An action of the merge view, from that crate's table.
    Merge(MergeAction),
    /// Writes the user's text to a new file.
    ExportMine,
    /// In a merge of files: writes the result to another file.
    WriteElsewhere,
    /// Shows what would be overwritten, then saves the user's text over the server's version.
    OverwriteTheirs,

    /// Moves up by one.
    Up,
    /// Moves down by one.
    Down,
    /// Moves to the left.
    Left,
    /// Moves to the right.
    Right,
    /// Moves up by a screen.
    PageUp,
    /// Moves down by a screen.
    PageDown,
    /// Moves to the beginning.
    First,
    /// Moves to the end.
    Last,
    /// Opens the selection.
    Open,
    /// Compares a version with another one or with the user's text, or shows the whole version.
    Compare,
    /// An action in the versions of a document.
    Version(VersionAction),
    /// Restores a version: writes it as a new version with a conditional PUT.
    RestoreVersion,
    /// Replaces the user's text with that of an old version, as an unsaved edit.
    BringBack,
    /// Answers yes to the question.
    Confirm,
    /// Leaves without saving: the second answer to the question about unsaved text.
    Abandon,
    /// Closes the topmost view.
    Close,

    /// Shows the whole selected draft.
    LookAtDraft,
    /// Deletes a draft, after a question.
    DiscardDraft,
    /// Opens the document without any of its drafts.
    StartWithout,
    /// Writes unsaved text to a file whose path the user types.
    KeepAs,
    /// Sends unsaved text to the terminal for its clipboard.
    CopyOut,
}

impl Action {
    /// Returns whether a configuration must leave the action a key: without one, the user could be trapped.
    #[must_use]
    pub const fn must_keep_key(self) -> bool {
        matches!(
            self,
            Self::Quit
                | Self::Palette
                | Self::Enter
                | Self::Leave
                | Self::Close
                | Self::Confirm
                | Self::LeaveLesson
                | Self::StartWithout
        )
    }

    /// Returns the edit that an action makes in the text that has the focus, or `None` if it makes none.
    pub(crate) const fn edit(self) -> Option<Edit> {
        Some(match self {
            Self::Undo => Edit::Undo,
            Self::Redo => Edit::Redo,
            Self::Cut => Edit::Cut,
            Self::Copy => Edit::Copy,
            Self::Paste => Edit::Paste,
            Self::SelectAll => Edit::SelectAll,
            Self::Indent => Edit::Indent,
            Self::Unindent => Edit::Unindent,
            Self::MoveLinesUp => Edit::MoveLinesUp,
            Self::MoveLinesDown => Edit::MoveLinesDown,
            Self::DuplicateLines => Edit::DuplicateLines,
            Self::DeleteLines => Edit::DeleteLines,
            Self::JoinLines => Edit::JoinLines,
            Self::ClearLine => Edit::ClearLine,
            _ => return None,
        })
    }

    /// Returns the editor's command for an action, or `None` if the editor has none.
    ///
    /// Keys, the commands of plain mode and [`crate::availability`] use this mapping. A lesson's script presses no
    /// keys; [`lesson::to_input`] turns its words into commands.
    ///
    /// All merge decisions map to one [`MergeStep`], since the editor allows or refuses them alike. The merge view
    /// makes the step that is really carried out.
    #[expect(clippy::too_many_lines, reason = "each action has a line")]
    pub(crate) fn command(self) -> Option<Command> {
        Some(match self {
            Self::Save => Command::Save,
            Self::SaveUnconditionally => Command::SaveUnconditionally,
            Self::RetryWithPrecondition => Command::RetryWithPrecondition,
            Self::Reload => Command::Reload,
            Self::Delete => Command::Delete,
            Self::DiscardMine => Command::DiscardMine,
            Self::CreateAgain => Command::CreateAgain,
            Self::OverwriteTheirs => Command::OverwriteTheirs,
            Self::Merge(action) => command_of_merge(action)?,
            Self::Help
            | Self::Quit
            | Self::Palette
            | Self::Suspend
            | Self::Theme
            | Self::Redraw
            | Self::ToggleWire
            | Self::FocusWire
            | Self::NextEditor
            | Self::FirstEditor
            | Self::SecondEditor
            | Self::ThirdEditor
            | Self::FourthEditor
            | Self::Policy
            | Self::Menu
            | Self::Follow
            | Self::LeaveLesson
            | Self::FreePlay
            | Self::Step
            | Self::Back
            | Self::Again
            | Self::NextLesson
            | Self::Faster
            | Self::Slower
            | Self::Answer(_)
            | Self::Hint
            | Self::Solution
            | Self::SendOffer(_)
            | Self::ComparePolicies
            | Self::ReplayUnder(_)
            | Self::Documents
            | Self::OpenLeadersDocument
            | Self::Versions
            | Self::EditTitle
            | Self::EditParent
            | Self::Enter
            | Self::Leave
            | Self::Hold
            | Self::Release
            | Self::ReleaseAll
            | Self::Mark
            | Self::LoseAnswer
            | Self::Duplicate
            | Self::SendAgain
            | Self::Room(_)
            | Self::RoomVote(_)
            | Self::Filter
            | Self::Find
            | Self::Replace
            | Self::FindNext
            | Self::FindPrevious
            | Self::ToggleCase
            | Self::ToggleWholeWord
            | Self::ToggleRegex
            | Self::SwitchInput
            | Self::ReplaceAll
            | Self::GoToLine
            | Self::ShowChange
            | Self::RevertChange
            | Self::NextChangedLine
            | Self::PreviousChangedLine
            | Self::MarkOthers
            | Self::Dismiss
            | Self::Undo
            | Self::Redo
            | Self::Cut
            | Self::Copy
            | Self::Paste
            | Self::SelectAll
            | Self::Indent
            | Self::Unindent
            | Self::MoveLinesUp
            | Self::MoveLinesDown
            | Self::DuplicateLines
            | Self::DeleteLines
            | Self::JoinLines
            | Self::ClearLine
            | Self::ToggleWrap
            | Self::ExportMine
            | Self::WriteElsewhere
            | Self::Up
            | Self::Down
            | Self::Left
            | Self::Right
            | Self::PageUp
            | Self::PageDown
            | Self::First
            | Self::Last
            | Self::Open
            | Self::Compare
            | Self::Version(_)
            | Self::RestoreVersion
            | Self::BringBack
            | Self::Confirm
            | Self::Abandon
            | Self::Close
            | Self::LookAtDraft
            | Self::DiscardDraft
            | Self::StartWithout
            | Self::KeepAs
            | Self::CopyOut => return None,
        })
    }
}

/// Returns the editor's command for an action of the merge view, or `None` if only the view handles it.
fn command_of_merge(action: MergeAction) -> Option<Command> {
    let step = match action {
        MergeAction::UndoDecision => MergeStep::Undo,
        MergeAction::RedoDecision => MergeStep::Redo,
        MergeAction::TakeMine
        | MergeAction::TakeTheirs
        | MergeAction::TakeAllMine
        | MergeAction::TakeAllTheirs
        | MergeAction::TakeAllBoth
        | MergeAction::TakeBothMineFirst
        | MergeAction::TakeBothTheirsFirst
        | MergeAction::TakeBase
        | MergeAction::ToggleSettled
        | MergeAction::TakeSuggestion
        | MergeAction::TakeAllSuggestions
        | MergeAction::DecideBlanks
        | MergeAction::NextFormat
        | MergeAction::EditWhole
        | MergeAction::EditResult => MergeStep::DecideAll { places: Vec::new(), decision: Decision::Undecided },
        MergeAction::NextConflict
        | MergeAction::PreviousConflict
        | MergeAction::NextChange
        | MergeAction::PreviousChange
        | MergeAction::AcceptEdit
        | MergeAction::StartFromMine
        | MergeAction::StartFromTheirs
        | MergeAction::StartFromBoth
        | MergeAction::StartFromResult
        | MergeAction::ToggleAutoAdvance
        | MergeAction::NextPane
        | MergeAction::ScrollAlone => return None,
    };
    Some(Command::Merge(step))
}
