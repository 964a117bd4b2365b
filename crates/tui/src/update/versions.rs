//! The versions of a document: the keys of their views, and when they are requested.
//!
//! Nothing in here writes: a version that the user takes into their text is saved like any other edit. A version that
//! is restored at once is written in `restore`.

use ::editor::{Guard, LastSeen, WorkingCopy};
use contract::{ApiPath, DocumentId, Exchange, Snapshot, Version};
use terminal::line_input::LineInput;
use terminal::theme::Role;

use super::editor::with_document;
use crate::action::{Action, Context, VersionAction};
use crate::content::version;
use crate::effect::Effect;
use crate::event::ReadFailure;
use crate::layout;
use crate::overlay::Overlay;
use crate::pane::Pane;
use crate::scroll::{Movement, Scroll};
use crate::state::State;
use crate::versions::detail::{Counterpart, VersionDetail, VersionText};
use crate::versions::{VersionFilterPrompt, VersionsView};

/// The number of versions that a page key moves by.
const PAGE_ROWS: isize = 5;

/// The rows above a change that the user has moved to.
const ROWS_ABOVE_CHANGE: usize = 2;

/// Carries out an action of the versions.
pub(super) fn act(state: &mut State, action: VersionAction) -> Vec<Effect> {
    match action {
        VersionAction::Filter => open_filter(state),
        VersionAction::Mark => {
            if let Some(Overlay::Versions(versions)) = state.overlays.last_mut() {
                versions.toggle_mark();
            }
        }
        VersionAction::NextDifference => step(state, true),
        VersionAction::PreviousDifference => step(state, false),
    }
    Vec::new()
}

/// Shows the versions of the document in view, or of the one that is selected in the list of documents.
///
/// Esc then leads back to that list.
pub(super) fn open_list(state: &mut State) -> Vec<Effect> {
    let document = match state.overlays.last() {
        Some(Overlay::Documents(_)) => state.selected_document(),
        _ => state.document_in_view(),
    };
    document.map_or_else(Vec::new, |document| open_list_of(state, document))
}

/// Shows the versions of a document, whether or not it is open, and requests them.
fn open_list_of(state: &mut State, document: DocumentId) -> Vec<Effect> {
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

/// Compares the selected version with the marked one.
///
/// Without a mark, it is compared with the user's text or, if the document is not open, with the newest version. If a
/// version is shown already, it switches between the comparison and the full text.
pub(super) fn compare(state: &mut State) -> Vec<Effect> {
    if let Some(Overlay::Version(one)) = state.overlays.last_mut() {
        one.toggle_comparison();
        return Vec::new();
    }
    show_selected(state, true)
}

pub(super) fn show_selected(state: &mut State, beside: bool) -> Vec<Effect> {
    let seat = state.people.seat;
    let is_mine = |document: &DocumentId| my_text(state, document).is_some();
    let Some(Overlay::Versions(versions)) = state.overlays.last() else { return Vec::new() };
    let Some(version) = versions.chosen().map(|told| &told.version) else { return Vec::new() };
    let (document, number) = (versions.document.clone(), version.version);
    let other = match versions.marked().filter(|marked| *marked != number) {
        Some(marked) => Some(marked),
        None if is_mine(&document) => None,
        None => versions.counterpart_of(number),
    };
    let mut one = VersionDetail::new(document.clone(), number, version.deleted);
    one.counterpart = match other {
        Some(number) => Some(Counterpart::Version { number, text: VersionText::Coming }),
        None => is_mine(&document).then_some(Counterpart::MyText),
    };
    one.beside = beside && one.counterpart.is_some();
    one.guard = versions.restore_guard();
    let wanted = [(!version.deleted).then_some(number), other];
    state.overlays.push(Overlay::Version(Box::new(one)));
    let read = |number| Effect::ReadVersion { seat, document: document.clone(), number };
    wanted.into_iter().flatten().map(read).collect()
}

/// Shows the version with this number, whether or not the list is open.
pub(super) fn show(state: &mut State, number: u64) -> Vec<Effect> {
    let Some(document) = state.document().map(|work| work.editor.id().clone()) else { return Vec::new() };
    let mut one = VersionDetail::new(document.clone(), number, false);
    one.counterpart = Some(Counterpart::MyText);
    // Without a list, the user has seen the version that the status line names.
    one.guard = state.document().and_then(|work| match work.editor.last_seen() {
        LastSeen::Version { etag, .. } => Some(Guard::IfMatch(etag.clone())),
        LastSeen::Deleted(_) => Some(Guard::IfNoneMatchAny),
        LastSeen::Unknown | LastSeen::Absent => None,
    });
    state.overlays.push(Overlay::Version(Box::new(one)));
    vec![Effect::ReadVersion { seat: state.people.seat, document, number }]
}

/// Moves to the next or the previous change of a comparison.
fn step(state: &mut State, is_down: bool) {
    let width = layout::overlay_width(state);
    let Some(Overlay::Version(one)) = state.overlays.last_mut() else { return };
    let Some(change) = one.step(is_down) else { return };
    let Some(Overlay::Version(one)) = state.overlays.last() else { return };
    let row = version::lines(state, one, width).changes.get(change).copied().unwrap_or_default();
    if let Some(Overlay::Version(one)) = state.overlays.last_mut() {
        one.scroll = Scroll::to(row.saturating_sub(ROWS_ABOVE_CHANGE));
    }
}

/// Opens the prompt for a filter, with the present filter in it.
fn open_filter(state: &mut State) {
    let Some(Overlay::Versions(versions)) = state.overlays.last() else { return };
    let before = versions.filter().to_owned();
    let line = LineInput::proposing(&before);
    state.overlays.push(Overlay::VersionFilter(Box::new(VersionFilterPrompt { line, before })));
}

/// Applies the filter as far as it is typed, so that the list below the prompt shows its effect.
pub(super) fn preview_filter(state: &mut State) {
    if let [.., Overlay::Versions(versions), Overlay::VersionFilter(prompt)] = state.overlays.as_mut_slice() {
        versions.set_filter(prompt.line.text());
    }
}

/// Closes the prompt and keeps its filter.
pub(super) fn apply_filter(state: &mut State) -> Vec<Effect> {
    preview_filter(state);
    state.overlays.pop();
    Vec::new()
}

/// Closes the prompt and brings the earlier filter back or, without a prompt, removes the filter.
///
/// Returns false if there is neither.
pub(super) fn reset_filter(state: &mut State) -> bool {
    let (versions, filter) = match state.overlays.as_mut_slice() {
        [.., Overlay::Versions(versions), Overlay::VersionFilter(prompt)] => (versions, prompt.before.clone()),
        [.., Overlay::Versions(versions)] if !versions.filter().is_empty() => (versions, String::new()),
        _ => return false,
    };
    versions.set_filter(&filter);
    state.overlays.pop_if(|screen| matches!(screen, Overlay::VersionFilter(_)));
    true
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
        Overlay::Version(one) if one.document == *document => Some(one),
        _ => None,
    });
    if let Some(one) = wanted {
        one.on_read(number, read);
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
    let shown = state.overlays.iter().find_map(|screen| match screen {
        Overlay::Versions(versions) => Some(versions.document.clone()),
        _ => None,
    });
    shown.map_or_else(Vec::new, |document| on_changed(state, &document))
}

/// Returns the list of the document's versions, if it is among the overlays.
pub(super) fn shown_list<'a>(state: &'a mut State, document: &DocumentId) -> Option<&'a mut VersionsView> {
    state.overlays.iter_mut().find_map(|screen| match screen {
        Overlay::Versions(versions) if versions.document == *document => Some(&mut **versions),
        _ => None,
    })
}

/// Updates the comparison of a version with another text.
pub(super) fn follow_texts(state: &mut State) {
    let seat = state.people.seat;
    let Some(Overlay::Version(one)) = state.overlays.last_mut() else { return };
    // A room has no editor, and the version may be one of a document that is not open.
    let work = state.people.panes.get(seat).and_then(Pane::document).filter(|work| *work.editor.id() == one.document);
    one.follow(work.map(|work| work.editor.mine()));
}

/// Returns the user's text of a document if it is the one in view.
fn my_text<'a>(state: &'a State, document: &DocumentId) -> Option<&'a WorkingCopy> {
    state.document().filter(|work| work.editor.id() == document).map(|work| work.editor.mine())
}
