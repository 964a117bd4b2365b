//! The list of seed documents, below the line in which a title or a path is typed.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};
use terminal::theme::Role;

use super::border::framed;
use super::find::draw_input;
use crate::content::{seeds, text};
use crate::layout::inner;
use crate::seed_chooser::SeedChooser;
use crate::state::State;

/// The most rows of the sentence about the selected row.
const MAX_ABOUT_ROWS: usize = 3;

/// Draws the line, the list, and what Enter does with the selected row.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect, chooser: &SeedChooser) {
    let rows = chooser.rows();
    let selected = chooser.selected();
    let mut block = framed(&state.theme, "seed documents", true);
    if !rows.is_empty() {
        let count = format!(" {} of {} ", selected + 1, rows.len());
        block = block.title_bottom(Line::styled(count, state.theme.style(Role::Dim)).right_aligned());
    }
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    let room = inner(area);
    let width = usize::from(room.width);
    let (role, words) = seeds::about(state, chooser, &rows);
    let most = MAX_ABOUT_ROWS.min(usize::from(room.height).saturating_sub(2)).max(1);
    let about = text::wrap_at_most(&words, width, most, state.theme.glyphs.more);
    let height = u16::try_from(about.len()).unwrap_or_default();
    let parts = [Constraint::Length(1), Constraint::Fill(1), Constraint::Length(height)];
    let [input, list, foot] = Split::vertical(parts).areas(room);
    let hint = (Role::Dim, if width >= 60 { " a lesson, a file or a folder".to_owned() } else { String::new() });
    draw_input(state, frame, input, "find: ", chooser.line(), true, &hint);
    frame.render_widget(Paragraph::new(seeds::lines(state, &rows, selected, list)), list);
    let about: Vec<_> = about.into_iter().map(|line| Line::styled(line, state.theme.style(role))).collect();
    frame.render_widget(Paragraph::new(about), foot);
}
