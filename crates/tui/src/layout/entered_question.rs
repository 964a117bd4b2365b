//! The area of the leader's question once the user has entered it: over the other parts.

use ratatui::layout::Rect;

use super::question::{framed_rows, rows_beside};
use super::{Layout, inner};
use crate::content::room_question;
use crate::overlay::{Overlay, RoomQuestionView};
use crate::state::State;

/// Returns the area of the question that the user has entered: as high as it needs, above the footer.
///
/// It covers the rows that the question has while the user is not in it.
pub(crate) fn entered_question_area(state: &State, view: &RoomQuestionView, area: Rect) -> Rect {
    let most = area.height.saturating_sub(u16::from(area.height > 1));
    let lines = room_question::entered_lines(state, view, inner(area).width).len();
    let height = framed_rows(lines).max(rows_beside(state, area)).min(most);
    Rect { y: area.y + most - height, height, ..area }
}

/// Returns the area of the question on the screen, or `None` if it is not shown.
pub(crate) fn question_area(state: &State) -> Option<Rect> {
    let area = Rect::new(0, 0, state.size.0, state.size.1);
    match state.overlays.last() {
        Some(Overlay::RoomQuestion(view)) => Some(entered_question_area(state, view, area)),
        _ => Layout::new(state, area).question,
    }
}

/// Returns the lines of the question that the user has entered, and the rows for them.
pub(super) fn scroll_room(state: &State, view: &RoomQuestionView, area: Rect) -> (usize, usize) {
    let lines = room_question::entered_lines(state, view, inner(area).width).len();
    (lines, inner(entered_question_area(state, view, area)).height.into())
}
