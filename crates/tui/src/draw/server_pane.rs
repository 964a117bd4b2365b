//! The pane of the server: its text, and in its border its versions and the dates of a lesson.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};
use terminal::theme::Role;

use super::border::over_border;
use crate::content::server_pane::{self, ServerText};
use crate::content::text;
use crate::layout::inner;
use crate::state::State;

/// The columns of the border that have no words: corners and blanks.
const EDGE_COLUMNS: usize = 8;

/// Draws the pane; in one row, only the document, its version and the strip of versions.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width);
    if area.height < 3 {
        frame.render_widget(server_pane::line(state, width), area);
        return;
    }
    let title = format!("the server · {}", server_pane::subject(state));
    let words = text::cut(&title, width.saturating_sub(4), state.theme.glyphs.more);
    let mut block = Block::bordered().border_style(state.theme.style(Role::Dim));
    block = block.title(over_border(&Line::styled(format!(" {words} "), state.theme.style(Role::Title))));
    let strip = server_pane::strip(state, width.saturating_sub(text::width(&title) + EDGE_COLUMNS));
    if strip.width() > 0 {
        let strip = [vec![Span::raw(" ")], strip.spans, vec![Span::raw(" ")]].concat();
        block = block.title(over_border(&Line::from(strip)).right_aligned());
    }
    let room = inner(area);
    let ServerText { lines, range } = server_pane::lines(state, room.width.into(), room.height.into());
    let mut left = width.saturating_sub(4);
    if let Some((first, last, all)) = range {
        let shown = format!(" {first}–{last} of {all} ");
        left = left.saturating_sub(text::width(&shown) + 1);
        block = block.title_bottom(Line::styled(shown, state.theme.style(Role::Dim)).right_aligned());
    }
    if let Some(dates) = server_pane::dates(state, left) {
        block = block.title_bottom(over_border(&dates));
    }
    frame.render_widget(block, area);
    frame.render_widget(Paragraph::new(lines), room);
}
