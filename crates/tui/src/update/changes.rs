//! The changes of the text against its base: moving between them, showing one, taking one back.
//!
//! Which lines are changed is known to the editor's state machine.

use editor::{EditorInput, MarkedChanges};
use terminal::theme::Role;

use super::editor::with_document;
use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::ids::DocumentKey;
use crate::overlay::Overlay;
use crate::pane::Pane;
use crate::scroll::{Movement, Scroll};
use crate::state::State;

/// Passes what happened in the background to the document that it is about.
pub(super) fn on_background(state: &mut State, key: DocumentKey, input: EditorInput) -> Vec<Effect> {
    state.find(key).map_or_else(Vec::new, |work| work.feed(input))
}

/// Turns on or off that lines are marked that others have changed, in all documents.
pub(super) fn toggle_others(state: &mut State) -> Vec<Effect> {
    let (marked, words) = match state.marked_changes {
        MarkedChanges::All => (MarkedChanges::Mine, "the lines that others change are not marked any more"),
        MarkedChanges::None | MarkedChanges::Mine => {
            (MarkedChanges::All, "newer versions are read in the background, to mark the lines that others changed")
        }
    };
    state.marked_changes = marked;
    let documents = state.people.panes.iter_mut().flat_map(Pane::documents_mut);
    let effects = documents.flat_map(|work| work.feed(EditorInput::MarkChanges(marked))).collect();
    state.say(Role::Info, words.to_owned());
    effects
}

/// Shows the change at the cursor.
pub(super) fn show(state: &mut State) -> Vec<Effect> {
    state.overlays.push(Overlay::Change(Scroll::default()));
    Vec::new()
}

/// Moves the cursor to the next or the previous change; after the last one, to the first.
pub(super) fn go(state: &mut State, movement: Movement) -> Vec<Effect> {
    let Some(work) = state.document() else { return Vec::new() };
    let line = work.buffer.cursor_line();
    let Some(changes) = work.editor.changes() else { return Vec::new() };
    let is_down = movement == Movement::Down;
    let (near, far) =
        if is_down { (changes.below(line), changes.at_top()) } else { (changes.above(line), changes.at_bottom()) };
    let is_round = near.is_none();
    if let Some(change) = near.or(far) {
        with_document(state, |work, _| {
            work.buffer.go_to(change.lines().start);
            Vec::new()
        });
        if is_round {
            let words =
                if is_down { "no change is below: this is the first" } else { "no change is above: this is the last" };
            state.say(Role::Info, words.to_owned());
        }
    }
    if let Some(Overlay::Change(scroll)) = state.overlays.last_mut() {
        *scroll = Scroll::default();
    }
    Vec::new()
}

/// Reverts the change at the cursor to the text of the base, as one step that can be undone.
pub(super) fn revert(state: &mut State) -> Vec<Effect> {
    state.overlays.pop_if(|screen| matches!(screen, Overlay::Change(_)));
    let effects = with_document(state, |work, _| work.revert_change());
    let undo = state.hint_for(Action::Undo, Context::Text);
    state.say(Role::Good, format!("as in the base again; {undo} brings the change back"));
    effects
}
