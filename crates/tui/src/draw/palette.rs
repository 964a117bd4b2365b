//! The palette: the input line, the list of actions, and a sentence about the selected one.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use terminal::theme::Role;

use super::border::framed;
use crate::content::text;
use crate::layout::inner;
use crate::palette::Palette;
use crate::palette::listing::{self, PaletteRow};
use crate::state::State;

/// The most rows of the sentence about the selected action.
const MAX_ABOUT_HEIGHT: usize = 2;

/// The columns of the keys.
const KEYS_WIDTH: usize = 16;

/// The width from which a row says what the action does or why it is off; below that, only 'off'.
const WIDE: usize = 70;

/// Draws the palette.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect, palette: &Palette) {
    let rows = listing::rows(palette, state);
    let selected = listing::selected(palette, &rows);
    frame.render_widget(Clear, area);
    let mut block = framed(&state.theme, "actions", true);
    if !rows.is_empty() {
        let count = format!(" {} of {} ", selected + 1, rows.len());
        block = block.title_bottom(Line::styled(count, state.theme.style(Role::Dim)).right_aligned());
    }
    frame.render_widget(block, area);
    let inside = inner(area);
    let about = about(state, rows.get(selected), inside.width.into());
    let height = u16::try_from(about.len()).unwrap_or_default();
    let parts = Split::vertical([Constraint::Length(1), Constraint::Fill(1), Constraint::Length(height)]);
    let [input, list, foot] = parts.areas(inside);
    let prompt = Span::styled("action: ", state.theme.style(Role::Key));
    let width = u16::try_from(prompt.width()).unwrap_or_default().min(input.width);
    frame.render_widget(prompt, input);
    palette.line().draw(frame, Rect { x: input.x + width, width: input.width - width, ..input }, true, &state.theme);
    frame.render_widget(Paragraph::new(lines(state, &rows, selected, list)), list);
    frame.render_widget(Paragraph::new(about), foot);
}

fn lines(state: &State, rows: &[PaletteRow], selected: usize, area: Rect) -> Vec<Line<'static>> {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    if rows.is_empty() {
        return text::paragraph("no action has such a name", width, state.theme.style(Role::Dim));
    }
    let names = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
    let first = (selected + 1).saturating_sub(height);
    let shown = rows.iter().enumerate().skip(first).take(height);
    shown.map(|(at, row)| line(state, row, names, width, at == selected)).collect()
}

fn line(state: &State, row: &PaletteRow, names: usize, width: usize, is_selected: bool) -> Line<'static> {
    let theme = &state.theme;
    let role = if row.off.is_some() { Role::Dim } else { Role::Text };
    let glyph = if is_selected { theme.glyphs.focus } else { " " };
    let mut spans = vec![Span::raw(format!("{glyph} "))];
    // The letters that the user typed are marked.
    spans.extend(row.name.chars().enumerate().map(|(at, letter)| {
        let role = if row.matched.contains(&at) { Role::Key } else { role };
        Span::styled(letter.to_string(), theme.style(role))
    }));
    let keys = row.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let about = match &row.off {
        Some(_) if width < WIDE => "off".to_owned(),
        Some(why) => format!("off: {why}"),
        None if width < WIDE => String::new(),
        None => row.help.to_owned(),
    };
    // On a narrow screen, the keys follow the name without a column of their own.
    let gap = if width < WIDE { 2 } else { names.saturating_sub(row.name.len()) + 2 };
    let keys_width = if width < WIDE { text::width(&keys) } else { KEYS_WIDTH };
    let padding = keys_width.saturating_sub(text::width(&keys));
    spans.push(Span::raw(" ".repeat(gap)));
    spans.push(Span::styled(keys, theme.style(if row.off.is_some() { Role::Dim } else { Role::Key })));
    if !about.is_empty() {
        spans.push(Span::styled(format!("{} {about}", " ".repeat(padding)), theme.style(Role::Dim)));
    }
    let line = text::clip(spans, width, theme.glyphs.more);
    if is_selected { theme.selected_line(line) } else { line }
}

/// Returns the sentence about the selected action: why it is off, or what it does.
fn about(state: &State, row: Option<&PaletteRow>, width: usize) -> Vec<Line<'static>> {
    let Some(row) = row else { return Vec::new() };
    let (words, role) = match &row.off {
        Some(why) => (format!("off: {why}. {}", row.help), Role::Dim),
        None => (row.help.to_owned(), Role::Text),
    };
    let lines = text::wrap_at_most(&words, width, MAX_ABOUT_HEIGHT, state.theme.glyphs.more);
    lines.into_iter().map(|line| Line::styled(line, state.theme.style(role))).collect()
}
