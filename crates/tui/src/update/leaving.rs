//! Leaving: what has to be saved or kept before it, and where it leads to.

use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::gate;
use crate::action::{Action, Context};
use crate::drafts::first_line;
use crate::effect::Effect;
use crate::open_document::OpenDocument;
use crate::overlay::Overlay;
use crate::pane::Pane;
use crate::state::{Focus, SessionEnd, StageNext, State};
use crate::unsaved::{is_draft_pending, text_in_danger};

/// Ends this session, after asking if something is unsaved.
pub(super) fn leave(state: &mut State, to: SessionEnd) -> Vec<Effect> {
    if state.has_unsaved_text() {
        if state.context() != Context::Unsaved {
            state.leaving.way_out = to;
            state.overlays.push(Overlay::Unsaved);
        }
        return Vec::new();
    }
    if let Some(text) = state.clipboard.kept.take() {
        let [leave, paste] = [Action::Quit, Action::Paste].map(|action| state.hint_for(action, Context::Text));
        let first = sanitize(&first_line(&text)).into_owned();
        let words = format!("pasted and in no text yet: '{first}'; {paste} pastes it in a text, {leave} leaves");
        return state.say(Role::Warning, words);
    }
    state.leaving.ended = Some(to);
    // All is saved, so what was cut on the way there is let go.
    let works = state.people.panes.iter_mut().flat_map(Pane::documents_mut);
    works.flat_map(OpenDocument::let_go_of_aside).collect()
}

/// To the menu: the mark is at the lesson that is left or, after free play, at the last row.
pub(super) fn to_menu(state: &mut State) -> Vec<Effect> {
    let lesson = state.lesson.course.as_ref().map_or(usize::MAX, |course| course.run.lesson);
    leave(state, SessionEnd::Next(StageNext::Menu(lesson)))
}

/// Gives the keys back to the text from which a question was entered. Otherwise it goes to the menu.
pub(super) fn leave_lesson(state: &mut State) -> Vec<Effect> {
    let is_entered = state.lesson.course.as_mut().is_some_and(|course| std::mem::take(&mut course.is_entered));
    if !is_entered {
        return to_menu(state);
    }
    state.people.focus = Focus::Editor;
    Vec::new()
}

/// Saves everything that is unsaved. The session ends when the responses are here, if they are good.
pub(super) fn save_and_leave(state: &mut State) -> Vec<Effect> {
    state.overlays.pop();
    if state.documents().any(|work| work.manual_text().is_some()) {
        // It is in no text that could be saved.
        let words = "not saved: what you write by hand in the merge is not taken yet; F9 enters it";
        return state.say(Role::Warning, words.to_owned());
    }
    state.leaving.waits_for_saves = true;
    let works = state.people.panes.iter_mut().flat_map(Pane::documents_mut);
    let unsaved = works.filter(|work| work.editor.has_unsaved());
    // As by the key: what the user has not seen is not sent, and the program stays.
    let saves: Vec<_> = unsaved.flat_map(OpenDocument::save).collect();
    // A save that waits at the gate would keep its writer waiting too.
    gate::leave(state).into_iter().chain(saves).collect()
}

/// Leaves without saving: at once, or as soon as all that is unsaved is on the disk as drafts, or elsewhere.
pub(super) fn abandon(state: &mut State) -> Vec<Effect> {
    if state.disk.keeps_drafts {
        state.leaving.waits_for_drafts = true;
    } else {
        state.leaving.ended = Some(state.leaving.way_out.clone());
    }
    Vec::new()
}

/// Ends the session once everything is saved that should be; stays if a save did not go through.
pub(super) fn leave_when_saved(state: &mut State) {
    if !state.leaving.waits_for_saves || state.documents().any(|work| work.editor.is_busy()) {
        return;
    }
    state.leaving.waits_for_saves = false;
    if state.documents().any(|work| work.editor.has_unsaved()) {
        state.say(Role::Warning, "not everything could be saved; see what the editor says".to_owned());
    } else {
        state.leaving.ended = Some(state.leaving.way_out.clone());
    }
}

/// Ends the session as soon as it can end without losing a word; stays if a draft turns out not to be written.
pub(super) fn leave_when_kept(state: &mut State) {
    if !state.leaving.waits_for_drafts {
        return;
    }
    let asks = matches!(state.overlays.last(), Some(Overlay::Unsaved));
    if !asks || text_in_danger(state).is_some() {
        state.leaving.waits_for_drafts = false;
    } else if !is_draft_pending(state) {
        state.leaving.waits_for_drafts = false;
        state.leaving.ended = Some(state.leaving.way_out.clone());
    }
}
