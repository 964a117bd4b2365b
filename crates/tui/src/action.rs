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

/// Something that a person can do by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Shows the help for where I am.
    Help,
    /// Ends the program, after asking if something is unsaved.
    Quit,
    /// Draws the whole screen again.
    Redraw,
    /// Shows the wire panel as a list, shows it as a sequence diagram, or puts it away.
    ToggleWire,
    /// Gives the keys to the wire panel, or back to the editor.
    FocusWire,
    /// Gives the keys to the next editor.
    NextEditor,
    /// Gives the keys to the first editor.
    FirstEditor,
    /// Gives the keys to the second editor.
    SecondEditor,
    /// Gives the keys to the third editor.
    ThirdEditor,
    /// Gives the keys to the fourth editor.
    FourthEditor,
    /// Switches what the server insists on: required, optional, ignored.
    Policy,
    /// Goes to the menu of lessons.
    Menu,
    /// Goes from a lesson to the menu or, after it was entered from a text, back to that.
    LeaveLesson,
    /// Goes from the menu to two editors and no lesson.
    FreePlay,

    /// The next step of the lesson.
    Step,
    /// The step before, by playing the lesson anew.
    Back,
    /// The lesson from its beginning.
    Again,
    /// The lesson after this one.
    NextLesson,
    /// The lesson goes on by itself, or faster.
    Faster,
    /// The lesson goes on slower, or by hand.
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
    /// DELETE with `If-Match`, after asking.
    Delete,
    /// Gives the keys to what opened by itself: the merge, the 428, the choice after a delete, a question.
    Enter,
    /// Gives the keys back to the text.
    Leave,
    /// Holds writes at the server's gate, then all requests, then none.
    Hold,
    /// Lets the selected request go on that is held.
    Release,
    /// Lets all go on that are held.
    ReleaseAll,
    /// Gives a request that is held a place in the order in which they go on.
    Mark,
    /// Lets the selected write go on, and loses its answer.
    LoseAnswer,
    /// Sends a request that has no answer yet a second time.
    Duplicate,
    /// Sends a request once more, as it was.
    SendAgain,
    /// Shows only some exchanges.
    Filter,
    /// Puts the last notice away.
    Dismiss,
    /// After a 428: the same save, with its precondition.
    RetryWithPrecondition,
    /// After a delete by another client: gives my text up.
    DiscardMine,
    /// After a delete by another client: a new document with my text.
    CreateAgain,

    /// Takes back a change of the text.
    Undo,
    /// Makes it again.
    Redo,
    /// Cuts what is selected.
    Cut,
    /// Copies what is selected.
    Copy,
    /// Pastes.
    Paste,
    /// Selects the whole text.
    SelectAll,

    /// Does what the keys of the merge view do: see its own table.
    Merge(MergeAction),
    /// Keeps my text as a file.
    ExportMine,
    /// In a merge of files: writes the result to another file.
    WriteElsewhere,
    /// Shows what would be buried, then saves mine over theirs.
    OverwriteTheirs,

    /// Up by one.
    Up,
    /// Down by one.
    Down,
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up by a screen.
    PageUp,
    /// Down by a screen.
    PageDown,
    /// To the beginning.
    First,
    /// To the end.
    Last,
    /// Opens what is selected.
    Open,
    /// Puts an old version beside my text, or shows it whole.
    Compare,
    /// Makes the text of an old version my edit.
    BringBack,
    /// Says yes to the question.
    Confirm,
    /// The second answer to the question of what to do with unsaved text: leaves without saving.
    Abandon,
    /// Closes what is on top.
    Close,

    /// Shows the selected draft whole.
    LookAtDraft,
    /// Deletes a draft, after asking.
    DiscardDraft,
    /// Opens the document without any of its drafts.
    StartWithout,
    /// Writes unsaved text into a file whose path is typed.
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
