//! What is typed for a document before it is open: it is kept, and becomes part of the text.

use editor::Draft;
use terminal::edit::Edit;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::drafts::first_line;
use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::plain::waiting_lines;
use crate::state::{Focus, State};

/// Types a text for the document that is being opened, before anything of it is here. Returns false if none is being
/// opened, or if its drafts have the keys.
///
/// Three files are no text before they are seen, and text is never a decision: what is typed there early is kept to be
/// pasted.
pub(super) fn type_text(state: &mut State, edit: &Edit) -> bool {
    let Some(Overlay::Drafts(chooser)) = state.overlays.last() else { return type_for_the_stage(state, edit) };
    if chooser.offered().is_some() {
        return false;
    }
    let Some(pane) = state.people.panes.get_mut(chooser.seat) else { return false };
    if *edit == Edit::Newline && pane.typed_ahead(&chooser.document).is_none() {
        // The key that opened it, pressed twice.
        return true;
    }
    pane.ahead(&chooser.document).buffer.apply(edit, &mut state.clipboard.register);
    true
}

/// Types a text for the document that the stage opens by itself, before it is there. False if that is not awaited.
fn type_for_the_stage(state: &mut State, edit: &Edit) -> bool {
    if !state.overlays.is_empty() || state.people.focus != Focus::Editor {
        return false;
    }
    let Some(pane) = state.people.panes.get_mut(state.people.seat).filter(|pane| pane.document().is_none()) else {
        return false;
    };
    let Some(document) = pane.opens_first.clone() else { return false };
    if *edit == Edit::Newline && pane.typed_ahead(&document).is_none() {
        // The key that chose free play, pressed twice.
        return true;
    }
    pane.ahead(&document).buffer.apply(edit, &mut state.clipboard.register);
    true
}

/// Whether the user has begun to choose among the drafts in front.
pub(super) fn is_choosing(state: &State) -> bool {
    matches!(state.overlays.last(), Some(Overlay::Drafts(chooser)) if chooser.is_in_use())
}

/// Types a text for the document whose drafts are in front, and says so. The list opens by itself: a user who types on
/// without looking means the text. Returns false if no drafts are in front.
pub(super) fn type_behind_the_list(state: &mut State, edit: &Edit) -> bool {
    let Some(Overlay::Drafts(chooser)) = state.overlays.last() else { return false };
    let document = chooser.document.clone();
    let Some(pane) = state.people.panes.get_mut(chooser.seat) else { return false };
    pane.ahead(&document).buffer.apply(edit, &mut state.clipboard.register);
    if let Some(typed) = pane.typed_ahead(&document) {
        let first = first_line(&typed);
        let words =
            format!("typed in front of the drafts: '{}'; it goes into the text that you begin with", sanitize(&first));
        state.say(Role::Warning, words);
    }
    true
}

/// Wants a save of the document that is being opened, and says what becomes of that. Returns false if none is being
/// opened.
///
/// It is carried out as any save that waits for a response: once the document has been read, and if nothing came in
/// that the user has not seen.
pub(super) fn save(state: &mut State) -> bool {
    let Some(Overlay::Drafts(chooser)) = state.overlays.last() else { return false };
    let (seat, document, is_offered) = (chooser.seat, chooser.document.clone(), chooser.offered().is_some());
    let words = if is_offered {
        "nothing is open to be saved; first choose what to go on with".to_owned()
    } else if state.is_files() {
        "the files are not read yet; nothing is written before you have seen the merge".to_owned()
    } else {
        if let Some(pane) = state.people.panes.get_mut(seat) {
            pane.ahead(&document).saves = true;
        }
        format!("{document} is not here yet; what you type is saved once it is, unless it has another text")
    };
    state.say(Role::Info, words);
    true
}

/// Has all kept that waits for documents which are being opened: what is typed for them, and the lines of plain mode.
pub(super) fn keep(state: &mut State) -> Vec<Effect> {
    if !state.disk.keeps_drafts {
        return Vec::new();
    }
    let is_files = state.is_files();
    let lines = waiting_lines(state);
    let opening = state.draft_chooser().map(|chooser| (chooser.seat, chooser.document.clone()));
    if let Some((seat, document)) = opening.as_ref().filter(|_| lines.is_some())
        && let Some(pane) = state.people.panes.get_mut(*seat)
    {
        pane.ahead(document);
    }
    let mut effects = Vec::new();
    for (seat, pane) in state.people.panes.iter_mut().enumerate() {
        for ahead in pane.aheads_mut() {
            let is_opening = opening.as_ref().is_some_and(|(of, document)| *of == seat && *document == ahead.document);
            let lines = lines.clone().filter(|_| is_opening);
            // Files take no text before they are read.
            let (typed, unread) = if is_files { (None, ahead.text().or(lines)) } else { (ahead.text(), lines) };
            let is_empty = typed.is_none() && unread.is_none();
            let draft = (!is_empty).then(|| Draft::for_unplaced_text(&ahead.document, typed, unread));
            effects.extend(ahead.keep(seat, draft));
        }
    }
    effects
}
