//! Who has the keys, where people sit side by side.

use crate::effect::Effect;
use crate::ids::EditorIndex;
use crate::state::{Focus, State};

/// Gives the keys to the next editor: if none has them, to the one in view.
pub(super) fn take_next(state: &mut State) -> Vec<Effect> {
    let next = if state.focus == Focus::Lesson { state.seat } else { (state.seat + 1) % state.panes.len().max(1) };
    take(state, next)
}

/// Gives the keys to that person's editor, if there is one.
pub(super) fn take(state: &mut State, seat: EditorIndex) -> Vec<Effect> {
    if seat < state.panes.len() {
        // What lies on top was about the other person's document.
        state.screens.clear();
        state.seat = seat;
        state.focus = Focus::Editor;
        state.course.iter_mut().for_each(|course| course.is_entered = false);
    }
    Vec::new()
}
