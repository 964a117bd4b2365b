//! The list of drafts, text typed while a document is opening, and the path for text without a draft.

use client::FoundDraft;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::border::framed;
use crate::action::{Action, Context};
use crate::content::text;
use crate::drafts::DraftChooser;
use crate::layout::inner;
use crate::overlay::SavePathPrompt;
use crate::state::State;
use crate::{drafts, file_messages, messages};

/// Draws the list of drafts or, while the drafts are being read, the text typed meanwhile.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect, chooser: &DraftChooser) {
    let Some(offered) = chooser.offered() else {
        let typed = state.people.panes.get(chooser.seat).and_then(|pane| pane.typed_ahead(&chooser.document));
        if let Some(typed) = typed {
            draw_typed_ahead(state, frame, area, chooser, &typed);
        }
        return;
    };
    let subject = if state.is_files() { file_messages::name(state) } else { chooser.document.to_string() };
    let title = format!("drafts of {subject}");
    frame.render_widget(Clear, area);
    frame.render_widget(framed(&state.theme, &title, true), area);
    let room = inner(area);
    let width = usize::from(room.width);
    let words = format!("{} {}", messages::drafts_of(state, chooser), "Nothing is deleted unless you discard it.");
    let head = text::paragraph(&words, width, state.theme.style(Role::Text));
    let height = u16::try_from(head.len() + 1).unwrap_or(u16::MAX);
    let [top, list] = Split::vertical([Constraint::Length(height), Constraint::Fill(1)]).areas(room);
    frame.render_widget(Paragraph::new(head), top);
    let selected = chooser.selected().map(|found| &found.id);
    let entries: Vec<Vec<Line<'static>>> =
        offered.iter().map(|found| entry(state, found, width, selected == Some(&found.id))).collect();
    // If the list does not fit, the selected draft is the last in view.
    let at = offered.iter().position(|found| selected == Some(&found.id)).unwrap_or(0);
    let mut first = 0;
    let rows = |from: usize| entries[from..=at].iter().map(Vec::len).sum::<usize>();
    while first < at && rows(first) > usize::from(list.height) {
        first += 1;
    }
    let shown: Vec<_> = entries.into_iter().skip(first).flatten().take(list.height.into()).collect();
    frame.render_widget(Paragraph::new(shown), list);
}

/// Draws the last lines of the text typed while a document is being opened.
fn draw_typed_ahead(state: &State, frame: &mut Frame<'_>, area: Rect, chooser: &DraftChooser, typed: &str) {
    let title = if state.is_files() {
        let paste = state.hint_for(Action::Paste, Context::Text);
        format!("reading {}: what you type decides nothing; it is kept, {paste} pastes it", file_messages::name(state))
    } else {
        format!("opening {}: what you type goes into its text", chooser.document)
    };
    frame.render_widget(Clear, area);
    frame.render_widget(framed(&state.theme, &title, true), area);
    let room = inner(area);
    let lines: Vec<_> = typed.lines().map(|line| Line::raw(sanitize(line).into_owned())).collect();
    let first = lines.len().saturating_sub(room.height.into());
    frame.render_widget(Paragraph::new(lines[first..].to_vec()), room);
}

/// Returns the lines of a draft in the list: its age and first words, and below them its details.
fn entry(state: &State, found: &FoundDraft, width: usize, selected: bool) -> Vec<Line<'static>> {
    let style = |role| state.theme.style(role);
    let glyph = if selected { state.theme.glyphs.focus } else { " " };
    let head = vec![
        Span::raw(format!("{glyph} ")),
        Span::styled(format!("{:<15} ", drafts::age(found.age)), style(Role::Title)),
        Span::raw(sanitize(&drafts::first_words(&found.draft, state.disk.my_file.as_ref())).into_owned()),
    ];
    let head = text::clip(head, width, state.theme.glyphs.more);
    let head = if selected { state.theme.selected_line(head) } else { head };
    let details = text::paragraph(
        &sanitize(&drafts::details(found, state.is_files()).join(" · ")),
        width.saturating_sub(4),
        style(Role::Dim),
    );
    let details = details.into_iter().map(|line| {
        let indented = std::iter::once(Span::raw("    ")).chain(line.spans);
        Line::from(indented.collect::<Vec<_>>()).style(line.style)
    });
    std::iter::once(head).chain(details).collect()
}

/// Draws the prompt for the path, and below it why the last path was refused.
pub(super) fn draw_keep_as(state: &State, frame: &mut Frame<'_>, area: Rect, keep: &SavePathPrompt) {
    let width = inner(area).width;
    let trouble = keep.trouble.iter().flat_map(|why| {
        let words = format!("{} {}", state.theme.sign(Role::Bad), why);
        text::paragraph(&words, width.into(), state.theme.style(Role::Bad))
    });
    let trouble: Vec<_> = trouble.collect();
    let height = u16::try_from(trouble.len() + 4).unwrap_or(u16::MAX).min(area.height);
    let area = Rect { y: area.bottom() - height, height, ..area };
    frame.render_widget(Clear, area);
    frame.render_widget(framed(&state.theme, "write the text into a file", true), area);
    let rows = Split::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Fill(1)]);
    let [prompt, input, below] = rows.areas(inner(area));
    let words =
        text::cut("a new file; an existing file is never overwritten", prompt.width.into(), state.theme.glyphs.more);
    frame.render_widget(Line::styled(words, state.theme.style(Role::Dim)), prompt);
    keep.line.draw(frame, input, true, &state.theme);
    frame.render_widget(Paragraph::new(trouble), below);
}
