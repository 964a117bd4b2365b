//! The menu: rows for the lessons, with their minutes, and for free play; the goal of the selected row.

use lesson::script::minutes_in_words;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::border::framed;
use crate::action::{Action, Context, key_of};
use crate::content::text;
use crate::layout::inner;
use crate::state::State;

/// The rows that the goal may take, even if they are more than a third of the menu.
const MIN_GOAL_HEIGHT: u16 = 4;

/// Draws the menu.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let minutes: u32 = state.lesson.menu.lessons.iter().map(|lesson| lesson.minutes).sum();
    let lessons = match state.lesson.menu.lessons.len() {
        1 => "1 lesson".to_owned(),
        count => format!("{count} lessons"),
    };
    let title = format!("ifmatch: {lessons}, {}", minutes_in_words(minutes));
    frame.render_widget(framed(&state.theme, &title, true), area);
    let about = about(state, usize::from(inner(area).width));
    let needs = u16::try_from(about.len()).unwrap_or(u16::MAX).clamp(1, MIN_GOAL_HEIGHT.max(area.height / 3));
    let rows = Split::vertical([Constraint::Fill(1), Constraint::Length(1), Constraint::Length(needs)]);
    let [list, rule, goal] = rows.areas(inner(area));
    let lines = lines(state, list);
    frame.render_widget(Paragraph::new(lines), list);
    let line = state.theme.glyphs.rule.repeat(rule.width.into());
    frame.render_widget(Line::styled(line, state.theme.style(Role::Dim)), rule);
    frame.render_widget(Paragraph::new(about), goal);
}

/// Returns as many rows as fit; if not all do, the selected row is the last.
fn lines(state: &State, area: Rect) -> Vec<Line<'static>> {
    let (height, width) = (usize::from(area.height), usize::from(area.width));
    let chosen = state.lesson.menu.chosen();
    let lessons = state.lesson.menu.lessons.iter().enumerate();
    let mut rows: Vec<Vec<Span<'static>>> = lessons
        .map(|(at, lesson)| {
            let title = Span::raw(format!("{:>2}  {}", at + 1, sanitize(&lesson.title)));
            vec![title, Span::styled(format!("  {} min", lesson.minutes), state.theme.style(Role::Dim))]
        })
        .collect();
    let key = key_of(Action::FreePlay, Context::Menu).map(|key| key.to_string()).unwrap_or_default();
    rows.push(vec![
        Span::styled(format!("{key:>2}  "), state.theme.style(Role::Key)),
        Span::raw("Free play"),
        Span::styled("  Alice, Bob, a server, and no lesson", state.theme.style(Role::Dim)),
    ]);
    let first = (chosen + 1).saturating_sub(height);
    let shown = rows.into_iter().enumerate().skip(first).take(height);
    shown
        .map(|(at, spans)| {
            let glyph = if at == chosen { state.theme.glyphs.focus } else { " " };
            let line = [vec![Span::raw(format!("{glyph} "))], spans].concat();
            let line = text::clip(line, width, state.theme.glyphs.more);
            if at == chosen { line.patch_style(state.theme.style(Role::Selected)) } else { line }
        })
        .collect()
}

/// Returns the goal of the selected row.
fn about(state: &State, width: usize) -> Vec<Line<'static>> {
    let words = match state.lesson.menu.lesson().and_then(|at| state.lesson.menu.lessons.get(at)) {
        Some(lesson) => sanitize(&lesson.goal).into_owned(),
        None => "Two editors, one server, every message between them, and you decide what happens.".to_owned(),
    };
    text::paragraph(&words, width, state.theme.style(Role::Title))
}
