//! The range in which a view can be scrolled.

use ratatui::layout::Rect;

use super::panel::panel_scroll_room;
use super::{Layout, entered_question, inner, overlay_area};
use crate::content::{change, controls, draft, exchange, help, overwrite, policy_comparison, room_join, version};
use crate::overlay::Overlay;
use crate::room_overlay::RoomOverlay;
use crate::state::State;

/// Returns the width of the lines of an overlay.
pub(crate) fn overlay_width(state: &State) -> u16 {
    let area = Rect::new(0, 0, state.size.0, state.size.1);
    inner(overlay_area(&Layout::new(state, area), area)).width
}

/// Returns the last scroll position of a view, and the lines of a page.
///
/// The view is the topmost overlay or, if there is none, the panel over the text.
pub(crate) fn scroll_room(state: &State) -> (usize, usize) {
    let area = Rect::new(0, 0, state.size.0, state.size.1);
    let inner = inner(overlay_area(&Layout::new(state, area), area));
    let lines = match state.overlays.last() {
        Some(Overlay::Help(help)) => help::lines(state, help.about, inner.width).len(),
        Some(Overlay::Exchange(view)) => exchange::lines(state, view.number, inner.width).len(),
        Some(Overlay::Version(detail)) => version::lines(state, detail, inner.width).lines.len(),
        Some(Overlay::Change(_)) => change::lines(state, inner.width).len(),
        Some(Overlay::Overwrite(confirm)) => overwrite::lines(state, &confirm.lines, inner.width).len(),
        Some(Overlay::Room(overlay)) => match &**overlay {
            RoomOverlay::Join(view) => room_join::lines(state, view.shows_leader, inner).len(),
            RoomOverlay::Controls(_) => controls::lines(state, inner.width).len(),
            RoomOverlay::People(_)
            | RoomOverlay::Remove(_)
            | RoomOverlay::EndServer
            | RoomOverlay::LedQuestion(_)
            | RoomOverlay::AskQuestion
            | RoomOverlay::Seeds(_)
            | RoomOverlay::WithdrawQuestion
            | RoomOverlay::NewRound(_) => 0,
        },
        Some(Overlay::Draft(view)) => draft::lines(state, view, inner.width).len(),
        Some(Overlay::PolicyComparison(comparison)) => policy_comparison::lines(state, comparison, inner.width).len(),
        Some(overlay) if overlay.is_entered_question() => {
            let (lines, rows) = entered_question::scroll_room(state, overlay, area);
            return (lines.saturating_sub(rows), rows);
        }
        Some(
            Overlay::Filter(_)
            | Overlay::VersionFilter(_)
            | Overlay::Find(_)
            | Overlay::GoToLine(_)
            | Overlay::Palette(_)
            | Overlay::Documents(_)
            | Overlay::Property(_)
            | Overlay::DeleteEntry(_)
            | Overlay::Versions(_)
            | Overlay::Path(_)
            | Overlay::Delete(_)
            | Overlay::DiscardMine
            | Overlay::ShowAhead
            | Overlay::Unsaved
            | Overlay::Drafts(_)
            | Overlay::DiscardDraft(_)
            | Overlay::KeepAs(_)
            | Overlay::RoomQuestion(_),
        ) => 0,
        None => return panel_scroll_room(state),
    };
    (lines.saturating_sub(inner.height.into()), inner.height.into())
}
