//! The panels over the foot of a text: the explanation of a 428, and the choice after a delete.
//!
//! The words of a panel scroll if they do not fit; its keys are always visible.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};
use terminal::theme::Role;

use super::border::framed;
use crate::content::panel::DocumentPanel;
use crate::layout::{Layout, PaneRect, foot, panel_parts, shown_panel};
use crate::scroll::Scroll;
use crate::state::State;

/// Draws the panel of an editor, if one is open and fits.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, layout: &Layout, place: &PaneRect) {
    if let Some((area, panel)) = shown_panel(state, layout, place) {
        let scroll = state.people.panes[place.seat].document().map_or_else(Scroll::default, |work| work.panel_scroll);
        draw_panel(state, frame, area, panel, scroll);
    }
}

/// Draws a panel at the foot of an area.
pub(super) fn draw_panel(state: &State, frame: &mut Frame<'_>, area: Rect, panel: DocumentPanel, scroll: Scroll) {
    let [room, keys] = panel_parts(area, &panel);
    let height = usize::from(room.height);
    let last = panel.words.len().saturating_sub(height);
    let first = scroll.first(last);
    let mut block = framed(&state.theme, panel.title, panel.focused);
    if last > 0 && height > 0 {
        let shown = format!(" {}–{} of {} ", first + 1, first + height, panel.words.len());
        block = block.title_bottom(Line::styled(shown, state.theme.style(Role::Dim)).right_aligned());
    }
    let at = foot(area, &panel);
    frame.render_widget(Clear, at);
    frame.render_widget(block, at);
    frame.render_widget(Paragraph::new(panel.words.into_iter().skip(first).collect::<Vec<_>>()), room);
    frame.render_widget(Paragraph::new(panel.choices), keys);
}
