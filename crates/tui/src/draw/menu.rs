//! The menu: the lessons in groups and free play.
//!
//! The goal of the selected row is beside the list, or below it on a narrow terminal.

use lesson::script::minutes_in_words;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use terminal::theme::Role;

use super::border::framed;
use crate::content::menu::{MenuLines, about, lines};
use crate::layout::inner;
use crate::state::State;

/// From this width on, the goal is beside the list.
const MIN_COLUMNS_BESIDE: u16 = 100;

/// The columns of the goal beside the list, with its border.
const GOAL_COLUMNS: u16 = 38;

/// The rows that the goal may take below the list, even if they are more than a third of the menu.
const MIN_GOAL_HEIGHT: u16 = 4;

/// Draws the menu.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let minutes: u32 = state.lesson.menu.lessons.iter().map(|lesson| lesson.minutes).sum();
    let lessons = match state.lesson.menu.lessons.len() {
        1 => "1 lesson".to_owned(),
        count => format!("{count} lessons"),
    };
    let title = format!("ifmatch: {lessons}, {}", minutes_in_words(minutes));
    if area.width >= MIN_COLUMNS_BESIDE {
        let [left, right] = Split::horizontal([Constraint::Fill(1), Constraint::Length(GOAL_COLUMNS)]).areas(area);
        frame.render_widget(framed(&state.theme, &title, true), left);
        frame.render_widget(framed(&state.theme, "the selected lesson", false), right);
        draw_list(state, frame, inner(left));
        frame.render_widget(Paragraph::new(about(state, inner(right).width, true)), inner(right));
        return;
    }
    frame.render_widget(framed(&state.theme, &title, true), area);
    let about = about(state, inner(area).width, false);
    let needs = u16::try_from(about.len()).unwrap_or(u16::MAX).clamp(1, MIN_GOAL_HEIGHT.max(area.height / 3));
    let rows = Split::vertical([Constraint::Fill(1), Constraint::Length(1), Constraint::Length(needs)]);
    let [list, rule, goal] = rows.areas(inner(area));
    draw_list(state, frame, list);
    let line = state.theme.glyphs.rule.repeat(rule.width.into());
    frame.render_widget(Line::styled(line, state.theme.style(Role::Dim)), rule);
    frame.render_widget(Paragraph::new(about), goal);
}

/// Draws as many lines as fit, from the first; if the selected row is not among them, it is the last.
fn draw_list(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let MenuLines { all, selected } = lines(state, area.width, area.height);
    let first = (selected + 1).saturating_sub(area.height.into());
    let shown = all.into_iter().skip(first).take(area.height.into()).collect::<Vec<_>>();
    frame.render_widget(Paragraph::new(shown), area);
}
