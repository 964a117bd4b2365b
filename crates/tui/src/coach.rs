//! The coach: it suggests the next exercise.
//!
//! The advice is a pure function of the state, so it follows the users wherever they go. An exercise that is done out
//! of order is ticked off all the same.

mod milestones;

use editor::EditorPhase as Word;
use merge_view::action::MergeAction;
use precondition::policy::Preconditions;

use crate::action::{Action, Context};
use crate::ids::EditorIndex;
use crate::open_document::OpenedView;
use crate::state::{Focus, State};
pub(crate) use milestones::{Exercise, Milestones};

/// Returns the next thing to try, with its key or its command, in one line.
pub(crate) fn advice(state: &State) -> String {
    if let Some(at_hand) = current_advice(state) {
        return at_hand;
    }
    let insists = state.server.policy.map(|policy| policy.preconditions);
    match state.status.milestones.next() {
        Some(Exercise::Save) => save(state),
        Some(Exercise::Refused | Exercise::Merge | Exercise::SavedMerge) if insists == Some(Preconditions::Ignored) => {
            format!("{} until the policy is 'required': now no save is refused", key_hint(state, Action::Policy))
        }
        Some(Exercise::Refused | Exercise::Merge | Exercise::SavedMerge) => {
            stale_save(state, "see the server refuse a save that names an old version")
        }
        Some(Exercise::Required) if insists.is_some_and(|insists| insists != Preconditions::Required) => {
            format!("{} until the policy is 'required'", key_hint(state, Action::Policy))
        }
        Some(Exercise::Required) => {
            format!("{}: a blind save, which names no version", key_hint(state, Action::SaveUnconditionally))
        }
        Some(Exercise::Lost) if insists != Some(Preconditions::Ignored) => {
            format!(
                "{} until the policy is 'ignored', as on a server without preconditions",
                key_hint(state, Action::Policy)
            )
        }
        Some(Exercise::Lost) => stale_save(state, "nothing stops it now; watch which lines get lost"),
        None => format!(
            "all done. {} shows the lessons; {} shows which versions were lost; {} shows all keys",
            key_hint(state, Action::Menu),
            key_hint(state, Action::Versions),
            key_hint(state, Action::Help),
        ),
    }
}

/// Returns the advice for the current situation, before any exercise, or `None` if it asks for nothing.
fn current_advice(state: &State) -> Option<String> {
    if let Some(held) = held(state) {
        return Some(held);
    }
    let work = state.document()?;
    match (work.context(), work.open_view()) {
        (Context::Text, Some(OpenedView::Merge)) => {
            let open = work.editor.document_merge().map_or(0, editor::DocumentMerge::open_count);
            let enter = key_hint(state, Action::Enter);
            Some(if open == 0 {
                format!("{}: save the merge; {enter} looks at it first", key_hint(state, Action::Save))
            } else {
                format!("{enter}: decide the conflicts; until then, typing goes into the text")
            })
        }
        (Context::Text, Some(OpenedView::Required)) => Some(format!(
            "{}: the same save, done right: it names the version that I have read",
            key_hint(state, Action::Save)
        )),
        (Context::Required, _) => {
            let right = state.hint_for(Action::RetryWithPrecondition, Context::Required);
            Some(format!("{right}: the same save, done right: it names the version that I have read"))
        }
        (Context::Deleted, _) => Some(format!(
            "{} creates it again, {} discards my text too",
            state.hint_for(Action::CreateAgain, Context::Deleted),
            state.hint_for(Action::DiscardMine, Context::Deleted)
        )),
        (Context::MergeText, _) => Some(format!(
            "write the result by hand; {} accepts it",
            state.hint_for(Action::Merge(MergeAction::AcceptEdit), Context::MergeText)
        )),
        (Context::Merge, _) => {
            let open = work.editor.document_merge().map_or(0, editor::DocumentMerge::open_count);
            let merge = |action| state.hint_for(action, Context::Merge);
            Some(if open == 0 {
                format!("{}: save the merge", merge(Action::Save))
            } else {
                format!(
                    "decide: {} takes mine, {} theirs, {} both",
                    merge(Action::Merge(MergeAction::TakeMine)),
                    merge(Action::Merge(MergeAction::TakeTheirs)),
                    merge(Action::Merge(MergeAction::TakeBothMineFirst))
                )
            })
        }
        _ if work.is_awaiting_choice() => {
            Some(format!("the document is gone; {}: choose what to do with my text", key_hint(state, Action::Enter)))
        }
        _ => None,
    }
}

/// Returns how to release the requests at the gate, or `None` if none is held.
fn held(state: &State) -> Option<String> {
    if state.server.wire.traffic.gate_queue().count() == 0 {
        return None;
    }
    let on_the_wire = |action| state.hint_for(action, Context::Wire);
    let (one, all) = (on_the_wire(Action::Release), on_the_wire(Action::ReleaseAll));
    Some(match state.people.focus {
        _ if state.plain.is_some() => format!("{all} releases all requests at the gate, {one} one of them"),
        Focus::Wire => {
            format!(
                "{one} releases the selected request, {} marks an order, {all} releases all",
                on_the_wire(Action::Mark)
            )
        }
        Focus::Editor | Focus::Lesson => {
            format!(
                "{}, then {all} releases all requests at the gate, {one} one of them",
                key_hint(state, Action::FocusWire)
            )
        }
    })
}

/// Returns how to make a first save.
fn save(state: &State) -> String {
    let name = state.pane().me.as_str();
    match state.document().map(|work| work.editor.phase()) {
        Some(Word::Clean | Word::Opening) | None => format!("type a word or two as {name}"),
        Some(_) => format!("{}: save; the request names the version that it replaces", key_hint(state, Action::Save)),
    }
}

/// Returns how to make a save that names an old version.
fn stale_save(state: &State, what: &str) -> String {
    let typed = |seat: EditorIndex| state.people.panes[seat].document().is_some_and(|work| work.editor.has_unsaved());
    let name = |seat: EditorIndex| state.people.panes[seat].me.as_str();
    let here = state.people.seat;
    if is_stale(state, here) {
        return if typed(here) {
            format!("{}: {what}", key_hint(state, Action::Save))
        } else {
            format!("type as {0} into the same line; {0} has not seen the new version", name(here))
        };
    }
    match (0..state.people.panes.len()).find(|seat| is_stale(state, *seat)) {
        Some(other) => format!("{} moves to {}, who holds an old version", seat_keys(state, other), name(other)),
        None if typed(here) => {
            format!("{}: save as {}; then the others hold an old version", key_hint(state, Action::Save), name(here))
        }
        None => format!("type something as {}, and save", name(here)),
    }
}

/// Returns whether the server has a newer version than the seat's base.
fn is_stale(state: &State, seat: EditorIndex) -> bool {
    state.people.panes[seat].document().is_some_and(|work| matches!(work.editor.phase(), Word::Stale | Word::Merging))
}

/// Returns the keys that move the focus to a seat, or the command in plain mode.
///
/// It names two keys if it can, since some terminals do not pass Alt with a digit on.
fn seat_keys(state: &State, seat: EditorIndex) -> String {
    if state.plain.is_some() {
        return format!("'as {}'", state.people.panes[seat].me);
    }
    let next =
        (seat == (state.people.seat + 1) % state.people.panes.len()).then(|| key_hint(state, Action::NextEditor));
    let direct = match seat {
        0 => Some(key_hint(state, Action::FirstEditor)),
        1 => Some(key_hint(state, Action::SecondEditor)),
        _ => None,
    };
    next.into_iter().chain(direct).collect::<Vec<_>>().join(" or ")
}

/// Returns the key or the command of an action in a text.
fn key_hint(state: &State, action: Action) -> String {
    state.hint_for(action, Context::Text)
}
