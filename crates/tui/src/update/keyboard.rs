//! A key: its meaning in the current context, and the call of its handler.

use terminal::edit::{Edit, edit_for};
use terminal::key::Key;

use super::{action, ahead, drafts, enter_protection, open_for_all, typing};
use crate::action::{Action, Context, KeyMeaning};
use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::state::State;

/// Carries out the meaning of a key.
pub(super) fn press(state: &mut State, key: Key) -> Vec<Effect> {
    if let Some(effects) = open_for_all::on_key(state, key) {
        return effects;
    }
    if is_typed_ahead(state, key) || enter_protection::ignores(state, key) {
        return Vec::new();
    }
    match state.keys.meaning(key, state.context()) {
        Some(KeyMeaning::Act(action)) => action::act(state, action),
        Some(KeyMeaning::Edit(edit)) => typing::type_key(state, &edit),
        None => press_without_meaning(state, key),
    }
}

/// Handles a key that means nothing in the present context.
///
/// The list of drafts opens by itself, so it may get keys that were meant for a text. They never become text, and never
/// delete anything: a letter that is not an answer closes the question whether to delete a draft.
fn press_without_meaning(state: &mut State, key: Key) -> Vec<Effect> {
    let is_letter = matches!(edit_for(key), Some(Edit::Insert(_)));
    if is_letter && matches!(state.overlays.last(), Some(Overlay::DiscardDraft(_))) {
        state.overlays.pop();
    }
    if is_letter && state.context() == Context::Drafts {
        return drafts::ask_for_choice(state);
    }
    Vec::new()
}

/// Applies a key to the document that is being opened, as text or as a save.
///
/// Returns whether the key was applied.
fn is_typed_ahead(state: &mut State, key: Key) -> bool {
    let edit = match state.keys.meaning(key, Context::Text) {
        Some(KeyMeaning::Edit(edit)) => edit,
        Some(KeyMeaning::Act(Action::Indent)) => Edit::Indent,
        Some(KeyMeaning::Act(Action::Save)) => return ahead::save(state),
        Some(KeyMeaning::Act(_)) | None => return false,
    };
    ahead::type_text(state, &edit)
}
