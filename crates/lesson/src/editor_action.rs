//! A person's action in a lesson as the input of their editor. Pure.

use contract::Document;
use editor::{ChangeId, Command, DocumentMerge, Editor, EditorInput, MergeStep};
use merge::Decision;

use crate::script::{EditorAction, ScriptedCommand, TakenSide, Typing};

/// Returns the input with which the editor's state machine performs an action.
///
/// # Errors
///
/// Returns the reason, in words, why the editor cannot perform the action now.
pub fn to_input(action: &EditorAction, editor: &Editor) -> Result<EditorInput, String> {
    let command = match action {
        EditorAction::Open(_) => Command::Open,
        EditorAction::Type(typing) => {
            let typed = apply_typing(typing, &editor.mine().to_document())?;
            return Ok(EditorInput::Typed(typed.into()));
        }
        EditorAction::Decide { change, take } => decide_command(*change, take, editor)?,
        EditorAction::Press(ScriptedCommand::TryAgain) => return Ok(EditorInput::TimerFired),
        EditorAction::Press(verb) => command_for(*verb),
    };
    match editor.why_unavailable(&command) {
        Some(why) => Err(why.to_string()),
        None => Ok(EditorInput::Command(command)),
    }
}

fn apply_typing(typing: &Typing, document: &Document) -> Result<Document, String> {
    let content = match typing {
        Typing::Replace { old, new } if document.content.contains(old) => document.content.replacen(old, new, 1),
        Typing::Replace { old, .. } => return Err(format!("{old:?} is not in the text")),
        Typing::Append(text) => format!("{}{text}", document.content),
        Typing::Whole(text) => text.clone(),
        Typing::Title(title) => return Ok(Document { title: title.clone(), ..document.clone() }),
    };
    Ok(Document { content, ..document.clone() })
}

fn decide_command(change: Option<usize>, take: &TakenSide, editor: &Editor) -> Result<Command, String> {
    let conflict = editor.document_merge().ok_or("no merge is open")?;
    let decision = match take {
        TakenSide::Mine => Decision::Mine,
        TakenSide::Theirs => Decision::Theirs,
        TakenSide::MineTheirs => Decision::MineTheirs,
        TakenSide::TheirsMine => Decision::TheirsMine,
        TakenSide::Base => Decision::Base,
        TakenSide::Text(text) => Decision::Edited(text.clone().into_bytes()),
    };
    let Some(number) = change else {
        return Ok(Command::Merge(MergeStep::DecideAll { places: open_changes(conflict), decision }));
    };
    let place = number.checked_sub(1).and_then(|index| conflict.changes().get(index).copied());
    let place = place.ok_or_else(|| format!("there is no change {number} in this merge"))?;
    Ok(Command::Merge(MergeStep::Decide { place, decision }))
}

fn open_changes(conflict: &DocumentMerge) -> Vec<ChangeId> {
    conflict.changes().iter().copied().filter(|place| conflict.is_open(*place)).collect()
}

fn command_for(verb: ScriptedCommand) -> Command {
    match verb {
        ScriptedCommand::Save => Command::Save,
        ScriptedCommand::SaveUnconditionally => Command::SaveUnconditionally,
        ScriptedCommand::RetryWithPrecondition => Command::RetryWithPrecondition,
        ScriptedCommand::Reload => Command::Reload,
        ScriptedCommand::Delete => Command::Delete,
        ScriptedCommand::Undo => Command::Merge(MergeStep::Undo),
        ScriptedCommand::Redo => Command::Merge(MergeStep::Redo),
        ScriptedCommand::OverwriteTheirs => Command::OverwriteTheirs,
        ScriptedCommand::CreateAgain => Command::CreateAgain,
        // `to_input` handles `TryAgain` itself.
        ScriptedCommand::DiscardMine | ScriptedCommand::TryAgain => Command::DiscardMine,
    }
}
