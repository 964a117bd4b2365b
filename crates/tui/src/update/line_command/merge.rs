//! The merge by line: selecting a conflict, deciding it, and writing its result by hand.

use merge_view::action::MergeAction;
use terminal::edit::Edit;

use super::super::action::act;
use super::super::typing::type_key;
use super::print::{answer, print};
use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::plain::pending;
use crate::state::State;

/// Writes the result of a conflict by hand, with the actions of keys. Returns whether it was accepted.
pub(super) fn manual_edit(state: &mut State, number: Option<usize>, text: &str) -> (Vec<Effect>, bool) {
    if !go_to(state, number) {
        return (Vec::new(), false);
    }
    let mut effects = act(state, Action::Merge(MergeAction::EditResult));
    if state.context() != Context::MergeText {
        return (effects, false);
    }
    let text = if text.is_empty() { String::new() } else { format!("{text}\n") };
    let all = if text.is_empty() { Edit::Delete } else { Edit::InsertText(text) };
    for edit in [Edit::SelectAll, all] {
        effects.extend(type_key(state, &edit));
    }
    effects.extend(act(state, Action::Merge(MergeAction::AcceptEdit)));
    let is_taken = state.context() != Context::MergeText;
    if is_taken {
        effects.extend(decided(state));
    } else {
        // It was not accepted, for instance because a parent has to be a name. The note says why.
        let why = state.with_spoken_merge(|aloud| aloud.note()).flatten();
        effects.extend(act(state, Action::Close));
        print(state, why.unwrap_or_default());
    }
    (effects, is_taken)
}

/// Goes to the conflict with this number, if a number was given.
///
/// Returns false if there is no such conflict.
pub(super) fn go_to(state: &mut State, number: Option<usize>) -> bool {
    let Some(number) = number else { return true };
    let Some(place) = state.with_spoken_merge(|aloud| aloud.place(number)).flatten() else {
        print(state, format!("There is no conflict {number}; 'conflicts' lists them."));
        return false;
    };
    if let Some(work) = state.pane_mut().document_mut() {
        work.go_to(place);
    }
    true
}

/// Prints the current change of the merge.
pub(super) fn read_the_change(state: &mut State) -> Vec<Effect> {
    let at_hand = pending::settled(state);
    let lines = state.with_spoken_merge(|aloud| aloud.change()).unwrap_or_default();
    if let Some(plain) = &mut state.plain {
        plain.told.set_pending(&at_hand);
    }
    answer(state, lines)
}

/// Decides a conflict, and goes on to the next open one.
pub(super) fn decide(state: &mut State, action: Action, number: Option<usize>) -> Vec<Effect> {
    if !go_to(state, number) {
        return Vec::new();
    }
    let before = state.with_spoken_merge(|aloud| aloud.decided());
    let mut effects = act(state, action);
    if state.with_spoken_merge(|aloud| aloud.decided()) != before {
        effects.extend(decided(state));
    }
    effects
}

/// Prints the decision about the current conflict, and goes on to the next open one.
fn decided(state: &mut State) -> Vec<Effect> {
    let said = state.with_spoken_merge(|aloud| aloud.decided()).flatten();
    answer(state, said);
    let goes_on = state.with_spoken_merge(|aloud| !aloud.is_open() && aloud.conflict.open_count() > 0);
    if goes_on == Some(true) { act(state, Action::Merge(MergeAction::NextConflict)) } else { Vec::new() }
}
