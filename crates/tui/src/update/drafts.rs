//! What happens around drafts: which one is gone on with, what became of the one that is kept, and what is done with
//! unsaved text whose draft cannot be written.

use std::path::PathBuf;

use client::FoundDraft;
use contract::DocumentId;
use editor::Draft;
use terminal::buffer::TextBuffer;
use terminal::edit::Edit;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::actions::off;
use super::note;
use crate::action::Action;
use crate::availability::why_unavailable;
use crate::drafts::{DraftFate, DraftView, KeptElsewhere, file_for, first_line};
use crate::effect::{DraftChoice, Effect};
use crate::event::{EditorIndex, Event};
use crate::open_document::{DocumentKey, OpenDocument};
use crate::overlay::{Overlay, SavePathPrompt, Scroll};
use crate::plain;
use crate::state::{Focus, State};

/// A document was opened: there is nothing to choose any more.
pub(super) fn opened(state: &mut State, seat: EditorIndex, document: &DocumentId) {
    let chooses = |screen: &Overlay| matches!(screen, Overlay::Drafts(chooser) if chooser.is_about(seat, document));
    if state.screens.iter().any(chooses) {
        state
            .screens
            .retain(|screen| !matches!(screen, Overlay::Drafts(_) | Overlay::Draft(_) | Overlay::DiscardDraft(_)));
    }
}

/// Something was told of drafts, or of unsaved text that was put elsewhere.
pub(super) fn happened(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::DraftsOffered { seat, document, offered, trouble } => {
            self::offered(state, seat, document, offered, trouble)
        }
        Event::DraftWritten { seat, document, generation } => told(state, seat, &document, generation, Ok(())),
        Event::DraftFailed { seat, document, generation, why } => told(state, seat, &document, generation, Err(why)),
        Event::DraftNews(Ok(news)) => note(state, Role::Info, news),
        Event::DraftNews(Err(why)) => note(state, Role::Bad, sanitize(&why).into_owned()),
        Event::FileKeptAs { work, generation, kept } => kept_as(state, work, generation, kept),
        Event::CopySent { work, generation, sent } => copy_sent(state, work, generation, sent),
        _ => Vec::new(),
    }
}

/// There are drafts to choose from. They are shown only in the screen that the user's own action opened for them:
/// drafts never take the keys from a text.
fn offered(
    state: &mut State,
    seat: EditorIndex,
    document: DocumentId,
    offered: Vec<FoundDraft>,
    trouble: Option<String>,
) -> Vec<Effect> {
    // What is typed before three files are read goes into none of them, so drafts are offered all the same.
    let takes_text = !state.is_files();
    let is_gone = |found: &FoundDraft| !offered.iter().any(|other| other.id == found.id);
    state.screens.retain(|screen| match screen {
        Overlay::Draft(view) => !is_gone(&view.found),
        Overlay::DiscardDraft(found) => !is_gone(found),
        _ => true,
    });
    let said = plain::line_for_a_text(state);
    let found = state.screens.iter_mut().find_map(|screen| match screen {
        Overlay::Drafts(chooser) if chooser.is_about(seat, &document) => Some(chooser),
        _ => None,
    });
    let typed = state.panes.get(seat).filter(|_| takes_text).and_then(|pane| pane.typed_ahead(&document));
    let typed = typed.or(said);
    let Some(chooser) = found.filter(|chooser| chooser.was_offered() || typed.is_none()) else {
        let mut effects = Vec::new();
        if typed.is_some() {
            let words = "a draft of an earlier run stays where it is: the next start offers it".to_owned();
            effects = note(state, Role::Info, words);
        }
        effects.push(Effect::ChooseDraft { seat, document, choice: DraftChoice::Without });
        return effects;
    };
    chooser.offer(offered);
    trouble.map_or_else(Vec::new, |why| note(state, Role::Warning, why))
}

/// Types a text for the document that is being opened, before anything of it is here. False if none is being opened, or
/// if its drafts have the keys.
///
/// Three files are no text before they are seen, and text is never a decision: what is typed there early is kept to be
/// pasted.
pub(super) fn type_ahead(state: &mut State, edit: &Edit) -> bool {
    let Some(Overlay::Drafts(chooser)) = state.screens.last() else { return type_for_the_stage(state, edit) };
    if chooser.offered().is_some() {
        return false;
    }
    let Some(pane) = state.panes.get_mut(chooser.seat) else { return false };
    if *edit == Edit::Newline && pane.typed_ahead(&chooser.document).is_none() {
        // The key that opened it, pressed twice.
        return true;
    }
    pane.ahead(&chooser.document).buffer.apply(edit, &mut state.register);
    true
}

/// Types a text for the document that the stage opens by itself, before it is there. False if that is not awaited.
fn type_for_the_stage(state: &mut State, edit: &Edit) -> bool {
    if !state.screens.is_empty() || state.focus != Focus::Editor {
        return false;
    }
    let Some(pane) = state.panes.get_mut(state.seat).filter(|pane| pane.document().is_none()) else { return false };
    let Some(document) = pane.opens_first.clone() else { return false };
    if *edit == Edit::Newline && pane.typed_ahead(&document).is_none() {
        // The key that chose free play, pressed twice.
        return true;
    }
    pane.ahead(&document).buffer.apply(edit, &mut state.register);
    true
}

/// Whether the user has begun to choose among the drafts in front.
pub(super) fn is_choosing(state: &State) -> bool {
    matches!(state.screens.last(), Some(Overlay::Drafts(chooser)) if chooser.is_in_use())
}

/// Types a text for the document whose drafts are in front, and says so. The list opens by itself: whoever types on
/// without looking means the text. False if no drafts are in front.
pub(super) fn type_behind_the_list(state: &mut State, edit: &Edit) -> bool {
    let Some(Overlay::Drafts(chooser)) = state.screens.last() else { return false };
    let document = chooser.document.clone();
    let Some(pane) = state.panes.get_mut(chooser.seat) else { return false };
    pane.ahead(&document).buffer.apply(edit, &mut state.register);
    if let Some(typed) = pane.typed_ahead(&document) {
        let first = first_line(&typed);
        let words =
            format!("typed in front of the drafts: '{}'; it goes into the text that you begin with", sanitize(&first));
        note(state, Role::Warning, words);
    }
    true
}

/// Wants a save of the document that is being opened, and says what becomes of that. False if none is being opened.
///
/// It is carried out as any save that waits for a response: once the document has been read, and if nothing came in
/// that the user has not seen.
pub(super) fn save_ahead(state: &mut State) -> bool {
    let Some(Overlay::Drafts(chooser)) = state.screens.last() else { return false };
    let (seat, document, is_offered) = (chooser.seat, chooser.document.clone(), chooser.offered().is_some());
    let words = if is_offered {
        "nothing is open to be saved; first choose what to go on with".to_owned()
    } else if state.is_files() {
        "the files are not read yet; nothing is written before you have seen the merge".to_owned()
    } else {
        if let Some(pane) = state.panes.get_mut(seat) {
            pane.ahead(&document).saves = true;
        }
        format!("{document} is not here yet; what you type is saved once it is, unless it has another text")
    };
    note(state, Role::Info, words);
    true
}

/// Has all kept that waits for documents which are being opened: what is typed for them, and the lines of plain mode.
pub(super) fn keep_ahead(state: &mut State) -> Vec<Effect> {
    if !state.keeps_drafts {
        return Vec::new();
    }
    let is_files = state.is_files();
    let lines = plain::waiting_lines(state);
    let opening = state.screens.iter().find_map(|screen| match screen {
        Overlay::Drafts(chooser) => Some((chooser.seat, chooser.document.clone())),
        _ => None,
    });
    if let Some((seat, document)) = opening.as_ref().filter(|_| lines.is_some())
        && let Some(pane) = state.panes.get_mut(*seat)
    {
        pane.ahead(document);
    }
    let mut effects = Vec::new();
    for (seat, pane) in state.panes.iter_mut().enumerate() {
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

/// Does the action in front of the drafts.
pub(super) fn in_the_list(state: &mut State, action: Action) -> Vec<Effect> {
    if let Some(why) = why_unavailable(action, state) {
        return off(state, &why);
    }
    let Some(Overlay::Drafts(chooser)) = state.screens.last_mut() else { return Vec::new() };
    match action {
        Action::Up => chooser.select(-1),
        Action::Down => chooser.select(1),
        Action::PageUp => chooser.select(-5),
        Action::PageDown => chooser.select(5),
        Action::First => chooser.select(isize::MIN),
        Action::Last => chooser.select(isize::MAX),
        Action::StartWithout => return choose(state, DraftChoice::Without),
        Action::Open | Action::LookAtDraft | Action::DiscardDraft => {
            let Some(found) = chooser.selected().cloned() else { return Vec::new() };
            return with_draft(state, action, found);
        }
        _ => {}
    }
    Vec::new()
}

/// Does the action in front of one draft.
pub(super) fn in_one(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(Overlay::Draft(view)) = state.screens.last() else { return Vec::new() };
    let found = view.found.clone();
    with_draft(state, action, found)
}

fn with_draft(state: &mut State, action: Action, found: FoundDraft) -> Vec<Effect> {
    match action {
        Action::Open => return choose(state, DraftChoice::Take(found.id)),
        Action::LookAtDraft => {
            state.screens.push(Overlay::Draft(Box::new(DraftView { found, scroll: Scroll::default() })));
        }
        Action::DiscardDraft => state.screens.push(Overlay::DiscardDraft(Box::new(found))),
        _ => {}
    }
    Vec::new()
}

/// The question was answered with yes: the draft goes.
pub(super) fn discard(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::DiscardDraft(found)) = state.screens.pop() else { return Vec::new() };
    choose(state, DraftChoice::Discard(found.id))
}

/// Has that done with the drafts. What comes of it is waited for in front of them.
fn choose(state: &mut State, choice: DraftChoice) -> Vec<Effect> {
    state.screens.retain(|screen| !matches!(screen, Overlay::Draft(_) | Overlay::DiscardDraft(_)));
    let chooser = state.screens.iter_mut().find_map(|screen| match screen {
        Overlay::Drafts(chooser) => Some(chooser),
        _ => None,
    });
    let Some(chooser) = chooser else { return Vec::new() };
    chooser.chosen();
    vec![Effect::ChooseDraft { seat: chooser.seat, document: chooser.document.clone(), choice }]
}

/// It was told what became of a draft.
fn told(
    state: &mut State,
    seat: EditorIndex,
    document: &DocumentId,
    generation: u64,
    done: Result<(), String>,
) -> Vec<Effect> {
    let Some(pane) = state.panes.get_mut(seat) else { return Vec::new() };
    let is_open = pane.documents().iter().any(|work| work.editor.id() == document);
    let work = pane.documents_mut().iter_mut().find(|work| work.editor.id() == document);
    let draft = match work {
        Some(work) => &mut work.draft,
        None => match pane.aheads_mut().iter_mut().find(|ahead| ahead.document == *document) {
            Some(ahead) => &mut ahead.draft,
            None => return Vec::new(),
        },
    };
    match done {
        Ok(()) => draft.written(generation),
        Err(why) => draft.failed(generation, why),
    }
    // An open document has a line for that.
    let trouble = draft.trouble().filter(|_| !is_open);
    trouble.map_or_else(Vec::new, |why| note(state, Role::Bad, sanitize(&why).into_owned()))
}

/// Every document with unsaved text.
fn unsaved(state: &State) -> impl Iterator<Item = &OpenDocument> {
    state.documents().filter(|work| work.editor.has_unsaved())
}

/// Leaves without saving, once all that is unsaved is on the disk as drafts, or elsewhere.
pub(super) fn leave(state: &mut State) -> Vec<Effect> {
    if let Some(why) = why_unavailable(Action::Abandon, state) {
        return off(state, &why);
    }
    state.waits_for_drafts = true;
    Vec::new()
}

/// Ends the program as soon as it can leave without losing a word; stays if a draft turns out not to be written.
pub(super) fn leave_when_kept(state: &mut State) {
    if !state.waits_for_drafts {
        return;
    }
    let asks = matches!(state.screens.last(), Some(Overlay::Unsaved));
    if !asks || text_in_danger(state).is_some() {
        state.waits_for_drafts = false;
    } else if !is_pending(state) {
        state.waits_for_drafts = false;
        state.ended = Some(state.way_out.clone());
    }
}

/// Whether the draft of unsaved text is still on its way to the disk.
pub(crate) fn is_pending(state: &State) -> bool {
    let waits = |work: &OpenDocument| work.draft.fate() == DraftFate::Pending && work.draft.elsewhere().is_none();
    state.keeps_drafts && unsaved(state).any(waits)
}

/// The first document with unsaved text that is nowhere but here: its draft could not be written, and the text was put
/// nowhere else.
pub(crate) fn text_in_danger(state: &State) -> Option<&OpenDocument> {
    let in_danger =
        |work: &&OpenDocument| matches!(work.draft.fate(), DraftFate::Failed(_)) && work.draft.elsewhere().is_none();
    unsaved(state).filter(|_| state.keeps_drafts).find(in_danger)
}

/// The document whose unsaved text is put elsewhere next.
fn to_be_put(state: &State) -> Option<&OpenDocument> {
    text_in_danger(state).or_else(|| unsaved(state).find(|work| work.draft.elsewhere().is_none()))
}

/// Lets the user type the path of a file for unsaved text; a path is proposed.
pub(super) fn ask_for_a_path(state: &mut State) -> Vec<Effect> {
    let Some(work) = to_be_put(state) else { return Vec::new() };
    let path = file_for(&state.folder, work.editor.id());
    let (work, mut line) = (work.key, TextBuffer::single_line());
    line.apply(&Edit::InsertText(path.display().to_string()), &mut String::new());
    state.screens.push(Overlay::KeepAs(Box::new(SavePathPrompt { work, line, trouble: None })));
    Vec::new()
}

/// Writes unsaved text into the file whose path was typed.
pub(super) fn keep_as_typed(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::KeepAs(keep)) = state.screens.last() else { return Vec::new() };
    let (key, path) = (keep.work, PathBuf::from(keep.path()));
    let text = state.find(key).map(|work| (work.draft.generation(), work.text_to_rescue()));
    let Some((generation, text)) = text else { return Vec::new() };
    vec![Effect::KeepFileAs { work: key, generation, path, text }]
}

/// Writes unsaved text into a file at that path, or at one that suggests itself.
pub(crate) fn keep_as(state: &State, path: Option<PathBuf>) -> Vec<Effect> {
    let Some(work) = to_be_put(state) else { return Vec::new() };
    let path = path.unwrap_or_else(|| file_for(&state.folder, work.editor.id()));
    let (key, generation, text) = (work.key, work.draft.generation(), work.text_to_rescue());
    vec![Effect::KeepFileAs { work: key, generation, path, text }]
}

/// The text was written into a file, or it is known why not.
fn kept_as(state: &mut State, key: DocumentKey, generation: u64, kept: Result<PathBuf, String>) -> Vec<Effect> {
    match kept {
        Ok(path) => {
            if let Some(work) = state.find(key) {
                work.draft.put(generation, KeptElsewhere::File(path.clone()));
            }
            state.screens.retain(|screen| !matches!(screen, Overlay::KeepAs(keep) if keep.work == key));
            note(state, Role::Good, format!("the text is in {}", sanitize(&path.display().to_string())))
        }
        Err(why) => {
            let words = format!("not written: {}", sanitize(&why));
            match state.screens.last_mut() {
                Some(Overlay::KeepAs(keep)) if keep.work == key => {
                    keep.trouble = Some(words);
                    Vec::new()
                }
                _ => note(state, Role::Bad, words),
            }
        }
    }
}

/// Sends unsaved text to the terminal for its clipboard.
pub(super) fn copy_out(state: &mut State) -> Vec<Effect> {
    if let Some(why) = why_unavailable(Action::CopyOut, state) {
        return off(state, &why);
    }
    let Some(work) = to_be_put(state) else { return Vec::new() };
    vec![Effect::Copy { work: work.key, generation: work.draft.generation(), text: work.text_to_rescue() }]
}

/// The text was sent, or it is known why not.
fn copy_sent(state: &mut State, key: DocumentKey, generation: u64, sent: Result<(), String>) -> Vec<Effect> {
    match sent {
        Ok(()) => {
            if let Some(work) = state.find(key) {
                work.draft.put(generation, KeptElsewhere::Terminal);
            }
            let words = "sent to the terminal's clipboard (OSC 52); paste it elsewhere to see whether it took it";
            note(state, Role::Info, words.to_owned())
        }
        Err(why) => note(state, Role::Bad, format!("not sent to the terminal: {}", sanitize(&why))),
    }
}
