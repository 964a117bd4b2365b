//! Keys of the merge view.

use editor::Command;

use super::editor::{command, is_off, with_document};
use crate::action::{Action, Context, KeyMeaning};
use crate::coach::Exercise;
use crate::effect::Effect;
use crate::open_document::OpenDocument;
use crate::overlay::{Overlay, OverwriteConfirm};
use crate::scroll::Scroll;
use crate::state::State;

/// Passes an action to the merge view if the merge view has the focus.
pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    if !matches!(state.context(), Context::Merge | Context::MergeText) {
        return Vec::new();
    }
    let effects = with_document(state, |work, register| work.merge(&KeyMeaning::Act(action), register));
    let is_decided =
        |work: &OpenDocument| work.editor.document_merge().is_some_and(|conflict| conflict.open_count() == 0);
    if state.document().is_some_and(is_decided) {
        state.status.milestones.tick(Exercise::Merge);
    }
    effects
}

/// Asks before mine is saved over theirs, and shows the lines that would be lost.
///
/// If that save is unavailable, the editor says why.
pub(super) fn ask_to_overwrite(state: &mut State) -> Vec<Effect> {
    if is_off(state, &Command::OverwriteTheirs) {
        return command(state, Command::OverwriteTheirs);
    }
    if let Some(conflict) = state.document().and_then(|work| work.editor.document_merge()) {
        let (theirs, lines) = (conflict.theirs().etag.clone(), merge_view::lost_lines(conflict));
        state.overlays.push(Overlay::Overwrite(OverwriteConfirm { theirs, lines, scroll: Scroll::default() }));
    }
    Vec::new()
}
