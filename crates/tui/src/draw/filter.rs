//! The prompt for a filter, at the foot of the wire panel.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::content::exchange_labels::UNCONDITIONAL_LABEL;
use crate::content::text;
use crate::layout::{Layout, inner};
use crate::overlay::FilterPrompt;
use crate::state::State;

/// The most rows of the preview.
const MAX_HEIGHT: usize = 3;

/// Draws the prompt, and below it the preview, or why the text is not a valid filter.
///
/// `area`, the area of an overlay, is used if the wire panel is not visible.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect, typed: &FilterPrompt) {
    let panel = Layout::new(state, frame.area()).wire.map_or(area, inner);
    let (role, words) = preview(state, typed);
    let words = format!("{} {}", state.theme.sign(role), sanitize(&words));
    let words = text::wrap_at_most(&words, panel.width.into(), MAX_HEIGHT, state.theme.glyphs.more);
    let height = panel.height.min(u16::try_from(words.len()).unwrap_or(1) + 1);
    let foot = Rect { y: panel.bottom() - height, height, ..panel };
    let [line, below] = Split::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(foot);
    frame.render_widget(Clear, foot);
    let prompt = Span::styled("show only: ", state.theme.style(Role::Key));
    let width = u16::try_from(prompt.width()).unwrap_or_default().min(line.width);
    frame.render_widget(prompt, line);
    typed.line.draw(frame, Rect { x: line.x + width, width: line.width - width, ..line }, true, &state.theme);
    let words = words.into_iter().map(|line| Line::styled(line, state.theme.style(role)));
    frame.render_widget(Paragraph::new(words.collect::<Vec<_>>()), below);
}

/// Returns the number of matching exchanges, the syntax of filters if nothing is typed, or the error.
fn preview(state: &State, typed: &FilterPrompt) -> (Role, String) {
    let all = state.server.wire.traffic.entries().len();
    match &typed.found {
        Ok(_) if typed.text().trim().is_empty() => {
            (Role::Info, "~m method  ~u target  ~c status  ~h field  ~b body  ! & | ( )".to_owned())
        }
        Ok(0) if all > 0 => (Role::Warning, format!("0 of {all}. {UNCONDITIONAL_LABEL}")),
        Ok(count) => (Role::Good, format!("{count} of {all}")),
        Err(why) => (Role::Warning, why.to_string()),
    }
}
