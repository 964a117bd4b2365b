//! The rows at the foot of a text that its panel takes.

use ratatui::layout::{Constraint, Layout as Split, Rect};

use super::{PaneRect, inner};
use crate::content::panel::{DocumentPanel, panel};
use crate::state::State;

/// The fewest rows that a view which opens by itself leaves the text; with fewer, the view is one line.
pub(super) const MIN_TEXT_ROWS: u16 = 8;

/// The columns below which an editor's panel may use the whole width of the screen.
const NARROW_COLUMNS: u16 = 60;

/// Returns the rows that an editor's panel takes from the foot of its text.
///
/// There are none if the panel does not have the focus and would leave the text too few rows.
pub(super) fn height_below(state: &State, place: &PaneRect, room: Rect) -> u16 {
    let Some(work) = state.people.panes[place.seat].document() else { return 0 };
    let width = if lends_the_screen(state, place, room) { state.size.0 } else { room.width };
    let area = Rect { width, ..room };
    let Some(panel) = panel(state, work, inner(area).width) else { return 0 };
    let height = foot(area, &panel).height;
    if work.is_entered() || room.height >= height + MIN_TEXT_ROWS { height } else { 0 }
}

/// Returns the foot of an area, as high as a panel needs.
pub(crate) fn foot(area: Rect, panel: &DocumentPanel) -> Rect {
    let needs = panel.words.len() + panel.choices.len() + 2;
    let height = u16::try_from(needs).unwrap_or(u16::MAX).min(area.height);
    Rect { y: area.bottom() - height, height, ..area }
}

/// Returns the areas of a panel's words and of its choices.
pub(crate) fn panel_parts(area: Rect, panel: &DocumentPanel) -> [Rect; 2] {
    let keys = u16::try_from(panel.choices.len()).unwrap_or(u16::MAX);
    Split::vertical([Constraint::Fill(1), Constraint::Length(keys)]).areas(inner(foot(area, panel)))
}

/// Returns whether an editor's panel may be as wide as the screen: if the editor is narrow and current.
pub(super) fn lends_the_screen(state: &State, place: &PaneRect, room: Rect) -> bool {
    room.width < NARROW_COLUMNS && place.seat == state.people.seat
}
