//! The passes that follow every event, in their order.

use editor::LastSeen;
use ratatui::layout::Rect;
use terminal::theme::Role;
use traffic::room::Editing;

use super::{
    ahead, documents, find, leaving, lesson_events, line_command, progress, server_document, stage_room, versions,
};
use crate::action::{Action, Context};
use crate::availability::gate::is_held;
use crate::content::people;
use crate::effect::Effect;
use crate::layout;
use crate::layout::Layout;
use crate::pane::Pane;
use crate::state::{Focus, SessionKind, State};

/// A pass: it looks at the state after an event, and may change the state and the effects of the event.
type Pass = fn(&mut State, &mut Vec<Effect>);

/// The passes, in their order.
pub(super) const PASSES: &[Pass] = &[
    // Before anything is drawn: each person on the screen has a sign.
    meet_people,
    // First: whether a lesson has to wait depends on the requests that the event sends.
    note_departures,
    // Before the lesson goes on: it waits for each look at the server.
    follow_document,
    // After the departures are noted: a lesson goes on as soon as it waits for nothing. Its effects join the event's.
    go_on_with_lesson,
    // After the lesson went on: it may have come to a question, or from it.
    put_question_to_room,
    // After the lesson went on: it may be over.
    keep_progress,
    // After all effects of a lesson: a lesson keeps no drafts, and its timers are steps.
    drop_lesson_effects,
    // After the effects: a session that waits for its saves or its drafts may end now.
    leave_when_done,
    // After the editors have handled the event: a merge that ended may have left a text that was written by hand.
    offer_rescued_text,
    // After views have opened or closed: a merge view prepares the next frame for its room.
    fit_merge_views,
    // After the user's text has changed: the open search is about the present text.
    search_present_text,
    // After the user's text has changed: the version shown beside the text is compared with it.
    compare_versions,
    // After a document or its chooser has opened: text typed ahead of a document is kept in a draft.
    keep_what_is_typed_ahead,
    // After the editors have handled the event: what their requests say is true when these are sent.
    tell_editing,
    // After documents have opened, or were created or deleted: the list says which of them the server does not have.
    keep_list,
    // After every pass that may record an exchange or move the focus: the selection on the wire depends on both.
    keep_wire_selection,
    // After all effects except those for lines: a line waits for the responses to earlier effects.
    line_command::count_effects,
    // After every change: plain mode prints the changes.
    line_command::print_changes,
    // After a list was printed: plain mode closes a list over a text.
    line_command::close_list,
    // After every change: if no other line is due now, the waiting lines are kept in a draft.
    line_command::keep_lines,
    // Last: the event and the passes may each have kept a draft of one document.
    drop_outdated_drafts,
];

/// Gives signs to the people who have appeared: in editors, on the wire, and in documents.
fn meet_people(state: &mut State, _: &mut Vec<Effect>) {
    let mut signs = std::mem::take(&mut state.signs);
    signs.meet(people::all(state));
    let exchanges = state.server.wire.traffic.entries().rev();
    signs.meet_senders(exchanges.map(|entry| (entry.exchange.number, entry.exchange.author.as_ref())));
    signs.meet(state.room.room.attendees().iter().map(|attendee| &attendee.name));
    for work in state.documents() {
        signs.meet(work.editor.base().and_then(|base| base.author.as_ref()));
        signs.meet(work.editor.document_merge().and_then(|conflict| conflict.theirs().author.as_ref()));
        if let LastSeen::Version { author: Some(author), .. } = work.editor.last_seen() {
            signs.meet([author]);
        }
    }
    state.signs = signs;
}

#[expect(clippy::ptr_arg, reason = "all passes have one type")]
fn note_departures(state: &mut State, effects: &mut Vec<Effect>) {
    lesson_events::departed(state, effects);
}

fn follow_document(state: &mut State, effects: &mut Vec<Effect>) {
    effects.extend(server_document::follow(state));
}

fn go_on_with_lesson(state: &mut State, effects: &mut Vec<Effect>) {
    effects.extend(lesson_events::go_on(state));
}

fn put_question_to_room(state: &mut State, effects: &mut Vec<Effect>) {
    effects.extend(stage_room::follow_lesson(state));
}

fn keep_progress(state: &mut State, effects: &mut Vec<Effect>) {
    effects.extend(progress::keep(state));
}

fn drop_lesson_effects(state: &mut State, effects: &mut Vec<Effect>) {
    lesson_events::drop_lesson_effects(state, effects);
}

fn leave_when_done(state: &mut State, _: &mut Vec<Effect>) {
    leaving::leave_when_saved(state);
    leaving::leave_when_kept(state);
}

/// Puts text that was written by hand, and that a merge has dropped, into the register.
fn offer_rescued_text(state: &mut State, _: &mut Vec<Effect>) {
    let documents = state.people.panes.iter_mut().flat_map(Pane::documents_mut);
    let rescued: Vec<_> =
        documents.filter_map(|work| Some((work.take_rescued()?, work.editor.document_merge().is_some()))).collect();
    for (text, is_merging) in rescued {
        let paste = state.hint_for(Action::Paste, Context::Text);
        state.clipboard.register = text;
        let words = if is_merging {
            format!("the text that you wrote by hand no longer fits the merge; {paste} pastes it")
        } else {
            format!("the merge is over; {paste} pastes the text that you wrote by hand in it")
        };
        state.say(Role::Warning, words);
    }
}

/// Tells each merge view the size of its area.
fn fit_merge_views(state: &mut State, _: &mut Vec<Effect>) {
    // The layout is the most expensive part of most events.
    if !state.people.panes.iter().any(|pane| pane.document().is_some_and(|work| work.merge_view.is_some())) {
        return;
    }
    let layout = Layout::new(state, Rect::new(0, 0, state.size.0, state.size.1));
    for place in layout.panes {
        let (room, share) = layout::merge_area(state, &place);
        if let Some(work) = state.people.panes[place.seat].document_mut() {
            work.fit_merge(room.as_size(), share);
        }
    }
}

fn search_present_text(state: &mut State, _: &mut Vec<Effect>) {
    find::follow_text(state);
}

fn compare_versions(state: &mut State, _: &mut Vec<Effect>) {
    versions::follow_texts(state);
}

fn keep_what_is_typed_ahead(state: &mut State, effects: &mut Vec<Effect>) {
    effects.extend(ahead::keep(state));
}

fn keep_list(state: &mut State, effects: &mut Vec<Effect>) {
    effects.extend(documents::keep_list(state));
}

/// Says in the requests of a single editor whether its text is edited or in a merge.
///
/// The effect comes before those of the event: a save says what was the case when the user pressed the key.
fn tell_editing(state: &mut State, effects: &mut Vec<Effect>) {
    if state.kind != SessionKind::Single {
        return;
    }
    let editing = state.document().map(|work| match work.editor.document_merge() {
        Some(merge) => Editing::Merging { open: merge.open_count() },
        // Its result is being sent, so there is nothing left to decide.
        None if work.editor.is_saving_merge() => Editing::Merging { open: 0 },
        None if work.editor.has_unsaved() => Editing::Edited,
        None => Editing::Clean,
    });
    if editing != state.server.told_editing {
        state.server.told_editing = editing;
        effects.insert(0, Effect::TellEditing(editing));
    }
}

/// Drops an effect on a draft if a later effect replaces that draft.
///
/// An event is applied in several steps, and the disk must not have the draft of a state between two of them: after a
/// crash, such a draft would offer text that was cut, or lines that were carried out, as if they were still to come.
fn drop_outdated_drafts(_: &mut State, effects: &mut Vec<Effect>) {
    for effect in std::mem::take(effects) {
        if let Some(subject) = effect.draft_subject() {
            effects.retain(|earlier| earlier.draft_subject() != Some(subject));
        }
        effects.push(effect);
    }
}

fn keep_wire_selection(state: &mut State, _: &mut Vec<Effect>) {
    let held = if state.is_room() || state.server.wire.has_released() {
        let held = state.server.wire.traffic.entries().filter(|entry| is_held(state, entry));
        held.map(|entry| entry.exchange.number).collect()
    } else {
        Vec::new()
    };
    state.server.wire.move_on(&held);
    if state.is_room() {
        state.server.wire.keep_room_selection(&held);
    } else {
        state.server.wire.keep_selection(state.people.focus == Focus::Wire);
    }
}
