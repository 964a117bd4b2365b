//! The list of documents, below the line in which the user types a name.

use contract::DocumentEntry;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::border::framed;
use crate::content::{tags, text};
use crate::layout::inner;
use crate::overlay::{DocumentChooser, DocumentRow};
use crate::state::State;

/// Draws the prompt, the line, and the list.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect, documents: &DocumentChooser) {
    frame.render_widget(Clear, area);
    frame.render_widget(framed(&state.theme, "documents", true), area);
    let rows = Split::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Fill(1)]);
    let [prompt, input, list] = rows.areas(inner(area));
    let words = "choose one, or type a name or part of one; a new name creates a document";
    let words = text::cut(words, prompt.width.into(), state.theme.glyphs.more);
    frame.render_widget(Line::styled(words, state.theme.style(Role::Dim)), prompt);
    documents.line().draw(frame, input, true, &state.theme);
    let lines = lines(state, documents, list);
    frame.render_widget(Paragraph::new(lines), list);
}

fn lines(state: &State, documents: &DocumentChooser, area: Rect) -> Vec<Line<'static>> {
    let width = usize::from(area.width);
    let rows = documents.rows();
    let selected = documents.selected();
    let height = usize::from(area.height);
    let first = selected.map_or(0, |at| (at + 1).saturating_sub(height));
    let shown = rows.iter().enumerate().skip(first).take(height);
    let mut lines: Vec<_> = shown.map(|(at, row)| line(state, row, width, selected == Some(at))).collect();
    let remark = match (documents.entries(), documents.trouble()) {
        (_, Some(why)) => Some((format!("the list is not known: {}", sanitize(why)), Role::Bad)),
        (None, None) => Some(("the list is on its way".to_owned(), Role::Info)),
        (Some([]), None) if lines.is_empty() => Some(("there is no document yet".to_owned(), Role::Dim)),
        (Some(_), None) => None,
    };
    if let Some((words, role)) = remark {
        lines.extend(text::paragraph(&words, width, state.theme.style(role)));
    }
    lines
}

fn line(state: &State, row: &DocumentRow<'_>, width: usize, selected: bool) -> Line<'static> {
    let spans = match row {
        DocumentRow::There(entry) => existing_spans(state, entry),
        DocumentRow::New(name) => {
            vec![Span::raw("create "), Span::styled(sanitize(name).into_owned(), state.theme.style(Role::Title))]
        }
    };
    let glyph = if selected { state.theme.glyphs.focus } else { " " };
    let mut all = vec![Span::raw(format!("{glyph} "))];
    all.extend(spans);
    let line = text::clip(all, width, state.theme.glyphs.more);
    if selected { line.patch_style(state.theme.style(Role::Selected)) } else { line }
}

fn existing_spans(state: &State, entry: &DocumentEntry) -> Vec<Span<'static>> {
    let (glyph, role) = state.sign_of(Some(&entry.author));
    vec![
        Span::styled(format!("{:<20} ", entry.id.as_str()), state.theme.style(Role::Title)),
        Span::raw(format!("{:<28} ", text::cut(&sanitize(&entry.title), 28, state.theme.glyphs.more))),
        Span::styled(format!("{:<14} ", tags::shown(state, &entry.etag.to_string())), state.theme.style(Role::Tag)),
        Span::styled(format!("{glyph} {}", sanitize(entry.author.as_str())), state.theme.style(role)),
    ]
}
