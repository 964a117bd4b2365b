//! The narration of a lesson: its step, its words and questions, the last event, and its claims.
//!
//! People in the last row of a room read the narration, so it has few words and none of them is dim.

use ratatui::Frame;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::border::framed;
use crate::content::narration::lines;
use crate::content::{people, policy, text};
use crate::layout::inner;
use crate::lesson_session::LessonSession;
use crate::state::{Focus, State};

/// The columns of the lower border that say which lines are in view, and its corners.
const MIN_SCROLL_COLUMNS: usize = 16;

/// Draws the narration.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let Some(course) = &state.lesson.course else { return };
    let focused = state.people.focus == Focus::Lesson && state.overlays.is_empty();
    let mut block = framed(&state.theme, &title(state, course, area.width), focused);
    let left = usize::from(area.width).saturating_sub(text::width(&title(state, course, area.width)) + 10);
    let policy = policy::fitting(state, area.width >= 60, left);
    if !policy.is_empty() {
        block = block.title(Line::from([vec![Span::raw(" ")], policy, vec![Span::raw(" ")]].concat()).right_aligned());
    }
    let room = inner(area);
    let lines = lines(state, course, room.width);
    let height = usize::from(room.height);
    let first = lines.first_in_view(height);
    let all = lines.all;
    let count = all.len();
    if count > height {
        let keys = if focused && course.is_in_level() { "↑↓ " } else { "" };
        let shown = format!(" {keys}{}–{} of {count} ", first + 1, (first + height).min(count));
        block = block.title_bottom(Line::styled(shown, state.theme.style(Role::Dim)).right_aligned());
    }
    frame.render_widget(Clear, area);
    frame.render_widget(Paragraph::new(all.into_iter().skip(first).take(height).collect::<Vec<_>>()), room);
    if may_hide(state, course) && has_mask(state, frame.buffer_mut()) {
        let words = format!(" {}: hidden until the question is answered ", state.theme.mask());
        let words = if text::width(&words) + MIN_SCROLL_COLUMNS <= area.width.into() { words } else { short(state) };
        block = block.title_bottom(Line::styled(words, state.theme.style(Role::Text)));
    }
    frame.render_widget(block, area);
}

/// Returns whether a question can have hidden something on the screen.
fn may_hide(state: &State, course: &LessonSession) -> bool {
    let has_question = course.is_asking() || course.next_question().is_some();
    has_question || people::all(state).iter().any(|who| course.hides_next_request_of(who))
}

/// Returns whether a mask is drawn anywhere on the screen.
fn has_mask(state: &State, buffer: &Buffer) -> bool {
    let mask = state.theme.mask();
    let width = usize::from(buffer.area.width).max(1);
    buffer.content().chunks(width).any(|row| row.iter().map(Cell::symbol).collect::<String>().contains(&mask))
}

/// Returns what a mask means, in few words.
fn short(state: &State) -> String {
    format!(" {}: hidden ", state.theme.mask())
}

/// Returns the title: the lesson, the step, the pace, and how many claims failed.
fn title(state: &State, course: &LessonSession, width: u16) -> String {
    let log = course.player().run_log();
    let steps = course.player().scenes() - 2;
    let at = course.player().position().saturating_sub(1);
    let step = match at {
        _ if course.is_in_level() => "your turn".to_owned(),
        0 => format!("{steps} steps"),
        at if at > steps => "the end".to_owned(),
        at => format!("step {at} of {steps}"),
    };
    let mut parts = vec![step];
    if course.run.pace.pause().is_some() {
        parts.push(course.run.pace.to_string());
    }
    if course.player().has_policy_override() {
        parts.push("another take".to_owned());
    }
    let failed = log.failures().count();
    if failed > 0 {
        parts.push(format!("{failed} {} failed", if failed == 1 { "claim" } else { "claims" }));
    }
    let rest = parts.join(" · ");
    let room = usize::from(width).saturating_sub(text::width(&rest) + 11);
    format!("{} · {rest}", text::cut(&sanitize(&log.title), room, state.theme.glyphs.more))
}
