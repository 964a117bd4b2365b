//! A lesson under every policy: the outcome of each write, and the keys that play one policy.

use ratatui::text::Line;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::{panel, text};
use crate::action::Context;
use crate::overlay::PolicyComparison;
use crate::state::State;

/// Returns the lines of the comparison, for a given width.
pub(crate) fn lines(state: &State, takes: &PolicyComparison, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let style = |role| state.theme.style(role);
    let words = "The same order of events under every policy. The outcome of each write:";
    let mut lines = text::paragraph(words, width, style(Role::Text));
    lines.push(Line::default());
    match &takes.table {
        None => lines.push(Line::styled("the lesson is being played under every policy", style(Role::Info))),
        Some(Err(why)) => {
            lines.extend(text::paragraph(
                &format!("the lesson cannot be played under every policy: {}", sanitize(why)),
                width,
                style(Role::Bad),
            ));
        }
        Some(Ok(table)) => {
            let drawn = table.to_string();
            if drawn.lines().all(|row| text::width(row) <= width) {
                lines.extend(drawn.lines().enumerate().map(|(at, row)| {
                    let role = if at == 0 { Role::Title } else { Role::Text };
                    Line::styled(sanitize(row).into_owned(), style(role))
                }));
            } else {
                // If the columns do not fit, each row is a sentence.
                let rows = table.to_spoken_lines();
                lines.extend(rows.iter().flat_map(|row| text::paragraph(&sanitize(row), width, style(Role::Text))));
            }
        }
    }
    lines.push(Line::default());
    lines.extend(panel::choices(state, Context::PolicyComparison, width));
    lines
}
