//! The server's side of an editor: its stream of events, and whether it answers at all.

use contract::{DocumentEvent, EventKind};
use editor::EditorInput;
use terminal::theme::Role;

use super::{documents, versions};
use crate::effect::Effect;
use crate::gate::GateRequest;
use crate::ids::{DocumentKey, EditorIndex};
use crate::messages::no_answer;
use crate::open_document::OpenDocument;
use crate::state::{SessionEnd, State};

/// After how many seconds without a response that is said if there is no screen.
const SAID_AFTER_SECONDS: u64 = 5;

/// A document changed, as the stream of that seat tells.
pub(super) fn on_event(state: &mut State, seat: EditorIndex, kind: EventKind, event: &DocumentEvent) -> Vec<Effect> {
    state.server.wire.traffic.on_event(seat, kind, event.clone());
    let mut effects =
        feed_all(state, seat, |work| work.feed(EditorInput::EventReceived { kind, event: event.clone() }));
    effects.extend(versions::on_changed(state, &event.id));
    if seat == state.people.seat {
        effects.extend(documents::on_changed(state));
    }
    effects
}

/// The stream of that seat is there, for the first time or again.
pub(super) fn on_connected(state: &mut State, seat: EditorIndex) -> Vec<Effect> {
    set_connected(state, seat, true);
    let mut effects = feed_all(state, seat, |work| work.feed(EditorInput::Connected));
    if seat == 0 {
        // There may have been no server when it was asked first, and it may be another server by now.
        effects.extend([Effect::ReadPolicy, Effect::Gate(GateRequest::Look)]);
    }
    if seat == state.people.seat {
        // It may be another server by now, and what happened while the stream was away may never be told.
        effects.extend(documents::on_changed(state));
        effects.extend(versions::on_connected(state));
    }
    effects
}

/// The stream of that seat broke off.
pub(super) fn on_disconnected(state: &mut State, seat: EditorIndex) -> Vec<Effect> {
    set_connected(state, seat, false);
    feed_all(state, seat, |work| work.feed(EditorInput::Disconnected))
}

fn set_connected(state: &mut State, seat: EditorIndex, connected: bool) {
    if let Some(pane) = state.people.panes.get_mut(seat) {
        pane.connected = connected;
    }
}

/// Tells every open document of one person.
fn feed_all(state: &mut State, seat: EditorIndex, what: impl FnMut(&mut OpenDocument) -> Vec<Effect>) -> Vec<Effect> {
    let Some(pane) = state.people.panes.get_mut(seat) else { return Vec::new() };
    pane.documents_mut().iter_mut().flat_map(what).collect()
}

/// The server's first response is a refusal. What was typed stays open: the editor's own requests say what is wrong.
pub(super) fn on_not_let_in(state: &mut State) -> Vec<Effect> {
    if !state.has_words_of_the_user() {
        state.leaving.ended = Some(SessionEnd::NotLetIn);
    }
    Vec::new()
}

/// A request has had no response for that long. A screen shows it for as long as it is so; without one, it is said
/// once.
pub(super) fn on_unanswered(state: &mut State, key: DocumentKey, seconds: u64) -> Vec<Effect> {
    let Some(work) = state.find(key) else { return Vec::new() };
    work.unanswered = Some(seconds);
    let is_said = state.plain.is_some() && seconds == SAID_AFTER_SECONDS;
    let work = state.documents().find(|work| is_said && work.key == key);
    let words = work.and_then(|work| no_answer(state, work));
    words.map_or_else(Vec::new, |words| state.say(Role::Info, words))
}
