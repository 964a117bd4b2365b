//! The one table of actions: what can be done, by which key, where, and what it is good for.
//!
//! The key map, the footer and the help are all read from it, so none of them can disagree with another. Each key is
//! turned into an [`Action`] once, here, and nothing behind this module knows keys. Why an action is off at the moment
//! depends on the state and is in [`crate::availability`].

mod binding;
mod context;
mod keymap;
mod table;

use editor::{Command, MergeStep};
use merge::Decision;
use merge_view::action::MergeAction;
use precondition::policy::Preconditions;

pub use binding::{Applies, Binding};
pub use context::Context;
pub use keymap::{KeyMeaning, bindings, key_meaning, key_of};
pub use table::BINDINGS;

/// Something that the user can do by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Shows the help for the current context.
    Help,
    /// Ends the program, after asking if something is unsaved.
    Quit,
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
    /// Makes the lesson go on by itself, or faster.
    Faster,
    /// Makes the lesson go on more slowly, or by hand.
    Slower,
    /// Answers the question with the choice of that number, counted from 0.
    Answer(u8),
    /// Shows the lesson under every policy, side by side.
    ComparePolicies,
    /// Plays the lesson again under that policy.
    ReplayUnder(Preconditions),
    /// Shows the documents.
    Documents,
    /// Shows the versions of the document in view.
    Versions,

    /// PUT with `If-Match`.
    Save,
    /// PUT without a precondition.
    SaveUnconditionally,
    /// GET again, with `If-None-Match`.
    Reload,
    /// DELETE with `If-Match`, after a question.
    Delete,
    /// Moves the focus to a view that opened by itself.
    ///
    /// Such a view is the merge, the 428, the choice after a delete, or a question.
    Enter,
    /// Moves the focus back to the text.
    Leave,
    /// Makes the server's gate hold writes, then all requests, then none.
    Hold,
    /// Releases the selected held request.
    Release,
    /// Releases all held requests.
    ReleaseAll,
    /// Gives a held request a place in the order of release.
    Mark,
    /// Releases the selected write, and loses its response.
    LoseAnswer,
    /// Sends a request that has no response yet a second time.
    Duplicate,
    /// Sends a request again, unchanged.
    SendAgain,
    /// Filters the exchanges.
    Filter,
    /// Dismisses the last notice.
    Dismiss,
    /// After a 428: sends the same save, with its precondition.
    RetryWithPrecondition,
    /// After a delete by another client: gives my text up.
    DiscardMine,
    /// After a delete by another client: a new document with my text.
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

    /// Does what the keys of the merge view do: see its own table.
    Merge(MergeAction),
    /// Keeps the user's text as a file.
    ExportMine,
    /// In a merge of files: writes the result to another file.
    WriteElsewhere,
    /// Shows what would be overwritten, then saves mine over theirs.
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
    /// Compares an old version with the user's text, or shows it whole.
    Compare,
    /// Makes the text of an old version the user's edit.
    BringBack,
    /// Answers yes to the question.
    Confirm,
    /// Leaves without saving: the second answer to the question about unsaved text.
    Abandon,
    /// Closes the topmost view.
    Close,

    /// Shows the selected draft whole.
    LookAtDraft,
    /// Deletes a draft, after a question.
    DiscardDraft,
    /// Opens the document without any of its drafts.
    StartWithout,
    /// Writes unsaved text to a file whose path is typed.
    KeepAs,
    /// Sends unsaved text to the terminal for its clipboard.
    CopyOut,
}

impl Action {
    /// Returns the editor's command behind an action, or `None` if the editor has none for it.
    ///
    /// Keys, the words of plain mode and [`crate::availability`] all use this one table. The words of a lesson's file
    /// are commands themselves ([`lesson::to_input`]), since a script presses no keys.
    ///
    /// All keys that decide have one command here, since the editor allows or refuses every decision alike; which
    /// decision it is, the merge view knows.
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
            | Self::LeaveLesson
            | Self::FreePlay
            | Self::Step
            | Self::Back
            | Self::Again
            | Self::NextLesson
            | Self::Faster
            | Self::Slower
            | Self::Answer(_)
            | Self::ComparePolicies
            | Self::ReplayUnder(_)
            | Self::Documents
            | Self::Versions
            | Self::Enter
            | Self::Leave
            | Self::Hold
            | Self::Release
            | Self::ReleaseAll
            | Self::Mark
            | Self::LoseAnswer
            | Self::Duplicate
            | Self::SendAgain
            | Self::Filter
            | Self::Dismiss
            | Self::Undo
            | Self::Redo
            | Self::Cut
            | Self::Copy
            | Self::Paste
            | Self::SelectAll
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

/// Returns the command of an action of the merge view, or `None` if it is none of the editor's.
fn command_of_merge(action: MergeAction) -> Option<Command> {
    let step = match action {
        MergeAction::UndoDecision => MergeStep::Undo,
        MergeAction::RedoDecision => MergeStep::Redo,
        MergeAction::TakeMine
        | MergeAction::TakeTheirs
        | MergeAction::TakeAllMine
        | MergeAction::TakeAllTheirs
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
        | MergeAction::ToggleAutoAdvance
        | MergeAction::NextPane => return None,
    };
    Some(Command::Merge(step))
}
