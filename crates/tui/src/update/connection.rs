//! The connection of an editor to its server: the event stream, and late or missing responses.

use contract::{DocumentEvent, EventKind};
use editor::EditorInput;
use terminal::theme::Role;

use super::{documents, gate, room_question, server_document, versions};
use crate::effect::Effect;
use crate::gate::GateRequest;
use crate::ids::{DocumentKey, EditorIndex};
use crate::messages::no_answer;
use crate::open_document::OpenDocument;
use crate::state::{SessionEnd, State};

/// In plain mode, the seconds without a response after which a line says so.
const SAID_AFTER_SECONDS: u64 = 5;

/// Handles an event from the stream of a seat: a document changed.
pub(super) fn on_event(state: &mut State, seat: EditorIndex, kind: EventKind, event: &DocumentEvent) -> Vec<Effect> {
    state.server.wire.traffic.on_event(seat, kind, event.clone());
    let mut effects =
        feed_all(state, seat, |work| work.feed(EditorInput::EventReceived { kind, event: event.clone() }));
    effects.extend(versions::on_changed(state, &event.id));
    effects.extend(server_document::on_changed(state, &event.id));
    if seat == state.people.seat {
        effects.extend(documents::on_changed(state));
    }
    effects
}

/// Handles the opening of a seat's event stream, for the first time or again.
pub(super) fn on_connected(state: &mut State, seat: EditorIndex) -> Vec<Effect> {
    set_connected(state, seat, true);
    let mut effects = feed_all(state, seat, |work| work.feed(EditorInput::Connected));
    if seat == 0 {
        // The first request for the policy may have failed, and the server may have been replaced.
        effects.extend([Effect::ReadPolicy, Effect::Gate(GateRequest::Look)]);
        effects.extend(room_question::on_connected(state));
    }
    if seat == state.people.seat {
        // The server may have been replaced, and it may not resend the events since the stream broke off.
        effects.extend(documents::on_changed(state));
        effects.extend(versions::on_connected(state));
        effects.extend(server_document::on_connected(state));
    }
    effects
}

/// Handles the loss of a seat's event stream.
pub(super) fn on_disconnected(state: &mut State, seat: EditorIndex) -> Vec<Effect> {
    set_connected(state, seat, false);
    feed_all(state, seat, |work| work.feed(EditorInput::Disconnected))
}

fn set_connected(state: &mut State, seat: EditorIndex, connected: bool) {
    if let Some(pane) = state.people.panes.get_mut(seat) {
        pane.connected = connected;
    }
}

/// Applies a function to every open document of a seat.
fn feed_all(state: &mut State, seat: EditorIndex, what: impl FnMut(&mut OpenDocument) -> Vec<Effect>) -> Vec<Effect> {
    let Some(pane) = state.people.panes.get_mut(seat) else { return Vec::new() };
    pane.documents_mut().iter_mut().flat_map(what).collect()
}

/// Handles a first response of the server that denies access.
///
/// If the user has typed something, the session goes on: the editor's own requests say what is wrong.
pub(super) fn on_not_let_in(state: &mut State) -> Vec<Effect> {
    if !state.has_words_of_the_user() {
        state.leaving.ended = Some(SessionEnd::NotLetIn);
    }
    Vec::new()
}

/// Handles a request that has had no response for some time.
///
/// The screen shows it until the response comes; plain mode prints it once.
pub(super) fn on_unanswered(state: &mut State, key: DocumentKey, seconds: u64) -> Vec<Effect> {
    let Some(work) = state.find(key) else { return Vec::new() };
    let is_first = work.unanswered.replace(seconds).is_none();
    let is_said = state.plain.is_some() && seconds == SAID_AFTER_SECONDS;
    let work = state.documents().find(|work| is_said && work.key == key);
    let words = work.and_then(|work| no_answer(state, work));
    let mut effects = words.map_or_else(Vec::new, |words| state.say(Role::Info, words));
    if is_first {
        effects.extend(gate::look_if_unknown(state));
    }
    effects
}
