//! Lines in a border, scrolled.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};
use terminal::theme::Role;

use super::border::framed;
use crate::layout::inner;
use crate::scroll::Scroll;
use crate::state::State;

/// Draws lines in a border; if they do not fit, the border shows the scroll position.
pub(super) fn draw_scrolled(
    state: &State,
    frame: &mut Frame<'_>,
    area: Rect,
    title: &str,
    scroll: Scroll,
    lines: &[Line<'static>],
) {
    let room = inner(area);
    let height = usize::from(room.height);
    let last = lines.len().saturating_sub(height);
    let first = scroll.first(last);
    let mut block = framed(&state.theme, title, true);
    if last > 0 {
        let shown = format!(" {}–{} of {} ", first + 1, (first + height).min(lines.len()), lines.len());
        block = block.title_bottom(Line::styled(shown, state.theme.style(Role::Dim)).right_aligned());
    }
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    let visible = lines.iter().skip(first).take(height).cloned().collect::<Vec<_>>();
    frame.render_widget(Paragraph::new(visible), room);
}
