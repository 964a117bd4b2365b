//! The leader's question, above the footer, while the user is not in it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Paragraph};

use super::border::framed;
use crate::content::room_question::{folded_line, panel_lines, short_lines, title};
use crate::content::text;
use crate::layout::{QuestionShape, inner, question_shape};
use crate::state::State;

/// Draws the question while the user is not in it.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    frame.render_widget(Clear, area);
    match question_shape(state, frame.area().height) {
        QuestionShape::Hidden => {}
        QuestionShape::Folded => frame.render_widget(folded_line(state, area.width), area),
        QuestionShape::Short => frame.render_widget(Paragraph::new(short_lines(state, area.width)), area),
        QuestionShape::Panel => {
            let room = inner(area);
            let mut lines = panel_lines(state, room.width);
            // The last line names the key that shows the rest.
            let excess = lines.len().saturating_sub(room.height.into());
            let end = lines.len().saturating_sub(1);
            lines.drain(end.saturating_sub(excess)..end);
            frame.render_widget(framed(&state.theme, &fitting_title(state, area.width), false), area);
            frame.render_widget(Paragraph::new(lines), room);
        }
    }
}

/// Returns the title of the question, cut to a width with the border.
pub(super) fn fitting_title(state: &State, width: u16) -> String {
    text::cut(&title(state), usize::from(width).saturating_sub(6), state.theme.glyphs.more)
}
