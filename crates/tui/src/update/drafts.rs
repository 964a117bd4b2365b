//! The drafts that are offered before a document is opened, and the progress of writing drafts.

use client::FoundDraft;
use contract::DocumentId;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::action::{Action, Context};
use crate::drafts::DraftView;
use crate::effect::{DraftChoice, Effect};
use crate::ids::EditorIndex;
use crate::overlay::Overlay;
use crate::plain::line_for_a_text;
use crate::scroll::{Movement, Scroll};
use crate::state::State;

/// The number of drafts that a page key moves by.
const PAGE_ROWS: isize = 5;

/// Closes the chooser of drafts, since its document has opened.
pub(super) fn on_opened(state: &mut State, seat: EditorIndex, document: &DocumentId) {
    let chooses = |screen: &Overlay| matches!(screen, Overlay::Drafts(chooser) if chooser.is_about(seat, document));
    if state.overlays.iter().any(chooses) {
        state
            .overlays
            .retain(|screen| !matches!(screen, Overlay::Drafts(_) | Overlay::Draft(_) | Overlay::DiscardDraft(_)));
    }
}

/// Offers the drafts of a document to choose from.
///
/// They are offered only in the chooser that the user's own action opened: drafts never take the focus from a text. If
/// the user has typed ahead, the document opens without a draft.
pub(super) fn on_offered(
    state: &mut State,
    seat: EditorIndex,
    document: DocumentId,
    offered: Vec<FoundDraft>,
    trouble: Option<String>,
) -> Vec<Effect> {
    // In a merge of files, text that is typed ahead is not inserted, so drafts are offered all the same.
    let takes_text = !state.is_files();
    let is_gone = |found: &FoundDraft| !offered.iter().any(|other| other.id == found.id);
    state.overlays.retain(|screen| match screen {
        Overlay::Draft(view) => !is_gone(&view.found),
        Overlay::DiscardDraft(found) => !is_gone(found),
        _ => true,
    });
    let said = line_for_a_text(state);
    let typed = state.people.panes.get(seat).filter(|_| takes_text).and_then(|pane| pane.typed_ahead(&document));
    let typed = typed.or(said);
    let found = state.draft_chooser_mut().filter(|chooser| chooser.is_about(seat, &document));
    let Some(chooser) = found.filter(|chooser| chooser.was_offered() || typed.is_none()) else {
        let mut effects = Vec::new();
        if typed.is_some() {
            let words = "a draft of an earlier run stays on the disk: the next start offers it".to_owned();
            effects = state.say(Role::Info, words);
        }
        effects.push(Effect::ChooseDraft { seat, document, choice: DraftChoice::Without });
        return effects;
    };
    chooser.offer(offered);
    trouble.map_or_else(Vec::new, |why| state.say(Role::Warning, why))
}

/// Moves the selection.
pub(super) fn select(state: &mut State, movement: Movement) -> Vec<Effect> {
    if let Some(Overlay::Drafts(chooser)) = state.overlays.last_mut() {
        chooser.select(movement.rows(PAGE_ROWS));
    }
    Vec::new()
}

/// Says which keys choose: what is typed at the list is not text of the document.
pub(super) fn ask_for_choice(state: &mut State) -> Vec<Effect> {
    let key = |action| state.hint_for(action, Context::Drafts);
    let words = format!(
        "not typed: no document is open yet; {} goes on with the selected draft, {} starts without one",
        key(Action::Open),
        key(Action::StartWithout)
    );
    state.say(Role::Warning, words)
}

/// Continues the draft that is selected or shown.
pub(super) fn take(state: &mut State) -> Vec<Effect> {
    at_hand(state).map_or_else(Vec::new, |found| choose(state, DraftChoice::Take(found.id)))
}

/// Shows the selected draft in full.
pub(super) fn look(state: &mut State) -> Vec<Effect> {
    if let Some(found) = at_hand(state) {
        state.overlays.push(Overlay::Draft(Box::new(DraftView { found, scroll: Scroll::default() })));
    }
    Vec::new()
}

/// Asks whether to delete the draft that is selected or shown.
pub(super) fn ask_to_discard(state: &mut State) -> Vec<Effect> {
    if let Some(found) = at_hand(state) {
        state.overlays.push(Overlay::DiscardDraft(Box::new(found)));
    }
    Vec::new()
}

/// Opens the document without any of its drafts.
pub(super) fn start_without(state: &mut State) -> Vec<Effect> {
    choose(state, DraftChoice::Without)
}

/// Returns the draft that is selected in the topmost list, or shown in full.
fn at_hand(state: &State) -> Option<FoundDraft> {
    match state.overlays.last()? {
        Overlay::Drafts(chooser) => chooser.selected().cloned(),
        Overlay::Draft(view) => Some(view.found.clone()),
        _ => None,
    }
}

/// Deletes a draft: the user has confirmed.
pub(super) fn discard(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::DiscardDraft(found)) = state.overlays.pop() else { return Vec::new() };
    choose(state, DraftChoice::Discard(found.id))
}

/// Applies a choice to the drafts. The chooser stays open until the reply.
fn choose(state: &mut State, choice: DraftChoice) -> Vec<Effect> {
    state.overlays.retain(|screen| !matches!(screen, Overlay::Draft(_) | Overlay::DiscardDraft(_)));
    let Some(chooser) = state.draft_chooser_mut() else { return Vec::new() };
    chooser.chosen();
    vec![Effect::ChooseDraft { seat: chooser.seat, document: chooser.document.clone(), choice }]
}

/// Notes that a generation of a draft is on the disk.
pub(super) fn on_written(state: &mut State, seat: EditorIndex, document: &DocumentId, generation: u64) -> Vec<Effect> {
    on_progress(state, seat, document, generation, Ok(()))
}

/// Notes that a generation of a draft could not be written.
pub(super) fn on_failed(
    state: &mut State,
    seat: EditorIndex,
    document: &DocumentId,
    generation: u64,
    why: String,
) -> Vec<Effect> {
    on_progress(state, seat, document, generation, Err(why))
}

fn on_progress(
    state: &mut State,
    seat: EditorIndex,
    document: &DocumentId,
    generation: u64,
    done: Result<(), String>,
) -> Vec<Effect> {
    let Some(pane) = state.people.panes.get_mut(seat) else { return Vec::new() };
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
    // An open document shows this in its status line.
    let trouble = draft.trouble().filter(|_| !is_open);
    trouble.map_or_else(Vec::new, |why| state.say(Role::Bad, sanitize(&why).into_owned()))
}
