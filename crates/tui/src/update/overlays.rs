//! What the actions do in what lies on top.

use contract::{DocumentEntry, DocumentId};
use editor::Command;
use precondition::policy::Preconditions;
use terminal::buffer::TextBuffer;
use terminal::edit::Edit;
use terminal::theme::Role;

use super::actions::{command, leave, with_work};
use super::{drafts, files, gate_control, note, versions};
use crate::action::Action;
use crate::drafts::DraftChooser;
use crate::draw;
use crate::effect::Effect;
use crate::lesson_session::LessonRun;
use crate::open_document::OpenDocument;
use crate::overlay::{DocumentChooser, ExchangeView, FilterPrompt, Overlay, Scroll};
use crate::pane::Pane;
use crate::state::{Focus, SessionEnd, StageNext, State};
use crate::wire::filter::Filter;

/// Does the action in the topmost screen.
pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match (state.screens.last_mut(), action) {
        (_, Action::Close) => {
            state.screens.pop();
            Vec::new()
        }
        (Some(Overlay::Documents(_)), Action::Open) => open(state),
        (Some(Overlay::Documents(documents)), action) => {
            select(documents, action);
            Vec::new()
        }
        (Some(Overlay::Versions(_)), action) => versions::in_the_list(state, action),
        (Some(Overlay::Version(_)), Action::Compare | Action::BringBack) => versions::in_one(state, action),
        (Some(Overlay::Delete(asked)), Action::Confirm) => {
            let asked = asked.clone();
            let base = state.document().and_then(|work| work.editor.base()).map(|base| &base.etag);
            if base == Some(&asked) { confirmed(state, Command::Delete) } else { overtaken(state) }
        }
        (Some(Overlay::DiscardMine), Action::Confirm) => {
            state.screens.pop();
            with_work(state, OpenDocument::discard_mine)
        }
        (Some(Overlay::PolicyComparison(_)), Action::ReplayUnder(insists)) => replay_under(state, insists),
        (Some(Overlay::Overwrite(bury)), Action::Confirm) => {
            let shown = bury.theirs.clone();
            let theirs =
                state.document().and_then(|work| work.editor.document_merge()).map(|conflict| &conflict.theirs().etag);
            if theirs == Some(&shown) { confirmed(state, Command::OverwriteTheirs) } else { overtaken(state) }
        }
        (Some(Overlay::Filter(_)), Action::Confirm) => {
            filter(state);
            Vec::new()
        }
        (Some(Overlay::Path(_)), Action::Confirm) => files::write_to_path(state),
        (Some(Overlay::Unsaved), Action::Confirm) => save_and_leave(state),
        (Some(Overlay::Unsaved), Action::Abandon) if state.keeps_drafts => drafts::leave(state),
        (Some(Overlay::Unsaved), Action::Abandon) => {
            state.ended = Some(state.way_out.clone());
            Vec::new()
        }
        (Some(Overlay::Unsaved), Action::KeepAs) => drafts::ask_for_a_path(state),
        (Some(Overlay::Unsaved), Action::CopyOut) => drafts::copy_out(state),
        (Some(Overlay::KeepAs(_)), Action::Confirm) => drafts::keep_as_typed(state),
        (Some(Overlay::Drafts(_)), action) => drafts::in_the_list(state, action),
        (Some(Overlay::Draft(_)), Action::Open | Action::DiscardDraft) => drafts::in_one(state, action),
        (Some(Overlay::DiscardDraft(_)), Action::Confirm) => drafts::discard(state),
        _ => {
            scroll(state, action);
            Vec::new()
        }
    }
}

/// Shows an exchange whole.
pub(super) fn open_exchange(state: &mut State, number: u64) {
    state.screens.push(Overlay::Exchange(ExchangeView { number, scroll: Scroll::default() }));
}

/// Lets somebody type which exchanges to show, beginning with the filter that is on.
pub(super) fn open_filter(state: &mut State) {
    let mut line = TextBuffer::single_line();
    if let Some(filter) = state.wire.filter() {
        // What is typed takes its place, unless somebody goes into it first.
        for edit in [Edit::InsertText(filter.to_string()), Edit::SelectAll] {
            line.apply(&edit, &mut String::new());
        }
    }
    state.screens.push(Overlay::Filter(Box::new(FilterPrompt { line, found: Ok(0) })));
    find(state);
}

/// What the filter that is being typed would show.
fn find(state: &mut State) {
    let Some(Overlay::Filter(typed)) = state.screens.last_mut() else { return };
    typed.found = Filter::parse(typed.text()).map(|filter| {
        state
            .wire
            .entries()
            .filter(|entry| filter.as_ref().is_none_or(|filter| filter.is_match(&entry.exchange)))
            .count()
    });
}

/// Shows what was typed, and stays where it is no filter: what is wrong is on the screen already.
fn filter(state: &mut State) {
    let Some(Overlay::Filter(typed)) = state.screens.last() else { return };
    if let Ok(filter) = Filter::parse(typed.text()) {
        state.wire.set_filter(filter);
        state.screens.pop();
    }
}

/// Types into the line of the topmost screen. Returns false if there is no screen, so that the text is typed into.
///
/// What is typed never reaches the text below a screen, even if the screen has no line.
pub(super) fn type_line(state: &mut State, edit: &Edit) -> bool {
    let edit = match edit {
        Edit::InsertText(text) => Edit::InsertText(text.lines().next().unwrap_or_default().to_owned()),
        // A line has no end, and no columns.
        Edit::Newline | Edit::Insert('\t') => Edit::InsertText(String::new()),
        edit => edit.clone(),
    };
    let Some(screen) = state.screens.last_mut() else { return false };
    match screen {
        Overlay::Documents(documents) => documents.type_in(&edit),
        Overlay::Filter(typed) => _ = typed.line.apply(&edit, &mut String::new()),
        Overlay::Path(line) => _ = line.apply(&edit, &mut String::new()),
        Overlay::KeepAs(keep) => {
            keep.line.apply(&edit, &mut String::new());
            keep.trouble = None;
        }
        _ => {}
    }
    find(state);
    true
}

fn select(documents: &mut DocumentChooser, action: Action) {
    match action {
        Action::Up => documents.select(-1),
        Action::Down => documents.select(1),
        Action::PageUp => documents.select(-10),
        Action::PageDown => documents.select(10),
        Action::First => documents.select(isize::MIN),
        Action::Last => documents.select(isize::MAX),
        _ => {}
    }
}

/// The list of documents has come, or why it is not known.
pub(super) fn on_listed(state: &mut State, listed: Result<Vec<DocumentEntry>, String>) -> Vec<Effect> {
    let again = documents(state).is_some_and(|documents| documents.set_entries(listed));
    if again { vec![Effect::List { seat: state.seat }] } else { Vec::new() }
}

/// There may be other documents than those in the list: it is requested again if it is shown.
pub(super) fn documents_changed(state: &mut State) -> Vec<Effect> {
    let asks = documents(state).is_some_and(DocumentChooser::mark_outdated);
    if asks { vec![Effect::List { seat: state.seat }] } else { Vec::new() }
}

/// The list of documents, if it is on the screen or below what is.
fn documents(state: &mut State) -> Option<&mut DocumentChooser> {
    state.screens.iter_mut().find_map(|screen| match screen {
        Overlay::Documents(documents) => Some(&mut **documents),
        _ => None,
    })
}

/// Opens the document that is selected, or that was named.
fn open(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Documents(documents)) = state.screens.last() else { return Vec::new() };
    match documents.chosen() {
        None => Vec::new(),
        Some(Err(why)) => note(state, Role::Warning, why),
        Some(Ok(document)) => open_document(state, document),
    }
}

/// Brings a document into view, whether it is open already or not.
pub(crate) fn open_document(state: &mut State, document: DocumentId) -> Vec<Effect> {
    state.screens.clear();
    state.focus = Focus::Editor;
    if state.pane_mut().show(&document) {
        return Vec::new();
    }
    // From here on the keys are not the text's that is still in view: drafts may have to be chosen from.
    state.screens.push(Overlay::Drafts(Box::new(DraftChooser::new(state.seat, document.clone()))));
    vec![Effect::Open { seat: state.seat, document }]
}

/// Plays the lesson again on the stage, before a server that insists on something else.
pub(crate) fn replay_under(state: &mut State, insists: Preconditions) -> Vec<Effect> {
    if let Some(course) = &state.course {
        let run = LessonRun { take: Some(insists), ..course.restarted() };
        return leave(state, SessionEnd::Next(StageNext::Lesson(run)));
    }
    Vec::new()
}

/// The answer was given to a question about another version than the one that is here now: nothing is done.
fn overtaken(state: &mut State) -> Vec<Effect> {
    state.screens.pop();
    note(
        state,
        Role::Warning,
        "not done: another version came in since the question; look at it, then ask again".to_owned(),
    )
}

fn confirmed(state: &mut State, wanted: Command) -> Vec<Effect> {
    state.screens.pop();
    command(state, wanted)
}

/// Saves everything that is unsaved; the program ends when the answers are here, if they are good.
fn save_and_leave(state: &mut State) -> Vec<Effect> {
    state.screens.pop();
    if state.documents().any(|work| work.manual_text().is_some()) {
        // It is in no text that could be saved.
        let words = "not saved: what you write by hand in the merge is not taken yet; F9 enters it";
        return note(state, Role::Warning, words.to_owned());
    }
    state.quitting = true;
    let works = state.panes.iter_mut().flat_map(Pane::documents_mut);
    let unsaved = works.filter(|work| work.editor.has_unsaved());
    // As by the key: what the user has not seen is not sent, and the program stays.
    let saves: Vec<_> = unsaved.flat_map(OpenDocument::save).collect();
    // A save that waits at the gate would keep its writer waiting too.
    gate_control::leave(state).into_iter().chain(saves).collect()
}

/// Scrolls the topmost screen.
fn scroll(state: &mut State, action: Action) {
    let (last, page) = draw::scroll_room(state);
    if let Some(scroll) = state.screens.last_mut().and_then(Overlay::scroll_mut) {
        scroll.turn(action, last, page);
    }
}
