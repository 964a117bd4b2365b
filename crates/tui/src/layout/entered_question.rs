//! The area of the leader's question once the user has entered it: over the other parts.
//!
//! A participant enters it to answer, the leader to lead it.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::question::{framed_rows, rows_beside};
use super::{Layout, inner};
use crate::content::{led_question, room_question};
use crate::overlay::Overlay;
use crate::room_overlay::RoomOverlay;
use crate::state::State;

/// Returns the lines of the question that the user has entered; none if the overlay is another one.
pub(crate) fn entered_lines(state: &State, overlay: &Overlay, width: u16) -> Vec<Line<'static>> {
    match overlay {
        Overlay::RoomQuestion(view) => room_question::entered_lines(state, view, width),
        overlay if matches!(overlay.room(), Some(RoomOverlay::LedQuestion(_))) => {
            led_question::entered_lines(state, width)
        }
        _ => Vec::new(),
    }
}

/// Returns the area of the question that the user has entered: as high as it needs, above the footer.
///
/// It covers the rows that the question has while the user is not in it.
pub(crate) fn entered_question_area(state: &State, overlay: &Overlay, area: Rect) -> Rect {
    let most = area.height.saturating_sub(u16::from(area.height > 1));
    let lines = entered_lines(state, overlay, inner(area).width).len();
    let height = framed_rows(lines).max(rows_beside(state, area)).min(most);
    Rect { y: area.y + most - height, height, ..area }
}

/// Returns the area of the question on the screen, or `None` if it is not shown.
pub(crate) fn question_area(state: &State) -> Option<Rect> {
    let area = Rect::new(0, 0, state.size.0, state.size.1);
    match state.overlays.last().filter(|overlay| overlay.is_entered_question()) {
        Some(overlay) => Some(entered_question_area(state, overlay, area)),
        None => Layout::new(state, area).question,
    }
}

/// Returns the lines of the question that the user has entered, and the rows for them.
pub(super) fn scroll_room(state: &State, overlay: &Overlay, area: Rect) -> (usize, usize) {
    let lines = entered_lines(state, overlay, inner(area).width).len();
    (lines, inner(entered_question_area(state, overlay, area)).height.into())
}
