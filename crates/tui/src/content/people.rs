//! The people on the stage: those who have editors, then the clients of a lesson without an editor.

use contract::Author;

use crate::ids::PersonIndex;
use crate::state::{Focus, State};

/// Returns everyone on the stage, in the order in which they are shown.
///
/// The first ones have the panes of the same index. The clients of a level come when it begins: until then, their cards
/// would take room from the document.
pub(crate) fn all(state: &State) -> Vec<&Author> {
    let mut people: Vec<_> = state.people.panes.iter().map(|pane| &pane.me).collect();
    let others = state.lesson.course.iter().flat_map(|course| {
        let player = course.player();
        let lesson = player.lesson();
        let is_at_level = player.position() > lesson.steps.len();
        let before_level = || lesson.senders_before_level().len();
        let count = if is_at_level { usize::MAX } else { before_level() };
        player.run_log().senders.iter().take(count)
    });
    people.extend(others.filter(|who| !state.people.panes.iter().any(|pane| pane.me == **who)));
    people
}

/// Returns the person whose editor has the keys; while the lesson has them, the person who acted last.
pub(crate) fn current(state: &State) -> PersonIndex {
    let acting = state.lesson.course.as_ref().and_then(|course| course.acting.as_ref());
    let acting = acting.filter(|_| state.people.focus == Focus::Lesson);
    acting.and_then(|acting| all(state).into_iter().position(|who| who == acting)).unwrap_or(state.people.seat)
}
