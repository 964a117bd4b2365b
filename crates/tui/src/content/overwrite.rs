//! The question before an overwrite, and the lines that the overwrite would remove.

use ratatui::text::Line;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::{panel, tags, text};
use crate::action::Context;
use crate::messages;
use crate::state::State;

/// Returns the question, with the lines that an overwrite would lose.
pub(crate) fn lines(state: &State, lost: &[String], width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let style = |role| state.theme.style(role);
    let mut lines = text::paragraph(&tags::shown(state, &messages::overwrite(state)), width, style(Role::Text));
    lines.push(Line::default());
    if lost.is_empty() {
        lines.push(Line::styled("nothing", style(Role::Dim)));
    }
    lines.extend(lost.iter().flat_map(|line| text::paragraph(&sanitize(line), width, style(Role::Bad))));
    lines.push(Line::default());
    lines.extend(panel::choices(state, Context::Overwrite, width));
    lines
}
