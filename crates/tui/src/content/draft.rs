//! A draft in full.

use ratatui::text::Line;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::text;
use crate::drafts;
use crate::drafts::DraftView;
use crate::state::State;

/// Returns a draft in full.
pub(crate) fn lines(state: &State, view: &DraftView, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let style = |role| state.theme.style(role);
    let about =
        format!("{} · {}", drafts::age(view.found.age), drafts::details(&view.found, state.is_files()).join(" · "));
    let mut lines = text::paragraph(&sanitize(&about), width, style(Role::Dim));
    lines.push(Line::default());
    lines.extend(
        drafts::full_text_lines(&view.found.draft)
            .iter()
            .flat_map(|line| text::paragraph(&sanitize(line), width, style(Role::Text))),
    );
    lines
}
