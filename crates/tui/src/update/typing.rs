//! Typing, cutting and pasting: in a document, in an input line, in the result of a merge.

use std::mem;

use editor::EditorInput;
use terminal::buffer::with_line_feeds;
use terminal::edit::Edit;
use terminal::theme::Role;

use super::editor::with_document;
use super::{ahead, clipboard, entries, find, led_question, menu, open_for_all, seeds, versions, wire};
use crate::action::{Action, Context, KeyMeaning};
use crate::effect::Effect;
use crate::open_document::OpenDocument;
use crate::opened_for_all::RefusedInput;
use crate::overlay::Overlay;
use crate::pane::Pane;
use crate::room_overlay::RoomOverlay;
use crate::state::{Clipboard, NoteLifetime, State};

/// Applies an edit that a key means, and removes the last note, unless that outlasts typing.
pub(super) fn type_key(state: &mut State, edit: &Edit) -> Vec<Effect> {
    state.status.note.take_if(|note| note.about != NoteLifetime::Typing);
    if state.context() == Context::Text && state.document().is_none() {
        let documents = state.hint_for(Action::Documents, Context::Text);
        return state.say_unavailable(&format!("no document is open; {documents} opens one or creates one"));
    }
    self::edit(state, edit)
}

/// Applies an edit to the text or the input line that has the focus.
pub(super) fn edit(state: &mut State, edit: &Edit) -> Vec<Effect> {
    if state.context() == Context::Menu {
        return menu::type_number(state, edit);
    }
    let before = matches!(edit, Edit::Copy | Edit::Cut).then(|| mem::take(&mut state.clipboard.register));
    let mut effects = match state.overlays.last() {
        Some(Overlay::Property(_)) => entries::type_in(state, edit),
        Some(_) => type_line(state, edit),
        None => edit_text(state, edit),
    };
    if let Some(before) = before {
        let is_nothing = state.clipboard.register.is_empty();
        effects.extend(clipboard::announce(state, before, if *edit == Edit::Cut { "cut" } else { "copied" }));
        if is_nothing && !state.overlays.is_empty() && state.context().accepts_text() {
            effects.extend(state.say_unavailable("nothing is selected"));
        }
    }
    effects
}

/// Applies an edit to the text that has the focus.
fn edit_text(state: &mut State, edit: &Edit) -> Vec<Effect> {
    let merging = state.context() == Context::MergeText;
    let is_taken_back =
        *edit == Edit::Undo && !merging && state.document().is_some_and(OpenDocument::undoes_replacement);
    let mut effects = with_document(state, |work, register| {
        if merging { work.merge(&KeyMeaning::Edit(edit.clone()), register) } else { work.edit(edit, register) }
    });
    if *edit == Edit::Paste && !merging && !effects.is_empty() {
        effects.extend(placed(state));
    }
    if is_taken_back {
        // It may be the work of others that is gone from the text, and a save would remove it for all.
        let (redo, save) = (state.hint_for(Action::Redo, Context::Text), state.hint_for(Action::Save, Context::Text));
        let has_lines_of_others = state.document().is_some_and(|work| work.undone_merge.has_merged());
        let what = if has_lines_of_others {
            "a merge or another version is taken back, with the lines of others in it"
        } else {
            "another version is taken back"
        };
        let words = format!("{what}; {redo} brings it again, {save} saves without it");
        effects.extend(state.say(Role::Warning, words));
    }
    effects
}

/// Copies the selection.
///
/// Without a selection, it says how to leave, since Ctrl-C ends other programs.
pub(super) fn copy(state: &mut State) -> Vec<Effect> {
    let is_in_a_text = state.context() == Context::Text;
    if is_in_a_text && state.document().is_some_and(|work| work.buffer.selected().is_none()) {
        let leave = state.hint_for(Action::Quit, Context::Text);
        return state.say_unavailable(&format!("nothing is selected; {leave} leaves"));
    }
    edit(state, &Edit::Copy)
}

/// Wraps the lines of the text, or shows each in one row.
pub(super) fn toggle_wrap(state: &mut State) -> Vec<Effect> {
    let Some(work) = state.pane_mut().document_mut() else { return Vec::new() };
    let is_wrapped = !work.buffer.is_wrapped();
    work.set_wrapped(is_wrapped);
    let note = if is_wrapped { "long lines are wrapped" } else { "each line has one row" };
    state.say(Role::Text, note.to_owned());
    Vec::new()
}

/// Inserts text that the terminal pasted.
///
/// If the context takes no text, or one line only, the whole text is kept to be pasted later.
pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let text = with_line_feeds(text);
    if state.awaits_entry() {
        let effects = keep(state, text);
        open_for_all::refuse(state, RefusedInput::Paste);
        return effects;
    }
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
    // Names, filters and paths have one line.
    let is_one_line = matches!(
        context,
        Context::Documents
            | Context::Property
            | Context::QuestionForm
            | Context::Seeds
            | Context::Filter
            | Context::Find
            | Context::Replace
            | Context::GoToLine
            | Context::Path
            | Context::Palette
    );
    let has_more = is_one_line && text.trim_end().lines().nth(1).is_some();
    if has_a_place && !has_more {
        return edit(state, &Edit::InsertText(text));
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
    state.say(Role::Warning, format!("{why}; it is kept, and {paste} pastes it in a text"));
    effects
}

/// Keeps a pasted text that no field took, after the texts that were kept before it.
fn keep(state: &mut State, text: String) -> Vec<Effect> {
    if state.lesson.course.is_some() {
        // A lesson has no drafts, and compares its editors with its claims.
        state.clipboard.register = text;
        return Vec::new();
    }
    if let Some(work) = state.people.panes.get_mut(state.people.seat).and_then(Pane::document_mut) {
        // The text is kept in the draft, and counts as unsaved until it is pasted.
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

/// Tells the documents that the register was pasted: a text that one of them kept is placed now.
///
/// The document that it was pasted into is told, too: its editor sees only that the text has changed, and does not
/// recognise a paste over lines that begin or end as the pasted ones do.
fn placed(state: &mut State) -> Vec<Effect> {
    let works = state.people.panes.iter_mut().flat_map(Pane::documents_mut);
    let waits = works.filter(|work| work.editor.unplaced_text() == Some(state.clipboard.register.as_str()));
    waits.flat_map(|work| work.feed(EditorInput::Placed)).collect()
}

/// Applies an edit to the input line of the topmost overlay.
///
/// An overlay without an input line swallows the edit: it never reaches the text below.
fn type_line(state: &mut State, edit: &Edit) -> Vec<Effect> {
    let context = state.context();
    let is_cut_off = state.clipboard.register.trim_end().lines().nth(1).is_some();
    if *edit == Edit::Paste && is_cut_off && context.accepts_text() {
        state.say(Role::Warning, format!("only the first line is pasted {}", context.place_name()));
    }
    let edit = match edit {
        Edit::InsertText(text) => Edit::InsertText(text.lines().next().unwrap_or_default().to_owned()),
        // An input line has neither line ends nor tabs.
        Edit::Newline | Edit::Insert('\t') => Edit::InsertText(String::new()),
        edit => edit.clone(),
    };
    if state.context() == Context::Seeds {
        return seeds::type_in(state, &edit);
    }
    let State { overlays, clipboard: Clipboard { register, .. }, .. } = state;
    let Some(screen) = overlays.last_mut() else { return Vec::new() };
    match screen {
        Overlay::Room(overlay) if matches!(**overlay, RoomOverlay::AskQuestion) => led_question::type_in(state, &edit),
        Overlay::Documents(documents) => documents.type_in(&edit, register),
        Overlay::Palette(palette) => palette.type_in(&edit, register),
        Overlay::Find(_) => find::type_in(state, &edit),
        Overlay::Filter(typed) => {
            typed.line.apply(&edit, register);
            wire::count_matches(state);
        }
        Overlay::VersionFilter(typed) => {
            typed.line.apply(&edit, register);
            versions::preview_filter(state);
        }
        Overlay::Path(line) | Overlay::GoToLine(line) => _ = line.apply(&edit, register),
        Overlay::KeepAs(keep) => {
            keep.line.apply(&edit, register);
            keep.trouble = None;
        }
        Overlay::Help(_)
        | Overlay::Property(_)
        | Overlay::DeleteEntry(_)
        | Overlay::Change(_)
        | Overlay::Room(_)
        | Overlay::Exchange(_)
        | Overlay::Versions(_)
        | Overlay::Version(_)
        | Overlay::Overwrite(_)
        | Overlay::Delete(_)
        | Overlay::DiscardMine
        | Overlay::ShowAhead
        | Overlay::Unsaved
        | Overlay::Drafts(_)
        | Overlay::Draft(_)
        | Overlay::DiscardDraft(_)
        | Overlay::RoomQuestion(_)
        | Overlay::PolicyComparison(_) => {}
    }
    Vec::new()
}
