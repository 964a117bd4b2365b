//! Simulated writers in a lesson: the table of their runs and, if it fits, the chart of the newest run.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use terminal::theme::Role;

use super::border::framed;
use crate::content::swarm::{lines, needed_rows, note_lines};
use crate::layout::inner;
use crate::lesson_session::LessonSession;
use crate::state::State;
use crate::swarm_screen::SwarmChart;

/// The fewest rows of the chart: each of its four measures has two.
const MIN_CHART_ROWS: u16 = 8;

/// Draws the runs, in a border if there is room.
pub(super) fn draw(state: &State, course: &LessonSession, frame: &mut Frame<'_>, area: Rect) {
    let has_border = area.height >= needed_rows(course) + 2;
    let room = if has_border { inner(area) } else { area };
    if has_border {
        frame.render_widget(framed(&state.theme, "simulated writers", false), area);
    }
    let note = note_lines(state, room.width);
    let note_rows = u16::try_from(note.len()).unwrap_or(u16::MAX);
    let free = room.height.saturating_sub(needed_rows(course) + 1);
    let with_note = free >= note_rows;
    let chart_rows = free.saturating_sub(note_rows + 2);
    let progress = course.swarm.as_deref().filter(|_| chart_rows >= MIN_CHART_ROWS);
    let [table, chart, foot] = Split::vertical([
        Constraint::Length(needed_rows(course) + 1),
        Constraint::Fill(1),
        Constraint::Length(if with_note { note_rows } else { 0 }),
    ])
    .areas(room);
    let table = if with_note { table } else { room };
    frame.render_widget(Paragraph::new(lines(state, course, table.width, table.height)), table);
    if with_note {
        frame.render_widget(Paragraph::new(note), foot);
    }
    if let Some(progress) = progress {
        let [title, measures] = Split::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(chart);
        let words =
            format!("The run of {}, from left to right:", lesson::script::writers_in_words(progress.plan.writers));
        frame.render_widget(Line::styled(words, state.theme.style(Role::Title)), title);
        let chart = SwarmChart { progress, theme: &state.theme, server: "", is_stopping: false };
        chart.draw_measures(frame, measures);
    }
}
