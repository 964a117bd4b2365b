//! The versions on the screen: when they are requested, and what the keys do among them.
//!
//! Nothing in here writes. A version that is brought back becomes my edit, and the save that follows is one like any
//! other.

use contract::{ApiPath, DocumentId, Exchange, Snapshot, Version};
use terminal::theme::Role;

use super::editor::with_document;
use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::event::ReadFailure;
use crate::overlay::Overlay;
use crate::scroll::Movement;
use crate::state::State;
use crate::versions::VersionsView;
use crate::versions::detail::VersionDetail;

/// How many versions a page key moves by.
const PAGE_ROWS: isize = 5;

/// Shows the versions of the document in view, and requests them.
pub(super) fn open_list(state: &mut State) -> Vec<Effect> {
    let Some(document) = state.document().map(|work| work.editor.id().clone()) else { return Vec::new() };
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

/// Shows the selected version whole.
pub(super) fn open_selected(state: &mut State) -> Vec<Effect> {
    show_selected(state, false)
}

/// Puts the selected version beside my text; the one that is shown, or shows it whole again.
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

/// Shows the version with that number, whether the list is there or not.
pub(super) fn show(state: &mut State, number: u64) -> Vec<Effect> {
    let Some(document) = state.document().map(|work| work.editor.id().clone()) else { return Vec::new() };
    state.overlays.push(Overlay::Version(Box::new(VersionDetail::new(document.clone(), number, false, false))));
    vec![Effect::ReadVersion { seat: state.people.seat, document, number }]
}

/// Makes the version that is shown my edit, and leads back to the text.
pub(super) fn bring_back(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Version(one)) = state.overlays.last() else { return Vec::new() };
    let Some(snapshot) = one.snapshot().cloned() else { return Vec::new() };
    state.overlays.clear();
    let back = state.document().map(|work| work.undo_action_for(&snapshot.document.content));
    let effects = with_document(state, |work, register| work.bring_back(snapshot, register));
    if let Some(back) = back {
        let [save, back] = [Action::Save, back].map(|action| state.hint_for(action, Context::Text));
        let words = format!("{save} saves it; {back} brings back what was here");
        state.say(Role::Info, words);
    }
    effects
}

/// The list has come, or why it is not known.
pub(super) fn on_listed(state: &mut State, document: &DocumentId, listed: Result<Vec<Version>, String>) -> Vec<Effect> {
    let seat = state.people.seat;
    let again = shown_list(state, document).is_some_and(|versions| versions.set_versions(listed));
    if again { vec![Effect::ListVersions { seat, document: document.clone() }] } else { Vec::new() }
}

/// The text of a version has come, or why it is not known.
pub(super) fn on_read(state: &mut State, document: &DocumentId, number: u64, read: Result<Box<Snapshot>, ReadFailure>) {
    let wanted = state.overlays.iter_mut().rev().find_map(|screen| match screen {
        Overlay::Version(one) if one.document == *document && one.number == number => Some(one),
        _ => None,
    });
    if let Some(one) = wanted {
        one.on_read(read);
    }
}

/// The document has a new version, or may have: the list is requested again if it is shown.
pub(super) fn on_changed(state: &mut State, document: &DocumentId) -> Vec<Effect> {
    let seat = state.people.seat;
    let asks = shown_list(state, document).is_some_and(VersionsView::mark_outdated);
    if asks { vec![Effect::ListVersions { seat, document: document.clone() }] } else { Vec::new() }
}

/// An exchange ended that may have written. In a lesson no client listens to events, and a response that was lost says
/// nothing of what was done.
pub(super) fn on_exchange(state: &mut State, exchange: &Exchange) -> Vec<Effect> {
    let ended = exchange.status.is_some() || exchange.lost.is_some();
    let reads = matches!(exchange.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    let target = ApiPath::parse(&exchange.target).filter(|_| ended && !reads);
    target.as_ref().and_then(ApiPath::document).map_or_else(Vec::new, |document| on_changed(state, document))
}

/// The server is there again, and may be another.
pub(super) fn on_connected(state: &mut State) -> Vec<Effect> {
    let document = state.document().map(|work| work.editor.id().clone());
    document.map_or_else(Vec::new, |document| on_changed(state, &document))
}

/// The versions of that document, if they are on the screen or below what is.
fn shown_list<'a>(state: &'a mut State, document: &DocumentId) -> Option<&'a mut VersionsView> {
    state.overlays.iter_mut().find_map(|screen| match screen {
        Overlay::Versions(versions) if versions.document == *document => Some(&mut **versions),
        _ => None,
    })
}

/// Keeps a comparison with my text in step with my text.
pub(super) fn follow_my_text(state: &mut State) {
    let seat = state.people.seat;
    let Some(Overlay::Version(one)) = state.overlays.last_mut() else { return };
    if let Some(work) = state.people.panes[seat].document() {
        one.follow(work.editor.mine());
    }
}
