//! The list of documents: its keys, and when it is requested.

use client::DocumentListing;
use contract::DocumentId;
use editor::LastSeen;
use terminal::theme::Role;

use super::enter_protection;
use crate::documents::{AbsenceReason, DocumentChooser, LocalDocument};
use crate::drafts::DraftChooser;
use crate::effect::Effect;
use crate::open_document::OpenDocument;
use crate::overlay::Overlay;
use crate::scroll::Movement;
use crate::state::{Focus, State};

/// The number of documents that a page key moves by.
const PAGE_ROWS: isize = 10;

/// Shows the list, and requests it.
pub(super) fn open_list(state: &mut State) -> Vec<Effect> {
    state.overlays.push(Overlay::Documents(Box::new(DocumentChooser::loading())));
    vec![Effect::List { seat: state.people.seat }]
}

/// Moves the selection.
pub(super) fn select(state: &mut State, movement: Movement) -> Vec<Effect> {
    if let Some(Overlay::Documents(documents)) = state.overlays.last_mut() {
        documents.select(movement.rows(PAGE_ROWS));
    }
    Vec::new()
}

/// Opens the selected document, or a new one with the name that was typed.
pub(super) fn open_selected(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Documents(documents)) = state.overlays.last() else { return Vec::new() };
    let title = documents.chosen_title().map(str::to_owned);
    match documents.chosen() {
        None => Vec::new(),
        Some(Err(why)) => state.say(Role::Warning, why),
        Some(Ok(document)) => {
            state.pane_mut().new_title = title.map(|title| (document.clone(), title));
            open_document(state, document)
        }
    }
}

/// Brings a document into view, whether it is open already or not.
pub(super) fn open_document(state: &mut State, document: DocumentId) -> Vec<Effect> {
    state.overlays.clear();
    state.opened_for_all.enter();
    state.people.focus = Focus::Editor;
    if state.pane_mut().show(&document) {
        return enter_protection::begin(state).into_iter().collect();
    }
    // The text that is still in view loses the focus now, since the user may have to choose a draft first.
    state.overlays.push(Overlay::Drafts(Box::new(DraftChooser::new(state.people.seat, document.clone()))));
    vec![Effect::Open { seat: state.people.seat, document }]
}

/// Handles the list of documents, or why it is not known.
pub(super) fn on_listed(state: &mut State, listed: Result<DocumentListing, String>) -> Vec<Effect> {
    if listed.is_ok() {
        state.list_ages.restart();
    }
    let again = shown_list(state).is_some_and(|documents| documents.set_listing(listed));
    if again { vec![Effect::List { seat: state.people.seat }] } else { Vec::new() }
}

/// Requests the list again if it is shown, since the documents may have changed.
pub(super) fn on_changed(state: &mut State) -> Vec<Effect> {
    let asks = shown_list(state).is_some_and(DocumentChooser::mark_outdated);
    if asks { vec![Effect::List { seat: state.people.seat }] } else { Vec::new() }
}

/// Lists the open documents that the server does not have, and has their ages told in the right words.
pub(super) fn keep_list(state: &mut State) -> Option<Effect> {
    let here = shown_list(state).is_some().then(|| here_only(state))?;
    let State { overlays, list_ages, plain, .. } = state;
    let documents = overlays.iter_mut().find_map(Overlay::documents_mut)?;
    documents.set_here(here);
    // Plain mode has printed the list already.
    let as_of = documents.as_of().filter(|_| plain.is_none())?;
    let times = documents.entries().into_iter().flatten().map(|entry| entry.updated_at);
    let (turn, after) = list_ages.set_timer(as_of, times)?;
    Some(Effect::AwaitListAge { turn, after })
}

/// Returns the documents that are open here and that the server does not have.
fn here_only(state: &State) -> Vec<LocalDocument> {
    let Some(pane) = state.people.panes.get(state.people.seat) else { return Vec::new() };
    let listed = state.overlays.iter().find_map(Overlay::documents).and_then(DocumentChooser::entries);
    let is_listed = |id: &DocumentId| listed.into_iter().flatten().any(|entry| entry.id == *id);
    let here = |work: &OpenDocument| {
        let reason = match (work.editor.last_seen(), work.editor.base()) {
            (LastSeen::Deleted(_), _) | (LastSeen::Absent, Some(_)) => AbsenceReason::Deleted,
            (LastSeen::Absent, None) => AbsenceReason::New,
            // The next list will have it, or it is not known whether the server does.
            (LastSeen::Version { .. } | LastSeen::Unknown, _) => return None,
        };
        let (id, title) = (work.editor.id().clone(), work.editor.mine().title.clone());
        Some(LocalDocument { id, title, reason })
    };
    pane.documents().iter().filter(|work| !is_listed(work.editor.id())).filter_map(here).collect()
}

/// Returns the list, if it is among the overlays.
pub(super) fn shown_list(state: &mut State) -> Option<&mut DocumentChooser> {
    state.overlays.iter_mut().find_map(Overlay::documents_mut)
}
