//! What a lesson has somebody do in an editor, as the editor's own input. Pure.

use contract::Document;
use editor::{Command, Conflict, Editor, Input, Place};
use merge::Decision;

use crate::script::{Deed, Take, Typing, Verb};

/// The input that does it; an error says in words why it is off.
pub fn input(deed: &Deed, editor: &Editor) -> Result<Input, String> {
    let command = match deed {
        Deed::Open(_) => Command::Open,
        Deed::Type(typing) => return typed(typing, editor.mine()).map(Input::Typed),
        Deed::Decide { change, take } => decided(*change, take, editor)?,
        Deed::Press(Verb::TryAgain) => return Ok(Input::Woke),
        Deed::Press(verb) => pressed(*verb),
    };
    match editor.unavailable(&command) {
        Some(why) => Err(why.to_string()),
        None => Ok(Input::Command(command)),
    }
}

fn typed(typing: &Typing, document: &Document) -> Result<Document, String> {
    let content = match typing {
        Typing::Replace { old, new } if document.content.contains(old) => document.content.replacen(old, new, 1),
        Typing::Replace { old, .. } => return Err(format!("{old:?} does not stand in the text")),
        Typing::Append(text) => format!("{}{text}", document.content),
        Typing::Whole(text) => text.clone(),
        Typing::Title(title) => return Ok(Document { title: title.clone(), ..document.clone() }),
    };
    Ok(Document { content, ..document.clone() })
}

fn decided(change: Option<usize>, take: &Take, editor: &Editor) -> Result<Command, String> {
    let conflict = editor.conflict().ok_or("no merge is open")?;
    let decision = match take {
        Take::Mine => Decision::Mine,
        Take::Theirs => Decision::Theirs,
        Take::MineTheirs => Decision::MineTheirs,
        Take::TheirsMine => Decision::TheirsMine,
        Take::Base => Decision::Base,
        Take::Text(text) => Decision::Edited(text.clone().into_bytes()),
    };
    let Some(number) = change else {
        return Ok(Command::DecideAll { places: open(conflict), decision });
    };
    let place = number.checked_sub(1).and_then(|index| conflict.changes().get(index).copied());
    let place = place.ok_or_else(|| format!("there is no change {number} in this merge"))?;
    Ok(Command::Decide { place, decision })
}

fn open(conflict: &Conflict) -> Vec<Place> {
    conflict.changes().into_iter().filter(|place| conflict.is_open(*place)).collect()
}

fn pressed(verb: Verb) -> Command {
    match verb {
        Verb::Save => Command::Save,
        Verb::SaveCarelessly => Command::SaveCarelessly,
        Verb::DoItRight => Command::DoItRight,
        Verb::Reload => Command::Reload,
        Verb::Delete => Command::Delete,
        Verb::Undo => Command::Undo,
        Verb::Redo => Command::Redo,
        Verb::OverwriteTheirs => Command::OverwriteTheirs,
        Verb::CreateAgain => Command::CreateAgain,
        // What is dealt with above has no key of its own.
        Verb::DeleteMineToo | Verb::TryAgain => Command::DeleteMineToo,
    }
}
