//! A key: its meaning in the current context, and the call of its handler.

use terminal::edit::Edit;
use terminal::key::Key;

use super::{action, ahead, typing};
use crate::action::{Action, Context, KeyMeaning};
use crate::effect::Effect;
use crate::state::State;

/// Carries out the meaning of a key.
pub(super) fn press(state: &mut State, key: Key) -> Vec<Effect> {
    if is_typed_ahead(state, key) {
        return Vec::new();
    }
    match state.keys.meaning(key, state.context()) {
        Some(KeyMeaning::Act(action)) => action::act(state, action),
        Some(KeyMeaning::Edit(edit)) => typing::type_key(state, &edit),
        None => Vec::new(),
    }
}

/// Applies a key to the document that is being opened, as text or as a save.
///
/// Returns whether the key was applied.
fn is_typed_ahead(state: &mut State, key: Key) -> bool {
    let edit = match state.keys.meaning(key, Context::Text) {
        Some(KeyMeaning::Edit(edit)) => edit,
        Some(KeyMeaning::Act(Action::Save)) => return ahead::save(state),
        Some(KeyMeaning::Act(_)) | None => return false,
    };
    let means_nothing = state.keys.meaning(key, state.context()).is_none();
    let is_letter = matches!(edit, Edit::Insert(_));
    // Before a draft is selected, the letters that act on drafts are text, too.
    let is_text = means_nothing || (is_letter && !ahead::is_choosing(state));
    ahead::type_text(state, &edit) || (is_text && ahead::type_behind_the_list(state, &edit))
}
