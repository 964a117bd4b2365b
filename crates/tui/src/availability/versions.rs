//! Why nothing can be done with the version that is selected or shown.

use contract::DocumentId;
use editor::{Command, Guard};
use terminal::sanitize::sanitize;

use crate::action::{Action, Context, VersionAction};
use crate::overlay::Overlay;
use crate::state::State;
use crate::versions::VersionsView;
use crate::versions::detail::{RestoreProgress, VersionDetail, VersionText};

/// Returns why an action of the versions is unavailable, or `None` if it is available.
///
/// The help or the palette may be the topmost overlay: the action is about the overlay below.
pub(super) fn why_unavailable(action: Action, state: &State) -> Option<String> {
    let of_screen = |screen: &Overlay| match screen {
        Overlay::Versions(versions) => Some(of_list(action, state, versions)),
        Overlay::Version(one) => Some(of_version(action, state, one)),
        _ => None,
    };
    state.overlays.iter().rev().find_map(of_screen).flatten()
}

fn of_list(action: Action, state: &State, versions: &VersionsView) -> Option<String> {
    let is_empty = versions.history().is_none_or(<[_]>::is_empty);
    if is_empty {
        return Some("there is no version".to_owned());
    }
    if action == Action::Version(VersionAction::Filter) {
        return None;
    }
    let Some(version) = versions.chosen().map(|told| &told.version) else {
        return Some("no version is selected".to_owned());
    };
    match action {
        Action::Compare | Action::Version(VersionAction::Mark) | Action::RestoreVersion if version.deleted => {
            Some(is_a_delete())
        }
        Action::RestoreVersion if versions.selected() == Some(0) => Some(is_current()),
        Action::RestoreVersion => why_no_write(state, &versions.document),
        Action::Compare if versions.marked() == Some(version.version) => {
            Some("this is the marked version: select another one".to_owned())
        }
        Action::Compare if versions.marked().is_none() => {
            let has_my_text = state.document().is_some_and(|work| *work.editor.id() == versions.document);
            let has_other = has_my_text || versions.counterpart_of(version.version).is_some();
            (!has_other).then(nothing_to_compare)
        }
        _ => None,
    }
}

fn of_version(action: Action, state: &State, one: &VersionDetail) -> Option<String> {
    let text = match &one.text {
        VersionText::Coming => return Some("its text is loading".to_owned()),
        VersionText::Deleted => return Some(is_a_delete()),
        VersionText::Removed => return Some("the server has removed the text of this version".to_owned()),
        VersionText::Unknown(why) => return Some(sanitize(why).into_owned()),
        VersionText::Here(text) => text,
    };
    match action {
        Action::Compare => one.counterpart.is_none().then(nothing_to_compare),
        Action::Version(VersionAction::NextDifference | VersionAction::PreviousDifference) => match one.comparison() {
            None => {
                let compare = state.hint_for(Action::Compare, Context::Version);
                Some(format!("no comparison is shown; {compare} shows it"))
            }
            Some(comparison) => comparison.changes.is_empty().then(|| "there is no change".to_owned()),
        },
        Action::RestoreVersion => match &one.guard {
            _ if one.restore != RestoreProgress::No => Some("it is being restored".to_owned()),
            None => {
                let versions = state.hint_for(Action::Versions, Context::Text);
                Some(format!("the newest version is not known; {versions} in the text shows it"))
            }
            Some(Guard::IfMatch(newest)) if text.etag == *newest => Some(is_current()),
            Some(_) => why_no_write(state, &one.document),
        },
        Action::BringBack if state.document().is_some_and(|work| *work.editor.id() != one.document) => {
            Some(format!("{} is not the document in view", one.document))
        }
        Action::BringBack => {
            let Some(work) = state.document() else { return Some("no document is open".to_owned()) };
            let command = Command::BringBack { etag: text.etag.clone(), document: Box::new(text.document.clone()) };
            work.editor.why_unavailable(&command).map(|why| why.to_string())
        }
        _ => None,
    }
}

/// Returns why the user cannot write a version of a document now.
///
/// The version would replace the text in their editor.
fn why_no_write(state: &State, document: &DocumentId) -> Option<String> {
    let Some(pane) = state.people.panes.get(state.people.seat) else {
        return Some("a room is watched without an editor".to_owned());
    };
    let work = pane.documents().iter().find(|work| work.editor.id() == document)?;
    if work.editor.is_busy() {
        return Some("a request is under way".to_owned());
    }
    work.editor.has_text_of_its_own().then(|| {
        let save = state.hint_for(Action::Save, Context::Text);
        let edit = state.hint_for(Action::BringBack, Context::Version);
        format!("my text is not saved: first {save} in the text; or {edit} in the version makes it my edit")
    })
}

fn is_current() -> String {
    "this is the current version".to_owned()
}

fn is_a_delete() -> String {
    "this version is a delete, and has no text".to_owned()
}

fn nothing_to_compare() -> String {
    "there is nothing to compare it with".to_owned()
}
