//! A room: the counters, and the people in a border.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::widgets::Paragraph;

use super::border::framed;
use crate::content::room::{counter_rows, counters, people, title};
use crate::layout::inner;
use crate::state::State;

/// Draws the counters above the people.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let rows = counter_rows(area.width, area.height);
    let [above, roster] = Split::vertical([Constraint::Length(rows), Constraint::Fill(1)]).areas(area);
    frame.render_widget(Paragraph::new(counters(state, above.width, above.height)), above);
    frame.render_widget(framed(&state.theme, &title(state), false), roster);
    let room = inner(roster);
    frame.render_widget(Paragraph::new(people(state, room.width, room.height)), room);
}
