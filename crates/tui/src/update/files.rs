//! In a merge of files: writing the result to another file.

use std::path::{Path, PathBuf};

use terminal::line_input::LineInput;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::action::Action;
use crate::availability::why_unavailable;
use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::state::{SessionEnd, State};

/// Asks for the path of another file.
pub(super) fn open_path(state: &mut State) -> Vec<Effect> {
    let line = LineInput::proposing(&format!("{}.merged", file_name(state)));
    state.overlays.push(Overlay::Path(Box::new(line)));
    Vec::new()
}

/// Writes the result to the file whose path was typed.
pub(super) fn write_to_path(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Path(line)) = state.overlays.last() else { return Vec::new() };
    let path = line.text().to_owned();
    if path.trim().is_empty() {
        return state.say(Role::Warning, "type the path of a new file, or go back".to_owned());
    }
    // The prompt stays open until the file is written: if the file exists already, the user changes the path.
    write_elsewhere(state, &path)
}

/// Writes the result to another file.
pub(super) fn write_elsewhere(state: &mut State, path: &str) -> Vec<Effect> {
    if let Some(why) = why_unavailable(Action::WriteElsewhere, state) {
        return state.say_unavailable(&why);
    }
    match result(state) {
        Some(text) => vec![Effect::WriteElsewhere { path: PathBuf::from(path), text }],
        None => Vec::new(),
    }
}

/// Handles the outcome of writing to another file.
///
/// The session ends once the current result is in a file.
pub(super) fn on_written(state: &mut State, text: &str, written: Result<PathBuf, String>) -> Vec<Effect> {
    match written {
        Ok(_) if result(state).is_some_and(|result| result == text) => {
            state.leaving.ended = Some(SessionEnd::Quit);
            Vec::new()
        }
        Ok(path) => {
            state.overlays.retain(|screen| !matches!(screen, Overlay::Path(_)));
            let path = sanitize(&path.display().to_string()).into_owned();
            state.say(Role::Warning, format!("written to {path}, without your changes since then"))
        }
        Err(why) => state.say(Role::Bad, format!("not written: {}", sanitize(&why))),
    }
}

/// Returns the text that a save would write, or `None` while a conflict is open.
fn result(state: &State) -> Option<String> {
    let work = state.document()?;
    match work.editor.document_merge() {
        Some(conflict) if !work.editor.is_merge_outdated() => conflict.result().map(|document| document.content),
        Some(_) => None,
        None => Some(work.buffer.text()),
    }
}

/// Returns the name of the file that is merged, without its folder.
pub(super) fn file_name(state: &State) -> String {
    let title = state.document().map_or("", |work| work.editor.mine().title.as_str());
    Path::new(title).file_name().map_or_else(|| "merge".to_owned(), |name| name.to_string_lossy().into_owned())
}
