//! Giving the keys from one person to another, when people sit side by side.

use crate::effect::Effect;
use crate::ids::EditorIndex;
use crate::state::{Focus, State};

/// Gives the keys to the next editor: if none has them, to the one in view.
pub(super) fn take_next(state: &mut State) -> Vec<Effect> {
    let next = if state.people.focus == Focus::Lesson {
        state.people.seat
    } else {
        (state.people.seat + 1) % state.people.panes.len().max(1)
    };
    take(state, next)
}

/// Gives the keys to that person's editor, if there is one.
pub(super) fn take(state: &mut State, seat: EditorIndex) -> Vec<Effect> {
    if seat < state.people.panes.len() {
        // What lies on top was about the other person's document.
        state.overlays.clear();
        state.people.seat = seat;
        state.people.focus = Focus::Editor;
        state.lesson.course.iter_mut().for_each(|course| course.is_entered = false);
    }
    Vec::new()
}
