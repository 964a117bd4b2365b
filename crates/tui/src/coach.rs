//! The coach: what has been seen so far, and what to try next.
//!
//! It only looks. What it says is a pure function of the state, so it follows people wherever they go, and a step that
//! is taken out of order is ticked all the same.

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
            stale_save(state, "see a save refused that names an old version")
        }
        Some(Exercise::Required) if insists.is_some_and(|insists| insists != Preconditions::Required) => {
            format!("{} until the policy is 'required'", key_hint(state, Action::Policy))
        }
        Some(Exercise::Required) => {
            format!("{}: save carelessly, naming no version at all", key_hint(state, Action::SaveUnconditionally))
        }
        Some(Exercise::Lost) if insists != Some(Preconditions::Ignored) => {
            format!(
                "{} until the policy is 'ignored', as on a server without preconditions",
                key_hint(state, Action::Policy)
            )
        }
        Some(Exercise::Lost) => stale_save(state, "nothing stops it now; watch what is gone"),
        None => format!(
            "all seen. {} brings the lessons; {} shows which versions were lost; {} tells all that can be done",
            key_hint(state, Action::Menu),
            key_hint(state, Action::Versions),
            key_hint(state, Action::Help),
        ),
    }
}

/// Returns what the situation itself asks for, whatever was seen before.
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
                format!("{enter}: decide what is in conflict; what you type goes into your text")
            })
        }
        (Context::Text, Some(OpenedView::Required)) => {
            Some(format!("{}: the same save, done right; it names what I have read", key_hint(state, Action::Save)))
        }
        (Context::Required, _) => {
            let right = state.hint_for(Action::RetryWithPrecondition, Context::Required);
            Some(format!("{right}: the same save, done right; it names what I have read"))
        }
        (Context::Deleted, _) => Some(format!(
            "{} creates it again, {} lets my text go too",
            state.hint_for(Action::CreateAgain, Context::Deleted),
            state.hint_for(Action::DiscardMine, Context::Deleted)
        )),
        (Context::MergeText, _) => Some(format!(
            "write the result by hand; {} takes it over",
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
            Some(format!("the document is gone; {}: choose what becomes of my text", key_hint(state, Action::Enter)))
        }
        _ => None,
    }
}

/// Returns how to release what waits at the gate.
fn held(state: &State) -> Option<String> {
    if state.server.wire.traffic.gate_queue().count() == 0 {
        return None;
    }
    let on_the_wire = |action| state.hint_for(action, Context::Wire);
    let (one, all) = (on_the_wire(Action::Release), on_the_wire(Action::ReleaseAll));
    Some(match state.people.focus {
        _ if state.plain.is_some() => format!("{all} lets go what is held at the gate, {one} one of it"),
        Focus::Wire => {
            format!("{one} lets the selected one go, {} marks an order, {all} lets all go", on_the_wire(Action::Mark))
        }
        Focus::Editor | Focus::Lesson => {
            format!(
                "{}, then {all} lets go what is held at the gate, {one} one of it",
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

/// Returns how to save under an old version.
fn stale_save(state: &State, what: &str) -> String {
    let typed = |seat: EditorIndex| state.people.panes[seat].document().is_some_and(|work| work.editor.has_unsaved());
    let name = |seat: EditorIndex| state.people.panes[seat].me.as_str();
    let here = state.people.seat;
    if is_stale(state, here) {
        return if typed(here) {
            format!("{}: {what}", key_hint(state, Action::Save))
        } else {
            format!("type into the same line as {}, who has not seen the new version", name(here))
        };
    }
    match (0..state.people.panes.len()).find(|seat| is_stale(state, *seat)) {
        Some(other) => format!("{} gives {} the keys, who holds an old version", seat_keys(state, other), name(other)),
        None if typed(here) => {
            format!("{}: save as {}, and the others hold an old version", key_hint(state, Action::Save), name(here))
        }
        None => format!("type something as {}, and save", name(here)),
    }
}

/// Returns whether the server has a newer version than the seat's base.
fn is_stale(state: &State, seat: EditorIndex) -> bool {
    state.people.panes[seat].document().is_some_and(|work| matches!(work.editor.phase(), Word::Stale | Word::Merging))
}

/// Returns the keys that move the focus to that seat, or a command if there are no keys.
///
/// Some terminals keep Alt with a digit for themselves, so there are two keys.
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
