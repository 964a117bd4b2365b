//! Text that is typed before its document is open: it is kept, and becomes part of the document.

use editor::Draft;
use terminal::edit::Edit;
use terminal::theme::Role;

use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::plain::waiting_lines;
use crate::state::{Focus, State};

/// Applies an edit to the text ahead of the document that is being opened.
///
/// Returns false if no document is being opened, or if its drafts are offered. In a merge of files, the text ahead is
/// kept for pasting: inserted unseen, it would change a file.
pub(super) fn type_text(state: &mut State, edit: &Edit) -> bool {
    let Some(Overlay::Drafts(chooser)) = state.overlays.last() else { return type_for_the_stage(state, edit) };
    if chooser.offered().is_some() {
        return false;
    }
    let Some(pane) = state.people.panes.get_mut(chooser.seat) else { return false };
    if *edit == Edit::Newline && pane.typed_ahead(&chooser.document).is_none() {
        // This is the key that opened the document, pressed twice.
        return true;
    }
    pane.ahead(&chooser.document).buffer.apply(edit, &mut state.clipboard.register);
    true
}

/// Applies an edit to the text ahead of the document that the stage opens by itself.
///
/// Returns false if no such document is awaited.
fn type_for_the_stage(state: &mut State, edit: &Edit) -> bool {
    if !state.overlays.is_empty() || state.people.focus != Focus::Editor {
        return false;
    }
    let Some(pane) = state.people.panes.get_mut(state.people.seat).filter(|pane| pane.document().is_none()) else {
        return false;
    };
    let Some(document) = pane.opens_first.clone() else { return false };
    if *edit == Edit::Newline && pane.typed_ahead(&document).is_none() {
        // This is the key that began free play, pressed twice.
        return true;
    }
    pane.ahead(&document).buffer.apply(edit, &mut state.clipboard.register);
    true
}

/// Requests a save of the document that is being opened, and says when it is sent.
///
/// Like every save that waits for a response, it is sent once the document was read, unless that brought text that the
/// user has not seen. Returns false if no document is being opened.
pub(super) fn save(state: &mut State) -> bool {
    let Some(Overlay::Drafts(chooser)) = state.overlays.last() else { return false };
    let (seat, document, is_offered) = (chooser.seat, chooser.document.clone(), chooser.offered().is_some());
    let words = if is_offered {
        "no document is open yet; first choose a draft, or start without one".to_owned()
    } else if state.is_files() {
        "the files are not read yet; nothing is written before you have seen the merge".to_owned()
    } else {
        if let Some(pane) = state.people.panes.get_mut(seat) {
            pane.ahead(&document).saves = true;
        }
        format!(
            "{document} is still loading; what you type is saved once it is here, unless it already has another text"
        )
    };
    state.say(Role::Info, words);
    true
}

/// Keeps in drafts the text that is typed ahead of documents, and the waiting lines of plain mode.
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
            // In a merge of files, typed text is not inserted.
            let (typed, unread) = if is_files { (None, ahead.text().or(lines)) } else { (ahead.text(), lines) };
            let is_empty = typed.is_none() && unread.is_none();
            let draft = (!is_empty).then(|| Draft::for_unplaced_text(&ahead.document, typed, unread));
            effects.extend(ahead.keep(seat, draft));
        }
    }
    effects
}
