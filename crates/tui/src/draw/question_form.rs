//! The form for a leader's question, above the footer: a row for each line that can be typed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::border::framed;
use super::find::draw_input;
use crate::content::text;
use crate::layout::inner;
use crate::question_form::FormField;
use crate::state::State;

/// Draws the form, as high as it needs.
///
/// In a low terminal, the rows around the one that has the keys are shown.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let form = &state.room.question.form;
    let fields = form.fields();
    let foot = foot_lines(state, inner(area).width.into());
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let height = rows(fields.len() + foot.len()).saturating_add(2).min(area.height);
    let area = Rect { y: area.bottom() - height, height, ..area };
    frame.render_widget(Clear, area);
    let title = if state.room.question.seen().is_some() { "ask another question in its place" } else { "ask the room" };
    frame.render_widget(framed(&state.theme, title, true), area);
    let room = inner(area);
    let foot_rows = rows(foot.len()).min(room.height.saturating_sub(1));
    let shown = usize::from(room.height - foot_rows);
    let focused = fields.iter().position(|field| *field == form.focus()).unwrap_or_default();
    let first = (focused + 1).saturating_sub(shown);
    for (row, field) in room.rows().take(shown).zip(&fields[first.min(fields.len())..]) {
        let has_keys = *field == form.focus();
        draw_input(state, frame, row, &label(*field), form.input(*field), has_keys, &(Role::Dim, String::new()));
    }
    let below = Rect { y: room.bottom() - foot_rows, height: foot_rows, ..room };
    frame.render_widget(Paragraph::new(foot), below);
}

fn label(field: FormField) -> String {
    match field {
        FormField::Text => "question: ".to_owned(),
        FormField::Choice(at) => format!("{:>8}: ", at + 1),
        FormField::Right => "   right: ".to_owned(),
        FormField::Because => " because: ".to_owned(),
        FormField::WhyNot(at) => format!("{:>8}: ", format!("not {}", at + 1)),
    }
}

/// Returns why the question was not asked, or what the line that has the keys is for.
fn foot_lines(state: &State, width: usize) -> Vec<Line<'static>> {
    let form = &state.room.question.form;
    if let Some(why) = form.trouble() {
        let words = format!("{} {}", state.theme.sign(Role::Warning), sanitize(why));
        return text::paragraph(&words, width, state.theme.style(Role::Warning));
    }
    let words = match form.focus() {
        FormField::Text => "The room sees the question and the choices at once.",
        FormField::Choice(_) => "2 to 6 choices; an empty line ends them.",
        FormField::Right => "The number of the right choice, or nothing: hidden until you reveal it.",
        FormField::Because => "Why it is right: hidden until you reveal it. Below it: why each other choice is wrong.",
        FormField::WhyNot(_) => "Why this choice is wrong: shown to those who chose it, when you reveal the answer.",
    };
    text::paragraph(words, width, state.theme.style(Role::Dim))
}
