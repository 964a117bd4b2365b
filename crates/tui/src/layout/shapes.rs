//! The shapes of editors on the screen, and the sizes that they need.

use ratatui::layout::Rect;

use crate::ids::EditorIndex;
use crate::open_document::{OpenDocument, OpenedView};
use crate::pane::Pane;
use crate::state::{Focus, State};

/// The columns and rows below which the screen says that the terminal is small, and drops most parts.
pub(crate) const COMFORTABLE_SIZE: (u16, u16) = (40, 12);

/// A note has to be short on a terminal with fewer columns than this.
pub(crate) const NARROW_NOTE_COLUMNS: u16 = 76;

/// The fewest columns in which two editors are side by side.
pub(super) const MIN_TWO_COLUMNS: u16 = 80;

/// The fewest columns of an editor beside others.
pub(super) const MIN_ONE_COLUMNS: u16 = 40;

/// The rows that an editor keeps below the narration: a border, a line of text, a notice, and a status.
pub(super) const MIN_EDITOR_ROWS: u16 = 5;

/// The form in which an editor is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LayoutShape {
    /// Whole, in a border.
    Whole,
    /// As one line: its name and its status.
    Strip,
}

/// The area of an editor on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PaneRect {
    pub(crate) seat: EditorIndex,
    pub(crate) area: Rect,
    pub(crate) shape: LayoutShape,
    /// Whether its status line has to show the server's policy, because nothing else does.
    pub(crate) with_policy: bool,
}

/// Returns whether the merge view of an editor is open.
pub(super) fn is_merging(state: &State, seat: EditorIndex) -> bool {
    let unfolded = |work: &OpenDocument| work.unfolded_view() == Some(OpenedView::Merge);
    state.people.panes.get(seat).and_then(Pane::document).is_some_and(unfolded)
}

/// Returns whether the merge of an editor has a conflict, decided or not.
pub(super) fn has_conflict(state: &State, seat: EditorIndex) -> bool {
    let merge = state.people.panes.get(seat).and_then(Pane::document).and_then(|work| work.editor.document_merge());
    merge.is_some_and(|merge| merge.open_count() > 0 || state.people.focus == Focus::Editor)
}
