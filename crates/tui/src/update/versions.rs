//! The versions on the screen: when they are asked for, and what the keys do among them.
//!
//! Nothing in here writes. A version that is brought back becomes my edit, and the save that follows is one like any
//! other.

use client::ApiPath;
use contract::{DocumentId, Exchange, Snapshot, Version};
use terminal::theme::Role;

use super::actions::{off, with_work};
use super::note;
use crate::action::{Action, Context};
use crate::availability::why_unavailable;
use crate::effect::Effect;
use crate::event::ReadFailure;
use crate::overlay::Overlay;
use crate::state::State;
use crate::versions::VersionsView;
use crate::versions::detail::VersionDetail;

/// Shows the versions of the document in view.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    if let Some(why) = why_unavailable(Action::Versions, state) {
        return off(state, &why);
    }
    let Some(document) = state.document().map(|work| work.editor.id().clone()) else { return Vec::new() };
    state.screens.push(Overlay::Versions(Box::new(VersionsView::loading(document.clone()))));
    vec![Effect::ListVersions { seat: state.seat, document }]
}

/// Does the action in the list.
pub(super) fn in_the_list(state: &mut State, action: Action) -> Vec<Effect> {
    if let Some(why) = why_unavailable(action, state) {
        return off(state, &why);
    }
    let Some(Overlay::Versions(versions)) = state.screens.last_mut() else { return Vec::new() };
    match action {
        Action::Up => versions.select(-1),
        Action::Down => versions.select(1),
        Action::PageUp => versions.select(-5),
        Action::PageDown => versions.select(5),
        Action::First => versions.select(isize::MIN),
        Action::Last => versions.select(isize::MAX),
        Action::Open => return look(state, false),
        Action::Compare => return look(state, true),
        _ => {}
    }
    Vec::new()
}

/// Shows the version that is selected, whole or beside my text.
fn look(state: &mut State, beside: bool) -> Vec<Effect> {
    let Some(Overlay::Versions(versions)) = state.screens.last() else { return Vec::new() };
    let Some(version) = versions.chosen().map(|told| &told.version) else { return Vec::new() };
    let (document, number, deleted) = (versions.document.clone(), version.version, version.deleted);
    state.screens.push(Overlay::Version(Box::new(VersionDetail::new(document.clone(), number, deleted, beside))));
    if deleted { Vec::new() } else { vec![Effect::ReadVersion { seat: state.seat, document, number }] }
}

/// Looks at the version with that number, whether the list is there or not.
pub(crate) fn read_out(state: &mut State, number: u64) -> Vec<Effect> {
    let Some(document) = state.document().map(|work| work.editor.id().clone()) else { return Vec::new() };
    state.screens.push(Overlay::Version(Box::new(VersionDetail::new(document.clone(), number, false, false))));
    vec![Effect::ReadVersion { seat: state.seat, document, number }]
}

/// Does the action with the version that is looked at.
pub(super) fn in_one(state: &mut State, action: Action) -> Vec<Effect> {
    if let Some(why) = why_unavailable(action, state) {
        return off(state, &why);
    }
    let Some(Overlay::Version(one)) = state.screens.last_mut() else { return Vec::new() };
    if let (Action::BringBack, Some(snapshot)) = (action, one.snapshot().cloned()) {
        return bring_back(state, snapshot);
    }
    one.toggle_comparison();
    Vec::new()
}

/// Makes the version my edit, and leads back to the text where it stands now.
fn bring_back(state: &mut State, snapshot: Snapshot) -> Vec<Effect> {
    state.screens.clear();
    let back = state.document().map(|work| work.undo_action_for(&snapshot.document.content));
    let effects = with_work(state, |work, register| work.bring_back(snapshot, register));
    if let Some(back) = back {
        let [save, back] = [Action::Save, back].map(|action| state.hint_for(action, Context::Text));
        let words = format!("{save} saves it; {back} brings back what was here");
        note(state, Role::Info, words);
    }
    effects
}

/// The list came.
pub(super) fn listed(state: &mut State, document: &DocumentId, listed: Result<Vec<Version>, String>) -> Vec<Effect> {
    let seat = state.seat;
    let again = shown(state, document).is_some_and(|versions| versions.set_versions(listed));
    if again { vec![Effect::ListVersions { seat, document: document.clone() }] } else { Vec::new() }
}

/// The text of a version came.
pub(super) fn read(state: &mut State, document: &DocumentId, number: u64, read: Result<Box<Snapshot>, ReadFailure>) {
    let wanted = state.screens.iter_mut().rev().find_map(|screen| match screen {
        Overlay::Version(one) if one.document == *document && one.number == number => Some(one),
        _ => None,
    });
    if let Some(one) = wanted {
        one.on_read(read);
    }
}

/// The document has a new version, or may have: the list is asked for, where it is on the screen.
pub(super) fn changed(state: &mut State, document: &DocumentId) -> Vec<Effect> {
    let seat = state.seat;
    let asks = shown(state, document).is_some_and(VersionsView::mark_outdated);
    if asks { vec![Effect::ListVersions { seat, document: document.clone() }] } else { Vec::new() }
}

/// The same where an exchange came to its end that may have written. In a lesson nobody listens to events, and an
/// answer that was lost says nothing of what was done.
pub(super) fn exchanged(state: &mut State, exchange: &Exchange) -> Vec<Effect> {
    let ended = exchange.status.is_some() || exchange.lost.is_some();
    let reads = matches!(exchange.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    let target = ApiPath::parse(&exchange.target).filter(|_| ended && !reads);
    target.as_ref().and_then(ApiPath::document).map_or_else(Vec::new, |document| changed(state, document))
}

/// The server is there again, and may be another.
pub(super) fn found_again(state: &mut State) -> Vec<Effect> {
    let document = state.document().map(|work| work.editor.id().clone());
    document.map_or_else(Vec::new, |document| changed(state, &document))
}

/// The versions of that document, where they are on the screen or below what is.
fn shown<'a>(state: &'a mut State, document: &DocumentId) -> Option<&'a mut VersionsView> {
    state.screens.iter_mut().find_map(|screen| match screen {
        Overlay::Versions(versions) if versions.document == *document => Some(&mut **versions),
        _ => None,
    })
}

/// Keeps a comparison with my text in step with my text.
pub(super) fn follow(state: &mut State) {
    let seat = state.seat;
    let Some(Overlay::Version(one)) = state.screens.last_mut() else { return };
    if let Some(work) = state.panes[seat].document() {
        one.follow(work.editor.mine());
    }
}
