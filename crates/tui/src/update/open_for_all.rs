//! The document that the leader opens for all, in editors and on the leader's screen.
//!
//! It opens by itself, so it must disturb nothing. An editor opens it only while its user looks at the list of
//! documents with nothing typed there, and no document is open. In any other editor, a note names the key for it. A
//! document that has opened by itself takes no key that changes its text until the user enters it. Enter enters it, but
//! not before the user can have seen it: a person who chooses another document in the list presses Enter, too.

use client::Tagged;
use contract::{DocumentId, RoomSettings};
use crossterm::event::KeyCode;
use terminal::edit::Edit;
use terminal::key::Key;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::{documents, enter_protection};
use crate::action::{Action, Context, KeyMeaning};
use crate::effect::Effect;
use crate::opened_for_all::{RefusedInput, UnenteredDocument};
use crate::overlay::Overlay;
use crate::plain::waiting_lines;
use crate::room_request::{OpenForAllFailure, RoomRequest};
use crate::state::{NoteLifetime, ProgramNote, SessionKind, State};

/// Handles the settings of the room, from an event stream.
pub(super) fn on_heard(state: &mut State, settings: RoomSettings) -> Vec<Effect> {
    match state.kind {
        SessionKind::Single => on_opened_for_all(state, settings.open_for_all),
        // The next change names the tag of these settings, and an event has no tag.
        SessionKind::Room if state.room.settings.settings() != Some(&settings) => {
            vec![Effect::Room(RoomRequest::ReadSettings)]
        }
        SessionKind::Room | SessionKind::Menu | SessionKind::Lesson | SessionKind::Stage | SessionKind::Files => {
            Vec::new()
        }
    }
}

/// Opens the leader's document in an editor without one, or says which key opens it.
fn on_opened_for_all(state: &mut State, document: Option<DocumentId>) -> Vec<Effect> {
    let Some(document) = state.opened_for_all.on_heard(document) else { return Vec::new() };
    if in_view(state) == Some(&document) {
        state.opened_for_all.end_news();
        return Vec::new();
    }
    if is_waiting(state) {
        let effects = open(state);
        if state.plain.is_none() {
            state.opened_for_all.on_opened_by_itself();
            // Its time begins when the document is here.
            enter_protection::begin(state);
            say_unentered(state);
        } else {
            state.say(Role::Info, format!("the leader opened {document} for all"));
        }
        return effects;
    }
    let key = state.hint_for(Action::OpenLeadersDocument, state.context());
    // The key comes first, since this note has one row, also on a narrow screen.
    let words = format!("{key} opens {document}: the leader opened it for all");
    state.status.note = Some(ProgramNote { about: NoteLifetime::Typing, role: Role::Info, words });
    Vec::new()
}

/// Returns whether the user has no document open and looks at the list, with nothing typed there.
fn is_waiting(state: &State) -> bool {
    let is_untouched = match state.overlays.as_slice() {
        [] => true,
        [Overlay::Documents(list)] => list.line().text().is_empty(),
        _ => false,
    };
    is_untouched && state.document().is_none() && waiting_lines(state).is_none()
}

/// Handles a key that would change a document that has opened by itself, or returns `None`.
///
/// The keys that are pressed as it opens were meant for the list of documents. There, Enter opens a document, so it is
/// the key that enters this one; it changes nothing in its text. An Enter that follows the others at once is one of
/// them, and enters nothing.
pub(super) fn on_key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    if !state.awaits_entry() {
        return None;
    }
    let is_change = match state.keys.meaning(key, Context::Text)? {
        KeyMeaning::Edit(Edit::Newline) if !state.enter_protection.is_on() => {
            enter(state);
            return Some(Vec::new());
        }
        KeyMeaning::Edit(edit) => edit.changes_text(),
        KeyMeaning::Act(Action::Delete | Action::EditTitle | Action::EditParent) => true,
        KeyMeaning::Act(action) => action.edit().is_some_and(|edit| edit.changes_text()),
    };
    is_change.then(|| refuse(state, RefusedInput::Key))
}

/// Enters the document that has opened by itself: from now on, keys change its text.
pub(super) fn enter(state: &mut State) {
    state.opened_for_all.enter();
    state.enter_protection.end();
    state.status.note = None;
}

/// Refuses input for the document that has opened by itself, and says why.
///
/// Enter enters it after a pause.
pub(super) fn refuse(state: &mut State, input: RefusedInput) -> Vec<Effect> {
    state.opened_for_all.on_refused(input);
    say_unentered(state);
    Vec::new()
}

/// Ends the protection from Enter, and completes the note about the document that has opened by itself.
pub(super) fn on_enter_unprotected(state: &mut State, turn: u64) -> Vec<Effect> {
    if !state.enter_protection.on_time(turn) || !state.awaits_entry() {
        return Vec::new();
    }
    let words = state.opened_for_all.unentered().map(unentered_words);
    if state.status.note.as_ref().is_some_and(|note| Some(&note.words) == words.as_ref()) {
        say_unentered(state);
    }
    Vec::new()
}

/// Says that the document in view has opened by itself and, as soon as Enter counts, how to enter it.
fn say_unentered(state: &mut State) {
    let Some(unentered) = state.opened_for_all.unentered() else { return };
    let mut words = unentered_words(unentered);
    if !state.enter_protection.is_on() {
        words = format!("{words}; {} in it", entry_keys(state));
        if unentered.refused == Some(RefusedInput::Paste) {
            words = format!("{words}, then {} pastes", state.hint_for(Action::Paste, Context::Text));
        }
    }
    state.say(Role::Info, words);
}

/// Returns what has happened to the document that has opened by itself.
fn unentered_words(unentered: &UnenteredDocument) -> String {
    match unentered.refused {
        None => format!("the leader opened {} for all", unentered.document),
        Some(_) => "not typed: the leader opened this for all".to_owned(),
    }
}

/// Returns the keys that enter a document that has opened by itself, before 'in it'.
fn entry_keys(state: &State) -> String {
    let enter = Key::plain(KeyCode::Enter);
    if state.enters_room_question() {
        return format!("{enter} lets you write");
    }
    let other = state.hint_for(Action::Enter, Context::Text);
    format!("{enter} or {other} lets you write")
}

/// Returns the document in view of an editor, or `None` if none is open.
fn in_view(state: &State) -> Option<&DocumentId> {
    state.document().map(|work| work.editor.id())
}

/// Opens the leader's document.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    state.opened_for_all.end_news();
    let document = state.opened_for_all.document().cloned();
    document.map_or_else(Vec::new, |document| documents::open_document(state, document))
}

/// Opens the document in view for all or, if that is so already, none.
pub(super) fn toggle(state: &mut State) -> Vec<Effect> {
    if !state.room.settings.begin() {
        return state.say_unavailable("a change of the document for all is under way");
    }
    let wanted = state.room.proposed.take().or_else(|| state.document_in_view());
    let document = wanted.filter(|document| Some(document) != state.room.settings.document());
    vec![Effect::Room(RoomRequest::OpenForAll { document, over: state.room.settings.etag().cloned() })]
}

/// Takes in the settings of the room as they were read.
///
/// If they are not known, the next change reads them first.
pub(super) fn on_read(state: &mut State, read: Result<Tagged<RoomSettings>, String>) -> Vec<Effect> {
    if let Ok(seen) = read {
        state.room.settings.set(seen);
    }
    Vec::new()
}

/// Says what the room notices of the document that is opened for all now, or why it was not.
pub(super) fn on_set(state: &mut State, set: Result<Tagged<RoomSettings>, OpenForAllFailure>) -> Vec<Effect> {
    let before = state.room.settings.document().cloned();
    let (role, words) = match set {
        Ok(seen) => {
            let words = match (&seen.value.open_for_all, before) {
                (Some(document), _) => opened_words(state, document),
                (None, Some(before)) => {
                    format!("{before} no longer opens by itself: people who join choose from the list")
                }
                (None, None) => "no document opens by itself: people who join choose from the list".to_owned(),
            };
            state.room.settings.set(seen);
            (Role::Good, words)
        }
        Err(failure) => (Role::Warning, on_failure(state, failure)),
    };
    state.room.settings.end();
    state.say(role, words)
}

/// Returns what the room notices of a document that is opened for all.
fn opened_words(state: &State, document: &DocumentId) -> String {
    let key = state.hint_for(Action::OpenLeadersDocument, Context::Text);
    format!("{document} opens by itself for all who join or look at the list; others press {key}")
}

/// Takes in why a document was not opened for all, and returns it in words.
pub(super) fn on_failure(state: &mut State, failure: OpenForAllFailure) -> String {
    match failure {
        OpenForAllFailure::Overtaken(now) => {
            let words = match &now.value.open_for_all {
                Some(document) => format!("412, nothing was done: another leader was faster, and opened {document}"),
                None => "412, nothing was done: another leader was faster, and opens no document".to_owned(),
            };
            state.room.settings.set(now);
            words
        }
        OpenForAllFailure::Failed(why) => format!("no document was opened for all: {}", sanitize(&why)),
    }
}
