//! Keys for the document in view: its text, and the views around the text.

use editor::{Command, WorkingCopy};
use terminal::theme::Role;

use super::{files, lesson_events, open_for_all, room_question};
use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::ids::EditorIndex;
use crate::layout;
use crate::open_document::OpenDocument;
use crate::overlay::Overlay;
use crate::pane::Pane;
use crate::scroll::Movement;
use crate::state::{Focus, SessionKind, State};

/// Calls `act` with the document in view and the register.
///
/// In a lesson, a change by the user takes the lesson over.
pub(super) fn with_document(
    state: &mut State,
    act: impl FnOnce(&mut OpenDocument, &mut String) -> Vec<Effect>,
) -> Vec<Effect> {
    let seat = state.people.seat;
    let Some(work) = state.people.panes.get_mut(seat).and_then(Pane::document_mut) else {
        return state.say_unavailable("no document is open");
    };
    let before = state.lesson.course.is_some().then(|| work.editor.mine().clone());
    let effects = act(work, &mut state.clipboard.register);
    let changed = |before: WorkingCopy| !effects.is_empty() || before != *work.editor.mine();
    if before.is_some_and(changed) {
        lesson_events::fork(state);
    }
    effects
}

/// Sends a command to the editor of the document in view.
pub(super) fn command(state: &mut State, command: Command) -> Vec<Effect> {
    with_document(state, |work, _| work.command(command))
}

/// Sends the command of an action to the editor of the document in view.
pub(super) fn command_for(state: &mut State, action: Action) -> Vec<Effect> {
    action.command().map_or_else(Vec::new, |wanted| command(state, wanted))
}

/// Saves the document in view, and says so if the save waits for the request in flight.
pub(super) fn save(state: &mut State) -> Vec<Effect> {
    let effects = with_document(state, |work, _| work.save());
    say_that_it_waits(state);
    effects
}

/// Saves the document in view of a seat: its user requested that before the document was open.
pub(super) fn save_of(state: &mut State, seat: EditorIndex) -> Vec<Effect> {
    let work = state.people.panes.get_mut(seat).and_then(Pane::document_mut);
    let effects = work.map_or_else(Vec::new, OpenDocument::save);
    say_that_it_waits(state);
    effects
}

fn say_that_it_waits(state: &mut State) {
    if state.document().is_some_and(OpenDocument::can_save_again) {
        state.say(Role::Info, "a request is in flight; what you have typed since is saved after it".to_owned());
    }
}

/// Asks whether to delete the document. If it cannot be deleted, the editor says why.
pub(super) fn ask_to_delete(state: &mut State) -> Vec<Effect> {
    if is_off(state, &Command::Delete) {
        return command(state, Command::Delete);
    }
    let base = state.document().and_then(|work| work.editor.base()).map(|base| base.etag.clone());
    state.overlays.extend(base.map(Overlay::Delete));
    Vec::new()
}

/// Discards the text of a deleted document, after a question if the text exists only here.
pub(super) fn ask_to_discard_mine(state: &mut State) -> Vec<Effect> {
    let is_only_here = state.document().is_some_and(|work| work.editor.has_text_of_its_own());
    if is_off(state, &Command::DiscardMine) || !is_only_here {
        return command(state, Command::DiscardMine);
    }
    state.overlays.push(Overlay::DiscardMine);
    Vec::new()
}

/// Returns whether the editor of the document in view cannot carry out a command now.
pub(super) fn is_off(state: &State, command: &Command) -> bool {
    state.document().is_none_or(|work| work.editor.why_unavailable(command).is_some())
}

/// Moves the focus to the view that opened by itself around the text, or to a lesson's question.
pub(super) fn enter(state: &mut State) -> Vec<Effect> {
    if state.enters_room_question() {
        return room_question::enter_or_leave(state);
    }
    if state.awaits_entry() {
        open_for_all::enter(state);
        return Vec::new();
    }
    let is_open = state.document().is_some_and(|work| work.open_view().is_some() || work.is_entered());
    if !is_open && enter_question(state) {
        return Vec::new();
    }
    with_document(state, |work, _| work.enter())
}

/// Moves the focus to a lesson's question. Returns whether one is open.
pub(super) fn enter_question(state: &mut State) -> bool {
    let is_asking = state.is_asking();
    if let Some(course) = state.lesson.course.as_mut().filter(|_| is_asking && state.people.focus != Focus::Lesson) {
        course.is_entered = true;
        state.people.focus = Focus::Lesson;
    }
    is_asking
}

/// Moves the focus back to the text.
pub(super) fn leave(state: &mut State) -> Vec<Effect> {
    with_document(state, |work, _| {
        if work.is_entered() {
            work.leave();
        } else {
            // In plain mode, a panel takes lines without being entered.
            work.fold();
        }
        Vec::new()
    })
}

/// Folds the view that opened by itself, or gives the keys back to a lesson, or dismisses the notice.
///
/// It does the first of these that changes the screen. A view that is drawn as one line looks folded already, so the
/// same key press also does the next of them.
pub(super) fn dismiss(state: &mut State) -> Vec<Effect> {
    state.opened_for_all.end_news();
    if state.context() != Context::Text {
        return Vec::new();
    }
    let is_drawn = layout::is_view_drawn(state);
    let folds = state.pane_mut().document_mut().is_some_and(OpenDocument::fold);
    if (folds && is_drawn) || give_keys_to_lesson(state) {
        return Vec::new();
    }
    command(state, Command::Dismiss)
}

/// Moves the focus back to the lesson. Returns whether there is a lesson.
pub(super) fn give_keys_to_lesson(state: &mut State) -> bool {
    let is_lesson = state.kind == SessionKind::Lesson;
    if is_lesson {
        state.people.focus = Focus::Lesson;
    }
    is_lesson
}

/// Writes the user's text to a new file, and leaves the document as it is.
pub(super) fn export_mine(state: &mut State) -> Vec<Effect> {
    let of_file = state.is_files().then(|| files::file_name(state));
    with_document(state, |work, _| {
        let name = format!("{}-mine", of_file.as_deref().unwrap_or(work.editor.id().as_str()));
        // The merge's side of mine may be older than the text that was typed last.
        let conflict = work.editor.document_merge().filter(|_| work.is_entered() && !work.editor.is_merge_outdated());
        let mine = conflict.map_or_else(|| work.buffer.text(), |conflict| conflict.my_side().content);
        vec![Effect::KeepFile { name, text: mine }]
    })
}

/// Scrolls the panel below the text.
pub(super) fn scroll_panel(state: &mut State, movement: Movement) -> Vec<Effect> {
    let (last, page) = layout::scroll_room(state);
    if let Some(work) = state.pane_mut().document_mut() {
        work.panel_scroll.turn(movement, last, page);
    }
    Vec::new()
}
