//! The versions of a document: the keys of their views, and when they are requested.
//!
//! Nothing in here writes. A version that is brought back becomes the user's edit, and is saved like any other edit.

use contract::{ApiPath, DocumentId, Exchange, Snapshot, Version};
use terminal::theme::Role;

use super::editor::with_document;
use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::event::ReadFailure;
use crate::overlay::Overlay;
use crate::pane::Pane;
use crate::scroll::Movement;
use crate::state::State;
use crate::versions::VersionsView;
use crate::versions::detail::VersionDetail;

/// The number of versions that a page key moves by.
const PAGE_ROWS: isize = 5;

/// Shows the versions of the document in view, and requests them.
pub(super) fn open_list(state: &mut State) -> Vec<Effect> {
    let Some(document) = state.document_in_view() else { return Vec::new() };
    state.overlays.push(Overlay::Versions(Box::new(VersionsView::loading(document.clone()))));
    vec![Effect::ListVersions { seat: state.people.seat, document }]
}

/// Moves the selection.
pub(super) fn select(state: &mut State, movement: Movement) -> Vec<Effect> {
    if let Some(Overlay::Versions(versions)) = state.overlays.last_mut() {
        versions.select(movement.rows(PAGE_ROWS));
    }
    Vec::new()
}

/// Shows the selected version in full.
pub(super) fn open_selected(state: &mut State) -> Vec<Effect> {
    show_selected(state, false)
}

/// Compares the selected version with the user's text.
///
/// If a version is shown already, it switches between the comparison and the full text.
pub(super) fn compare(state: &mut State) -> Vec<Effect> {
    if let Some(Overlay::Version(one)) = state.overlays.last_mut() {
        one.toggle_comparison();
        return Vec::new();
    }
    show_selected(state, true)
}

fn show_selected(state: &mut State, beside: bool) -> Vec<Effect> {
    let Some(Overlay::Versions(versions)) = state.overlays.last() else { return Vec::new() };
    let Some(version) = versions.chosen().map(|told| &told.version) else { return Vec::new() };
    let (document, number, deleted) = (versions.document.clone(), version.version, version.deleted);
    state.overlays.push(Overlay::Version(Box::new(VersionDetail::new(document.clone(), number, deleted, beside))));
    if deleted { Vec::new() } else { vec![Effect::ReadVersion { seat: state.people.seat, document, number }] }
}

/// Shows the version with this number, whether or not the list is open.
pub(super) fn show(state: &mut State, number: u64) -> Vec<Effect> {
    let Some(document) = state.document().map(|work| work.editor.id().clone()) else { return Vec::new() };
    state.overlays.push(Overlay::Version(Box::new(VersionDetail::new(document.clone(), number, false, false))));
    vec![Effect::ReadVersion { seat: state.people.seat, document, number }]
}

/// Makes the version that is shown the user's edit, and returns to the text.
pub(super) fn bring_back(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Version(one)) = state.overlays.last() else { return Vec::new() };
    let Some(snapshot) = one.snapshot().cloned() else { return Vec::new() };
    state.overlays.clear();
    let back = state.document().map(|work| work.undo_action_for(&snapshot.document.content));
    let effects = with_document(state, |work, register| work.bring_back(snapshot, register));
    if let Some(back) = back {
        let [save, back] = [Action::Save, back].map(|action| state.hint_for(action, Context::Text));
        let words = format!("{save} saves it; {back} brings back the text that it replaced");
        state.say(Role::Info, words);
    }
    effects
}

/// Handles the list of versions, or why it is not known.
pub(super) fn on_listed(state: &mut State, document: &DocumentId, listed: Result<Vec<Version>, String>) -> Vec<Effect> {
    let seat = state.people.seat;
    let again = shown_list(state, document).is_some_and(|versions| versions.set_versions(listed));
    if again { vec![Effect::ListVersions { seat, document: document.clone() }] } else { Vec::new() }
}

/// Handles the text of a version, or why it is not known.
pub(super) fn on_read(state: &mut State, document: &DocumentId, number: u64, read: Result<Box<Snapshot>, ReadFailure>) {
    let wanted = state.overlays.iter_mut().rev().find_map(|screen| match screen {
        Overlay::Version(one) if one.document == *document && one.number == number => Some(one),
        _ => None,
    });
    if let Some(one) = wanted {
        one.on_read(read);
    }
}

/// Requests the list again if it is shown, since the document may have a new version.
pub(super) fn on_changed(state: &mut State, document: &DocumentId) -> Vec<Effect> {
    let seat = state.people.seat;
    let asks = shown_list(state, document).is_some_and(VersionsView::mark_outdated);
    if asks { vec![Effect::ListVersions { seat, document: document.clone() }] } else { Vec::new() }
}

/// Requests the list again after an exchange that may have written.
///
/// In a lesson no client listens to events, and after a lost response the write may or may not have been done.
pub(super) fn on_exchange(state: &mut State, exchange: &Exchange) -> Vec<Effect> {
    let target = ApiPath::parse(&exchange.target).filter(|_| !exchange.is_open() && !exchange.is_read());
    target.as_ref().and_then(ApiPath::document).map_or_else(Vec::new, |document| on_changed(state, document))
}

/// Requests the list again after the event stream has opened: the server may have been replaced.
pub(super) fn on_connected(state: &mut State) -> Vec<Effect> {
    let document = state.document().map(|work| work.editor.id().clone());
    document.map_or_else(Vec::new, |document| on_changed(state, &document))
}

/// Returns the list of the document's versions, if it is among the overlays.
fn shown_list<'a>(state: &'a mut State, document: &DocumentId) -> Option<&'a mut VersionsView> {
    state.overlays.iter_mut().find_map(|screen| match screen {
        Overlay::Versions(versions) if versions.document == *document => Some(&mut **versions),
        _ => None,
    })
}

/// Updates the comparison of a version with the user's text.
pub(super) fn follow_my_text(state: &mut State) {
    let seat = state.people.seat;
    let Some(Overlay::Version(one)) = state.overlays.last_mut() else { return };
    // A room has no editor.
    if let Some(work) = state.people.panes.get(seat).and_then(Pane::document) {
        one.follow(work.editor.mine());
    }
}
