//! A room: the counters, and the people in a border or, in a low terminal, below a title.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use terminal::theme::Role;

use super::border::framed;
use crate::content::room::{counter_rows, counters, has_border, people, title};
use crate::content::text;
use crate::layout::inner;
use crate::state::State;

/// Draws the counters above the people.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let rows = counter_rows(state, area.width);
    let [above, roster] = Split::vertical([Constraint::Length(rows), Constraint::Fill(1)]).areas(area);
    frame.render_widget(Paragraph::new(counters(state, above.width, above.height)), above);
    if has_border(state) {
        let room = inner(roster);
        let (lines, hidden) = people(state, room.width, room.height);
        frame.render_widget(framed(&state.theme, &title(state, hidden), false), roster);
        frame.render_widget(Paragraph::new(lines), room);
        return;
    }
    let [head, list] = Split::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(roster);
    let (lines, hidden) = people(state, list.width, list.height);
    let words = text::cut(&title(state, hidden), head.width.into(), state.theme.glyphs.more);
    frame.render_widget(Line::styled(words, state.theme.style(Role::Title)), head);
    frame.render_widget(Paragraph::new(lines), list);
}
