//! Leaving a session: the question about unsaved text, the saves and drafts to wait for.

use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::{gate, room_overlay, room_session};
use crate::action::{Action, Context};
use crate::drafts::first_line;
use crate::effect::Effect;
use crate::lesson_session::{LessonRun, LessonSession};
use crate::open_document::OpenDocument;
use crate::overlay::Overlay;
use crate::pane::Pane;
use crate::state::{Focus, SessionEnd, StageNext, State};
use crate::unsaved::{is_draft_pending, text_in_danger};

/// Ends this session, after a question if something is unsaved.
pub(super) fn leave(state: &mut State, to: SessionEnd) -> Vec<Effect> {
    if state.has_unsaved_text() {
        if state.context() != Context::Unsaved {
            state.leaving.pending_end = to;
            state.overlays.push(Overlay::Unsaved);
        }
        return Vec::new();
    }
    if state.room.saving.delays_leaving() {
        return room_session::warn_of_save(state);
    }
    if room_overlay::asks_to_end(state) {
        return Vec::new();
    }
    if let Some(text) = state.clipboard.kept.take() {
        let [leave, paste] = [Action::Quit, Action::Paste].map(|action| state.hint_for(action, Context::Text));
        let first = sanitize(&first_line(&text)).into_owned();
        let words = format!("pasted, but in no text yet: '{first}'; {paste} pastes it in a text, {leave} leaves");
        return state.say(Role::Warning, words);
    }
    state.leaving.ended = Some(to);
    // All text is saved, so drafts need not keep what was cut from it.
    let works = state.people.panes.iter_mut().flat_map(Pane::documents_mut);
    works.flat_map(OpenDocument::let_go_of_aside).collect()
}

/// Goes to the menu, with the lesson that is left selected or, after free play, the last row.
pub(super) fn to_menu(state: &mut State) -> Vec<Effect> {
    let lesson = state.lesson.course.as_ref().map_or(usize::MAX, |course| course.run.lesson);
    leave(state, SessionEnd::Next(StageNext::Menu(lesson)))
}

/// Moves the focus back to the text from which a question was entered, or else goes to the menu.
pub(super) fn leave_lesson(state: &mut State) -> Vec<Effect> {
    let is_entered = state.lesson.course.as_mut().is_some_and(|course| std::mem::take(&mut course.is_entered));
    if !is_entered {
        return to_menu(state);
    }
    state.people.focus = Focus::Editor;
    Vec::new()
}

/// Saves all unsaved text. The session ends once all saves have succeeded.
pub(super) fn save_and_leave(state: &mut State) -> Vec<Effect> {
    state.overlays.pop();
    if state.documents().any(|work| work.manual_text().is_some()) {
        // This text is not part of the document yet, so a save would not include it.
        let enter = state.hint_for(Action::Enter, Context::Text);
        let words = format!(
            "not saved: the text that you are writing in the merge is not accepted yet; {enter} enters the merge"
        );
        return state.say(Role::Warning, words);
    }
    state.leaving.waits_for_saves = true;
    let works = state.people.panes.iter_mut().flat_map(Pane::documents_mut);
    let unsaved = works.filter(|work| work.editor.has_unsaved());
    // As with the save key: a merge that the user has not seen is not sent, and the session does not end.
    let saves: Vec<_> = unsaved.flat_map(OpenDocument::save).collect();
    // The session would never end if one of its saves waited at the gate.
    gate::leave(state).into_iter().chain(saves).collect()
}

/// Leaves without saving.
///
/// If drafts are kept, it leaves as soon as all unsaved text is on the disk as drafts, or elsewhere.
pub(super) fn abandon(state: &mut State) -> Vec<Effect> {
    if state.disk.keeps_drafts {
        state.leaving.waits_for_drafts = true;
    } else {
        state.leaving.ended = Some(state.leaving.pending_end.clone());
    }
    Vec::new()
}

/// Ends the session once the requested saves are done, unless one of them failed.
pub(super) fn leave_when_saved(state: &mut State) {
    if !state.leaving.waits_for_saves || state.documents().any(|work| work.editor.is_busy()) {
        return;
    }
    state.leaving.waits_for_saves = false;
    if state.documents().any(|work| work.editor.has_unsaved()) {
        state.say(Role::Warning, "not everything could be saved; the editor says why".to_owned());
    } else {
        state.leaving.ended = Some(state.leaving.pending_end.clone());
    }
}

/// Ends the session once all drafts are written.
///
/// The session goes on if a draft could not be written, or if the question was closed.
pub(super) fn leave_when_kept(state: &mut State) {
    if !state.leaving.waits_for_drafts {
        return;
    }
    let asks = state.overlays.iter().any(|screen| matches!(screen, Overlay::Unsaved));
    if !asks || text_in_danger(state).is_some() {
        state.leaving.waits_for_drafts = false;
    } else if !is_draft_pending(state) {
        state.leaving.waits_for_drafts = false;
        state.leaving.ended = Some(state.leaving.pending_end.clone());
    }
}

/// Ends this run and begins another one, after a question if the user has unsaved text in this one.
pub(super) fn play(state: &mut State, run: impl FnOnce(&LessonSession) -> Option<LessonRun>) -> Vec<Effect> {
    let run = state.lesson.course.as_ref().and_then(run);
    run.map_or_else(Vec::new, |run| leave(state, SessionEnd::Next(StageNext::Lesson(run))))
}
