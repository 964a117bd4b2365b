//! Saving the session of a room.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::effect::Effect;
use crate::room_request::{RoomRequest, SavedSession, ScreenRecord};
use crate::state::State;

/// Saves the session in a new folder, unless that is under way.
pub(super) fn save(state: &mut State) -> Vec<Effect> {
    if !state.room.saving.begin() {
        return state.say(Role::Info, "the session is being saved".to_owned());
    }
    let exchanges = state.server.wire.traffic.entries().map(|entry| Arc::clone(&entry.exchange)).collect();
    let questions = state.room.saving.questions().to_vec();
    let record = ScreenRecord { room: state.room.room.clone(), exchanges, questions };
    let mut effects = state.say(Role::Info, "saving the session".to_owned());
    effects.push(Effect::Room(RoomRequest::SaveSession(Box::new(record))));
    effects
}

/// Says that leaving now would lose the session that is being saved.
pub(super) fn warn_of_save(state: &mut State) -> Vec<Effect> {
    state.say_unavailable("the session is being saved; the same key again leaves without it")
}

/// Says where the session is, and what it does not hold; or why it was not saved.
pub(super) fn on_saved(state: &mut State, saved: Result<SavedSession, String>) -> Vec<Effect> {
    state.room.saving.end(saved.as_ref().ok());
    match saved {
        Ok(saved) => {
            let (role, words) = saved_words(&saved);
            state.say(role, words)
        }
        Err(why) => state.say(Role::Bad, format!("the session was not saved: {}", sanitize(&why))),
    }
}

/// Returns the words about a session that was saved: its folder, and the exchanges that it lacks.
///
/// The name comes first, since a narrow screen shows no more.
fn saved_words(saved: &SavedSession) -> (Role, String) {
    let words = |path: Option<&OsStr>| path.unwrap_or_default().to_string_lossy().into_owned();
    let (name, around) = (words(saved.folder.file_name()), words(saved.folder.parent().map(Path::as_os_str)));
    let exchanges = match saved.exchanges {
        1 => "1 exchange".to_owned(),
        count => format!("{count} exchanges"),
    };
    let missed = match saved.missed {
        0 => String::new(),
        1 => "; 1 earlier one was no longer on record".to_owned(),
        count => format!("; {count} earlier ones were no longer on record"),
    };
    let gaps = if saved.gaps > 0 { "; session.md says what could not be read" } else { "" };
    let role = if saved.missed == 0 && saved.gaps == 0 { Role::Good } else { Role::Warning };
    (role, format!("saved as {}: {exchanges}{missed}{gaps}; in {}", sanitize(&name), sanitize(&around)))
}
