//! Writes that the editor of a document does not send: a restore, a change in the list.
//!
//! The editor learns that they are the user's own, so that it does not take them for those of another program.

use contract::DocumentId;
use editor::{EditorInput, OtherWrite, ResponseOutcome};

use crate::effect::Effect;
use crate::ids::EditorIndex;
use crate::pane::Pane;
use crate::state::State;

/// Tells the editor of a document, if it is open, that such a write is sent.
pub(super) fn on_begun(state: &mut State, seat: EditorIndex, document: &DocumentId) -> Vec<Effect> {
    feed(state, seat, document, &EditorInput::OtherWriteBegan)
}

/// Tells the editor of a document, if it is open, how such a write has ended.
pub(super) fn on_ended(
    state: &mut State,
    seat: EditorIndex,
    document: &DocumentId,
    outcome: &ResponseOutcome,
) -> Vec<Effect> {
    let write = match outcome {
        ResponseOutcome::Saved(saved) | ResponseOutcome::Altered(saved, _) => OtherWrite::Wrote(saved.etag.clone()),
        ResponseOutcome::Deleted => OtherWrite::Deleted,
        _ => OtherWrite::NotDone,
    };
    feed(state, seat, document, &EditorInput::OtherWriteEnded(write))
}

fn feed(state: &mut State, seat: EditorIndex, document: &DocumentId, input: &EditorInput) -> Vec<Effect> {
    let works = state.people.panes.get_mut(seat).map(Pane::documents_mut).into_iter().flatten();
    let open = works.filter(|work| work.editor.id() == document);
    open.flat_map(|work| work.feed(input.clone())).collect()
}
