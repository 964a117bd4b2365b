//! The area of a panel: at the foot of its editor, or of the whole screen.

use ratatui::layout::{Position, Rect};

use super::pane::full_body;
use super::panel_foot::{foot, height_below, lends_the_screen, panel_parts};
use super::{Layout, LayoutShape, PaneRect, inner};
use crate::content::panel::{DocumentPanel, panel};
use crate::ids::EditorIndex;
use crate::state::State;

/// Returns the panel of an editor and the area at whose foot it is drawn, or `None` if there is none.
pub(crate) fn shown_panel(state: &State, layout: &Layout, place: &PaneRect) -> Option<(Rect, DocumentPanel)> {
    let work = state.people.panes[place.seat].document()?;
    let room = full_body(state, place);
    let area = area(state, layout, place, room);
    let panel = panel(state, work, inner(area).width)?;
    (height_below(state, place, room) > 0).then_some((area, panel))
}

/// Returns the editor whose panel is at a position, or `None`; a click there enters the panel.
pub(crate) fn panel_at(state: &State, layout: &Layout, at: Position) -> Option<EditorIndex> {
    // Panels may overlap; the last one is on top.
    let is_there = |place: &&PaneRect| {
        shown_panel(state, layout, place).is_some_and(|(area, panel)| foot(area, &panel).contains(at))
    };
    layout.panes.iter().rev().find(is_there).map(|place| place.seat)
}

/// Returns the last scroll position of the panel with the focus, and the lines of a page.
pub(super) fn panel_scroll_room(state: &State) -> (usize, usize) {
    let layout = Layout::new(state, Rect::new(0, 0, state.size.0, state.size.1));
    let place = layout.panes.iter().find(|place| place.seat == state.people.seat);
    let Some((area, panel)) = place.and_then(|place| shown_panel(state, &layout, place)) else { return (0, 1) };
    let [room, _] = panel_parts(area, &panel);
    (panel.words.len().saturating_sub(room.height.into()), room.height.into())
}

/// Returns the area for an editor's panel.
///
/// The area is `room`, or the whole width of the screen if the editor is narrow and has the focus. The status lines of
/// all editors stay visible.
fn area(state: &State, layout: &Layout, place: &PaneRect, room: Rect) -> Rect {
    if !lends_the_screen(state, place, room) {
        return room;
    }
    let whole = layout.panes.iter().filter(|place| place.shape == LayoutShape::Whole);
    let bottom = whole.map(|place| full_body(state, place).bottom()).min().unwrap_or(room.bottom());
    Rect { x: 0, width: state.size.0, height: bottom.saturating_sub(room.y), ..room }
}
