//! Unsaved text: whether its draft is on the disk, on its way there, or could not be written.

use crate::drafts::DraftFate;
use crate::open_document::OpenDocument;
use crate::state::State;

/// Returns every document with unsaved text.
fn unsaved(state: &State) -> impl Iterator<Item = &OpenDocument> {
    state.documents().filter(|work| work.editor.has_unsaved())
}

/// Returns whether a draft of unsaved text is still on its way to the disk.
pub(crate) fn is_draft_pending(state: &State) -> bool {
    let waits = |work: &OpenDocument| work.draft.fate() == DraftFate::Pending && work.draft.elsewhere().is_none();
    state.disk.keeps_drafts && unsaved(state).any(waits)
}

/// Returns the first document whose unsaved text is only in memory.
///
/// The document's draft could not be written, and the user has not put the text anywhere else.
pub(crate) fn text_in_danger(state: &State) -> Option<&OpenDocument> {
    let in_danger =
        |work: &&OpenDocument| matches!(work.draft.fate(), DraftFate::Failed(_)) && work.draft.elsewhere().is_none();
    unsaved(state).filter(|_| state.disk.keeps_drafts).find(in_danger)
}

/// Returns the document whose unsaved text to put elsewhere next.
pub(crate) fn next_to_rescue(state: &State) -> Option<&OpenDocument> {
    text_in_danger(state).or_else(|| unsaved(state).find(|work| work.draft.elsewhere().is_none()))
}
