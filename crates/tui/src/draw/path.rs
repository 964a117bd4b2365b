//! The prompt for the path of a file, at the foot of the screen.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};
use terminal::line_input::LineInput;
use terminal::theme::Role;

use super::border::framed;
use crate::action::Context;
use crate::content::panel::choices;
use crate::content::text;
use crate::file_messages;
use crate::layout::inner;
use crate::state::State;

/// Draws the question, the path, and the keys.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect, path: &LineInput) {
    let width = usize::from(inner(area).width);
    let words = text::paragraph(&file_messages::which_path(state), width, state.theme.style(Role::Text));
    let choices = choices(state, Context::Path, width);
    let rows = |lines: &[Line<'_>]| u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let height = rows(&words).saturating_add(rows(&choices)).saturating_add(3).min(area.height);
    let foot = Rect { y: area.bottom() - height, height, ..area };
    let parts = [Constraint::Length(rows(&words)), Constraint::Length(1), Constraint::Fill(1)];
    let [above, line, below] = Split::vertical(parts).areas(inner(foot));
    frame.render_widget(Clear, foot);
    frame.render_widget(framed(&state.theme, "write to another file", true), foot);
    frame.render_widget(Paragraph::new(words), above);
    path.draw(frame, line, true, &state.theme);
    frame.render_widget(Paragraph::new(choices), below);
}
