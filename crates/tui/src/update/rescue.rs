//! Rescue of unsaved text whose draft cannot be written: into a file, or to the terminal's clipboard.

use std::path::PathBuf;

use terminal::edit::Edit;
use terminal::line_input::LineInput;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::drafts::{KeptElsewhere, file_for};
use crate::effect::Effect;
use crate::ids::DocumentKey;
use crate::overlay::{Overlay, SavePathPrompt};
use crate::state::State;
use crate::unsaved::next_to_rescue;

/// Asks for the path of a file for unsaved text, and proposes one.
pub(super) fn ask_for_a_path(state: &mut State) -> Vec<Effect> {
    let Some(work) = next_to_rescue(state) else { return Vec::new() };
    let path = file_for(&state.disk.folder, work.editor.id());
    let (work, mut line) = (work.key, LineInput::new());
    line.apply(&Edit::InsertText(path.display().to_string()), &mut String::new());
    state.overlays.push(Overlay::KeepAs(Box::new(SavePathPrompt { work, line, trouble: None })));
    Vec::new()
}

/// Writes unsaved text to the file whose path was typed.
pub(super) fn keep_as_typed(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::KeepAs(keep)) = state.overlays.last() else { return Vec::new() };
    let (key, path) = (keep.work, PathBuf::from(keep.path()));
    let text = state.find(key).map(|work| (work.draft.generation(), work.text_to_rescue()));
    let Some((generation, text)) = text else { return Vec::new() };
    vec![Effect::KeepFileAs { work: key, generation, path, text }]
}

/// Writes unsaved text to a file at this path, or at the default path.
pub(super) fn keep_as(state: &State, path: Option<PathBuf>) -> Vec<Effect> {
    let Some(work) = next_to_rescue(state) else { return Vec::new() };
    let path = path.unwrap_or_else(|| file_for(&state.disk.folder, work.editor.id()));
    let (key, generation, text) = (work.key, work.draft.generation(), work.text_to_rescue());
    vec![Effect::KeepFileAs { work: key, generation, path, text }]
}

/// Handles the result of writing a text to a file.
pub(super) fn on_kept_as(
    state: &mut State,
    key: DocumentKey,
    generation: u64,
    kept: Result<PathBuf, String>,
) -> Vec<Effect> {
    match kept {
        Ok(path) => {
            if let Some(work) = state.find(key) {
                work.draft.put(generation, KeptElsewhere::File(path.clone()));
            }
            state.overlays.retain(|screen| !matches!(screen, Overlay::KeepAs(keep) if keep.work == key));
            state.say(Role::Good, format!("the text is in {}", sanitize(&path.display().to_string())))
        }
        Err(why) => {
            let words = format!("not written: {}", sanitize(&why));
            match state.overlays.last_mut() {
                Some(Overlay::KeepAs(keep)) if keep.work == key => {
                    keep.trouble = Some(words);
                    Vec::new()
                }
                _ => state.say(Role::Bad, words),
            }
        }
    }
}

/// Sends unsaved text to the terminal's clipboard.
pub(super) fn copy_out(state: &mut State) -> Vec<Effect> {
    let Some(work) = next_to_rescue(state) else { return Vec::new() };
    vec![Effect::Copy { work: work.key, generation: work.draft.generation(), text: work.text_to_rescue() }]
}

/// Handles the result of sending a text to the terminal's clipboard.
pub(super) fn on_copy_sent(
    state: &mut State,
    key: DocumentKey,
    generation: u64,
    sent: Result<(), String>,
) -> Vec<Effect> {
    match sent {
        Ok(()) => {
            if let Some(work) = state.find(key) {
                work.draft.put(generation, KeptElsewhere::Terminal);
            }
            let words =
                "sent to the terminal's clipboard (OSC 52); paste elsewhere to see whether the terminal took it";
            state.say(Role::Info, words.to_owned())
        }
        Err(why) => state.say(Role::Bad, format!("not sent to the terminal: {}", sanitize(&why))),
    }
}
