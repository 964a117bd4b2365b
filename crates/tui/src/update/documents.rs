//! The list of documents: its keys, and when it is requested.

use client::DocumentListing;
use contract::DocumentId;
use terminal::theme::Role;

use crate::documents::DocumentChooser;
use crate::drafts::DraftChooser;
use crate::effect::Effect;
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
    state.people.focus = Focus::Editor;
    if state.pane_mut().show(&document) {
        return Vec::new();
    }
    // The text that is still in view loses the focus now, since the user may have to choose a draft first.
    state.overlays.push(Overlay::Drafts(Box::new(DraftChooser::new(state.people.seat, document.clone()))));
    vec![Effect::Open { seat: state.people.seat, document }]
}

/// Handles the list of documents, or why it is not known.
pub(super) fn on_listed(state: &mut State, listed: Result<DocumentListing, String>) -> Vec<Effect> {
    let again = shown_list(state).is_some_and(|documents| documents.set_listing(listed));
    if again { vec![Effect::List { seat: state.people.seat }] } else { Vec::new() }
}

/// Requests the list again if it is shown, since the documents may have changed.
pub(super) fn on_changed(state: &mut State) -> Vec<Effect> {
    let asks = shown_list(state).is_some_and(DocumentChooser::mark_outdated);
    if asks { vec![Effect::List { seat: state.people.seat }] } else { Vec::new() }
}

/// Returns the list, if it is among the overlays.
pub(super) fn shown_list(state: &mut State) -> Option<&mut DocumentChooser> {
    state.overlays.iter_mut().find_map(|screen| match screen {
        Overlay::Documents(documents) => Some(&mut **documents),
        _ => None,
    })
}
