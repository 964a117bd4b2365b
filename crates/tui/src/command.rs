//! The editor's command behind an action: the one table, whoever asks.
//!
//! Keys and the words of plain mode send what is in it, and [`crate::availability`] asks the editor about it. The words
//! of a lesson's file are commands themselves ([`lesson::to_input`]), since a script presses no keys.

use editor::Command;
use merge::Decision;

use crate::action::Action;

/// Returns the command of an action, or `None` if it is none of the editor's.
///
/// All keys that decide have one command here, since the editor allows or refuses every decision alike; which decision
/// it is, the merge view knows.
pub(crate) fn command_of(action: Action) -> Option<Command> {
    Some(match action {
        Action::Save => Command::Save,
        Action::SaveUnconditionally => Command::SaveUnconditionally,
        Action::RetryWithPrecondition => Command::RetryWithPrecondition,
        Action::Reload => Command::Reload,
        Action::Delete => Command::Delete,
        Action::DiscardMine => Command::DiscardMine,
        Action::CreateAgain => Command::CreateAgain,
        Action::OverwriteTheirs => Command::OverwriteTheirs,
        Action::UndoDecision => Command::Undo,
        Action::RedoDecision => Command::Redo,
        Action::TakeMine
        | Action::TakeTheirs
        | Action::TakeAllMine
        | Action::TakeAllTheirs
        | Action::TakeBothMineFirst
        | Action::TakeBothTheirsFirst
        | Action::TakeBase
        | Action::ToggleSettled
        | Action::TakeSuggestion
        | Action::TakeAllSuggestions
        | Action::DecideBlanks
        | Action::NextFormat
        | Action::EditWhole
        | Action::EditResult => Command::DecideAll { places: Vec::new(), decision: Decision::Undecided },
        Action::Help
        | Action::Quit
        | Action::Redraw
        | Action::ToggleWire
        | Action::FocusWire
        | Action::NextEditor
        | Action::FirstEditor
        | Action::SecondEditor
        | Action::ThirdEditor
        | Action::FourthEditor
        | Action::Policy
        | Action::Menu
        | Action::LeaveLesson
        | Action::FreePlay
        | Action::Step
        | Action::Back
        | Action::Again
        | Action::NextLesson
        | Action::Faster
        | Action::Slower
        | Action::Answer(_)
        | Action::ComparePolicies
        | Action::ReplayUnder(_)
        | Action::Documents
        | Action::Versions
        | Action::Enter
        | Action::Leave
        | Action::Hold
        | Action::Release
        | Action::ReleaseAll
        | Action::Mark
        | Action::LoseAnswer
        | Action::Duplicate
        | Action::SendAgain
        | Action::Filter
        | Action::Dismiss
        | Action::Undo
        | Action::Redo
        | Action::Cut
        | Action::Copy
        | Action::Paste
        | Action::SelectAll
        | Action::NextConflict
        | Action::PreviousConflict
        | Action::NextChange
        | Action::PreviousChange
        | Action::AcceptEdit
        | Action::ToggleAutoAdvance
        | Action::ExportMine
        | Action::WriteElsewhere
        | Action::NextPane
        | Action::Up
        | Action::Down
        | Action::Left
        | Action::Right
        | Action::PageUp
        | Action::PageDown
        | Action::First
        | Action::Last
        | Action::Open
        | Action::Compare
        | Action::BringBack
        | Action::Confirm
        | Action::Abandon
        | Action::Close
        | Action::LookAtDraft
        | Action::DiscardDraft
        | Action::StartWithout
        | Action::KeepAs
        | Action::CopyOut => return None,
    })
}
