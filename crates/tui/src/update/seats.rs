//! Moving the focus between the editors of several people.

use crate::effect::Effect;
use crate::ids::EditorIndex;
use crate::state::{Focus, State};

/// Moves the focus to the next editor, or from the lesson to the editor that had it last.
pub(super) fn take_next(state: &mut State) -> Vec<Effect> {
    let next = if state.people.focus == Focus::Lesson {
        state.people.seat
    } else {
        (state.people.seat + 1) % state.people.panes.len().max(1)
    };
    take(state, next)
}

/// Moves the focus to an editor, if there is one at that seat.
pub(super) fn take(state: &mut State, seat: EditorIndex) -> Vec<Effect> {
    if seat < state.people.panes.len() {
        // The overlays were about the other person's document.
        state.overlays.clear();
        state.people.seat = seat;
        state.people.focus = Focus::Editor;
        state.lesson.course.iter_mut().for_each(|course| course.is_entered = false);
    }
    Vec::new()
}
