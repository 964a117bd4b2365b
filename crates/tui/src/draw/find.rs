//! The prompts below the text: find and replace, the number of a line, the title or the parent.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::Span;
use ratatui::widgets::{Clear, Paragraph};
use terminal::line_input::LineInput;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::content::{find, text};
use crate::overlay::Overlay;
use crate::property_prompt::{Property, PropertyPrompt};
use crate::state::State;

/// The columns that an input gets at least, if there are so many.
const MIN_INPUT_COLUMNS: u16 = 16;

/// Draws the prompt into the rows below a text.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    frame.render_widget(Clear, area);
    let mut rows = area.rows();
    match state.overlays.last() {
        Some(Overlay::GoToLine(line)) => {
            let lines = state.document().map_or(1, |work| work.buffer.line_count());
            let words = (Role::Dim, format!("1 to {lines}"));
            if let Some(row) = rows.next() {
                draw_input(state, frame, row, "go to line: ", line, true, &words);
            }
        }
        Some(Overlay::Property(prompt)) => {
            let label = format!("{}: ", prompt.property.name());
            let words = (Role::Dim, property_words(prompt).to_owned());
            if let Some(row) = rows.next() {
                draw_input(state, frame, row, &label, &prompt.line, true, &words);
            }
            let trouble = prompt.trouble.as_ref().map(|why| sanitize(why).into_owned());
            if let (Some(row), Some(why)) = (rows.next(), trouble) {
                let why = text::cut(&why, row.width.into(), state.theme.glyphs.more);
                frame.render_widget(Span::styled(why, state.theme.style(Role::Warning)), row);
            }
        }
        Some(Overlay::Find(prompt)) => {
            let nothing = (Role::Dim, String::new());
            let types_pattern = !prompt.types_replacement();
            if let Some(row) = rows.next() {
                draw_input(state, frame, row, "find: ", prompt.pattern(), types_pattern, &find::words(prompt));
            }
            if let Some(replacement) = prompt.replacement()
                && let Some(row) = rows.next()
            {
                draw_input(state, frame, row, "replace with: ", replacement, !types_pattern, &nothing);
            }
            for (row, line) in rows.zip(find::below(state, prompt, area.width.into())) {
                frame.render_widget(Paragraph::new(line), row);
            }
        }
        _ => {}
    }
}

/// Returns what the user needs to know about the value that is typed.
pub(super) fn property_words(prompt: &PropertyPrompt) -> &'static str {
    match prompt.property {
        _ if prompt.is_sent => " sent",
        Property::Title => "",
        Property::Parent => " an id, or nothing",
    }
}

/// Draws an input between its label and words about it.
pub(super) fn draw_input(
    state: &State,
    frame: &mut Frame<'_>,
    row: Rect,
    label: &str,
    input: &LineInput,
    has_keys: bool,
    (role, words): &(Role, String),
) {
    let theme = &state.theme;
    let columns = |words: &str| u16::try_from(text::width(words)).unwrap_or(u16::MAX);
    let most = row.width.saturating_sub(columns(label) + MIN_INPUT_COLUMNS + 1);
    let words = text::cut(words, most.into(), theme.glyphs.more);
    let parts = [Constraint::Length(columns(label)), Constraint::Fill(1), Constraint::Length(columns(&words))];
    let [before, middle, after] = Split::horizontal(parts).spacing(0).areas(row);
    let role_of_label = if has_keys { Role::Key } else { Role::Dim };
    frame.render_widget(Span::styled(label.to_owned(), theme.style(role_of_label)), before);
    input.draw(frame, middle, has_keys, theme);
    frame.render_widget(Span::styled(words, theme.style(*role)), after);
}
