//! A response to an editor: the exercises that it completes, and the lines that were lost.

use editor::{EditorInput, EditorNotice, KnownVersion, ResponseOutcome, WorkingCopy};
use traffic::LostLines;

use super::gate;
use crate::coach::Exercise;
use crate::effect::Effect;
use crate::ids::DocumentKey;
use crate::open_document::OpenDocument;
use crate::state::{SessionEnd, State};

/// The number of lost updates that are remembered.
const KEPT: usize = 100;

/// Passes a response to the editor that waits for it.
pub(super) fn answered(state: &mut State, key: DocumentKey, answered: EditorInput) -> Vec<Effect> {
    let saved = matches!(answered, EditorInput::ResponseReceived { outcome: ResponseOutcome::Saved(_), .. });
    let Some(work) = state.find(key) else { return Vec::new() };
    let before = Before::of(work);
    work.unanswered = None;
    let mut effects = work.feed(answered);
    let is_written = saved && !matches!(work.editor.notice(), Some(EditorNotice::NothingToSave { .. }));
    work.missing = missing(work, &before);
    if is_written {
        work.replaced = Some(before.replaced());
    }
    effects.extend(gate::look_again(state));
    if saved && before.saves_merge {
        state.status.milestones.tick(Exercise::Merge);
    }
    if is_written && before.saves_merge {
        state.status.milestones.tick(Exercise::SavedMerge);
    }
    if let Some(gone) = lost_by_save(state, key, &before) {
        state.status.gone.truncate(KEPT - 1);
        state.status.gone.push_front(gone);
    }
    if before.is_opening && state.is_files() {
        // Nothing can have been typed yet, and the user came for the merge.
        effects.extend(state.find(key).map_or_else(Vec::new, OpenDocument::enter));
    }
    let is_unsaved = |work: &OpenDocument| work.editor.has_unsaved() && !work.editor.has_only_unplaced();
    if saved && state.is_files() && !state.documents().any(is_unsaved) {
        // The result is written, so the merge is done. Text that is not in the result stays in the draft.
        state.leaving.ended = Some(SessionEnd::Quit);
    }
    effects
}

/// The state of an editor before it handled its response.
struct Before {
    base: Option<KnownVersion>,
    /// Whether the request in flight sends the result of a merge.
    saves_merge: bool,
    /// Whether the document was still loading.
    is_opening: bool,
}

impl Before {
    fn of(work: &OpenDocument) -> Self {
        Self {
            base: work.editor.base().cloned(),
            saves_merge: work.editor.is_saving_merge(),
            is_opening: work.editor.phase() == editor::EditorPhase::Opening,
        }
    }

    /// Returns the document that a save replaced, as far as its writer knew.
    fn replaced(&self) -> WorkingCopy {
        self.base.as_ref().map(|base| base.document.clone()).unwrap_or_default()
    }
}

/// Returns the lines that the acknowledged save overwrote unseen, if the overwritten text is known.
fn lost_by_save(state: &State, key: DocumentKey, held: &Before) -> Option<LostLines> {
    let work = state.documents().find(|work| work.key == key)?;
    let Some(EditorNotice::Overwrote { etag, overwritten }) = work.editor.notice() else { return None };
    let now = work.editor.base().filter(|base| base.etag == *etag)?;
    let same = |other: &&OpenDocument| other.editor.id() == work.editor.id();
    let held_by =
        state.documents().filter(same).find(|other| other.editor.base().is_some_and(|b| b.etag == *overwritten))?;
    let held = held.base.as_ref().map_or_else(String::new, |base| base.document.content.to_string());
    let (now, overwritten) = (now.to_snapshot(), held_by.editor.base()?.to_snapshot());
    let replaced = held_by.replaced.as_ref().map(WorkingCopy::to_document);
    LostLines::lost_by_overwrite(work.editor.id(), &held, &now, &overwritten, replaced.as_ref())
}

/// Returns the lines of the user's last save that the version just read does not have.
fn missing(work: &OpenDocument, before: &Before) -> Option<LostLines> {
    let Some(EditorNotice::Reloaded { .. }) = work.editor.notice() else { return None };
    let mine = before.base.as_ref().filter(|base| base.author.as_ref() == Some(work.editor.me()))?;
    let now = work.editor.base().filter(|now| now.etag != mine.etag)?;
    let replaced = work.replaced.as_ref()?.to_document();
    LostLines::lost_of_mine(work.editor.id(), &mine.to_snapshot(), &replaced, &now.to_snapshot())
}
