//! Text that is typed, cut or pasted, wherever that is: in a document, in a line, in a merge's result.

use editor::EditorInput;
use terminal::buffer::with_line_feeds;
use terminal::edit::Edit;
use terminal::theme::Role;

use super::editor::with_document;
use super::{ahead, menu, wire};
use crate::action::{Action, Context, KeyMeaning, key_of};
use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::pane::Pane;
use crate::state::State;

/// Types a key that is no action. The last note goes.
pub(super) fn type_key(state: &mut State, edit: &Edit) -> Vec<Effect> {
    state.status.note = None;
    self::edit(state, edit)
}

/// Changes the text that has the keys.
pub(super) fn edit(state: &mut State, edit: &Edit) -> Vec<Effect> {
    if state.context() == Context::Menu {
        return menu::type_number(state, edit);
    }
    if type_line(state, edit) {
        return Vec::new();
    }
    let merging = state.context() == Context::MergeText;
    let mut effects = with_document(state, |work, register| {
        if merging { work.merge(&KeyMeaning::Edit(edit.clone()), register) } else { work.edit(edit, register) }
    });
    if *edit == Edit::Paste && !merging && !effects.is_empty() {
        effects.extend(placed(state));
    }
    effects
}

/// Copies the selection. The key that does it ends other programs: without a selection, it says how to leave.
pub(super) fn copy(state: &mut State) -> Vec<Effect> {
    let is_in_a_text = state.context() == Context::Text;
    if is_in_a_text && state.document().is_some_and(|work| work.buffer.selected().is_none()) {
        let leave = key_of(Action::Quit, Context::Text).map(|key| key.to_string()).unwrap_or_default();
        return state.say_unavailable(&format!("nothing is selected; {leave} leaves"));
    }
    edit(state, &Edit::Copy)
}

/// Puts in what was pasted. What is not put in is not lost: it is kept to be pasted into a text.
pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let text = with_line_feeds(text);
    if ahead::type_text(state, &Edit::InsertText(text.clone())) {
        return Vec::new();
    }
    let context = state.context();
    let is_number = text.trim().chars().all(|typed| typed.is_ascii_digit());
    let has_a_place = match context {
        Context::Text => state.document().is_some(),
        Context::Menu => is_number,
        context => context.accepts_text(),
    };
    // A name, a filter and a path are one line.
    let is_one_line = matches!(context, Context::Documents | Context::Filter | Context::Path);
    let has_more = is_one_line && text.trim_end().lines().nth(1).is_some();
    if has_a_place && !has_more {
        return edit(state, &Edit::InsertText(text));
    }
    if ahead::type_behind_the_list(state, &Edit::InsertText(text.clone())) {
        return Vec::new();
    }
    let paste = state.hint_for(Action::Paste, Context::Text);
    let (why, mut effects) = match context {
        _ if has_a_place => (
            format!("only the first line is pasted {}", context.place_name()),
            edit(state, &Edit::InsertText(text.clone())),
        ),
        Context::Text => ("not pasted, no document is open".to_owned(), Vec::new()),
        context => (format!("not pasted {}", context.place_name()), Vec::new()),
    };
    effects.extend(keep(state, text));
    state.say(Role::Warning, format!("{why}: kept, and {paste} pastes it in a text"));
    effects
}

/// Keeps a text that has no place, to be pasted. What was kept before has no place yet either.
fn keep(state: &mut State, text: String) -> Vec<Effect> {
    if state.lesson.course.is_some() {
        // A lesson keeps nothing, and compares its editors with what it claims.
        state.clipboard.register = text;
        return Vec::new();
    }
    if let Some(work) = state.people.panes.get_mut(state.people.seat).and_then(Pane::document_mut) {
        // What is said to be kept is in the draft, and is unsaved until it is pasted.
        let effects = work.keep_unplaced(text);
        state.clipboard.register = work.editor.unplaced_text().unwrap_or_default().to_owned();
        return effects;
    }
    let all = match state.clipboard.kept.take() {
        Some(before) => format!("{}\n{text}", before.trim_end_matches('\n')),
        None => text,
    };
    state.clipboard.register.clone_from(&all);
    state.clipboard.kept = Some(all);
    Vec::new()
}

/// The register was pasted into the document in view: what another document kept for that has its place now.
fn placed(state: &mut State) -> Vec<Effect> {
    let here = state.document().map(|work| work.key);
    let works = state.people.panes.iter_mut().flat_map(Pane::documents_mut).filter(|work| Some(work.key) != here);
    let waits = works.filter(|work| work.editor.unplaced_text() == Some(state.clipboard.register.as_str()));
    waits.flat_map(|work| work.feed(EditorInput::Placed)).collect()
}

/// Types into the line of the topmost screen. Returns false if there is no screen, so that the text is typed into.
///
/// What is typed never reaches the text below a screen, even if the screen has no line.
fn type_line(state: &mut State, edit: &Edit) -> bool {
    let edit = match edit {
        Edit::InsertText(text) => Edit::InsertText(text.lines().next().unwrap_or_default().to_owned()),
        // A line has no end, and no columns.
        Edit::Newline | Edit::Insert('\t') => Edit::InsertText(String::new()),
        edit => edit.clone(),
    };
    let Some(screen) = state.overlays.last_mut() else { return false };
    match screen {
        Overlay::Documents(documents) => documents.type_in(&edit),
        Overlay::Filter(typed) => {
            typed.line.apply(&edit, &mut String::new());
            wire::count_matches(state);
        }
        Overlay::Path(line) => _ = line.apply(&edit, &mut String::new()),
        Overlay::KeepAs(keep) => {
            keep.line.apply(&edit, &mut String::new());
            keep.trouble = None;
        }
        Overlay::Help(_)
        | Overlay::Exchange(_)
        | Overlay::Versions(_)
        | Overlay::Version(_)
        | Overlay::Overwrite(_)
        | Overlay::Delete(_)
        | Overlay::DiscardMine
        | Overlay::Unsaved
        | Overlay::Drafts(_)
        | Overlay::Draft(_)
        | Overlay::DiscardDraft(_)
        | Overlay::PolicyComparison(_) => {}
    }
    true
}
