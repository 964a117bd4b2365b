//! The card of a person: a client without an editor, or an editor without room for its text.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use terminal::theme::Role;

use super::border::framed;
use crate::content::{cards, people, text};
use crate::layout::{CardRect, inner};
use crate::state::{Focus, State};

/// The fewest rows of a card with a border.
const MIN_BORDERED_ROWS: u16 = 4;

/// Draws a card: in a border if there is room, otherwise as lines after the name.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, place: &CardRect) {
    let CardRect { person, area } = *place;
    if area.height < MIN_BORDERED_ROWS {
        return draw_without_border(state, frame, person, area);
    }
    let (title, role) = cards::title(state, person);
    let is_current = people::current(state) == person && state.people.focus == Focus::Lesson;
    let kind = cards::kind(state, person);
    let mut block = framed(&state.theme, &title, false);
    block = block.border_style(state.theme.style(if is_current { role } else { Role::Dim }));
    if text::width(&title) + text::width(kind) + 8 <= usize::from(area.width) {
        let words = Span::styled(format!(" {kind} "), state.theme.style(Role::Dim));
        block = block.title(Line::from(words).right_aligned());
    }
    frame.render_widget(block, area);
    let room = inner(area);
    let lines = cards::lines(state, person, room.width.into(), room.height.into());
    frame.render_widget(Paragraph::new(lines), room);
}

/// Draws the name and what fits beside it, and the rest of the card below.
///
/// The last column separates the card from the next.
fn draw_without_border(state: &State, frame: &mut Frame<'_>, person: usize, area: Rect) {
    let area = Rect { width: area.width.saturating_sub(1), ..area };
    let mut lines = vec![cards::line(state, person, area.width.into())];
    lines.extend(cards::lines_below_name(state, person, area.width.into(), usize::from(area.height).saturating_sub(1)));
    frame.render_widget(Paragraph::new(lines), area);
}

/// Draws the line that names the people without an area, and says how many more there are.
pub(super) fn draw_others(state: &State, frame: &mut Frame<'_>, area: Rect, shown: &[usize]) {
    let others: Vec<_> = (0..people::all(state).len()).filter(|person| !shown.contains(person)).collect();
    let room = usize::from(area.width);
    let name = |person: &usize| {
        let (title, role) = cards::title(state, *person);
        Span::styled(format!("{title}  "), state.theme.style(role))
    };
    let named = |count: usize| {
        let mut spans: Vec<_> = others.iter().take(count).map(name).collect();
        if count < others.len() {
            spans.push(Span::styled(format!("+{} more", others.len() - count), state.theme.style(Role::Text)));
        }
        spans
    };
    // The blanks behind the last name need no room.
    let fits = |spans: &Vec<Span<'static>>| spans.iter().map(Span::width).sum::<usize>() <= room + 2;
    let spans = (0..=others.len()).rev().map(named).find(fits).unwrap_or_default();
    frame.render_widget(text::clip(spans, room, state.theme.glyphs.more), area);
}
