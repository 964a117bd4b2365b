//! The keys that make sense now: read from the table of actions, in its order, as many as there is room for.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::{clip, width};
use crate::action::{Action, Row, rows};
use crate::availability::why_off;
use crate::state::State;
use crate::theme::Role;

/// The blanks between two hints.
const GAP: usize = 2;

/// Draws what the program itself has to say, and else the keys.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let room = usize::from(area.width);
    let line = match &state.note {
        Some((role, words)) => {
            let words = format!("{} {words}", state.theme.sign(*role));
            clip(vec![Span::styled(words, state.theme.style(*role))], room, state.theme.glyphs.more)
        }
        None => keys(state, room),
    };
    frame.render_widget(line, area);
}

fn keys(state: &State, room: usize) -> Line<'static> {
    let context = state.context();
    let on = |row: &&Row| !row.hint.is_empty() && why_off(row.action, state).is_none();
    let shown: Vec<&Row> = rows(context).filter(on).collect();
    // The way out and the way to the other keys keep their place.
    let (last, first): (Vec<&Row>, Vec<&Row>) =
        shown.into_iter().partition(|row| matches!(row.action, Action::Help | Action::Quit));
    // The last gap may stand outside.
    let mut left = (room + GAP).saturating_sub(last.iter().map(|row| needs(row)).sum());
    let fitting = first.into_iter().filter(|row| {
        let fits = needs(row) <= left;
        left -= if fits { needs(row) } else { 0 };
        fits
    });
    let spans = fitting.chain(last).flat_map(|row| {
        [
            Span::styled(row.key().to_string(), state.theme.style(Role::Key)),
            Span::raw(format!(" {}{:GAP$}", row.hint, "")),
        ]
    });
    clip(spans.collect(), room, state.theme.glyphs.more)
}

/// How many columns a hint takes, with the gap behind it.
fn needs(row: &Row) -> usize {
    width(&row.key().to_string()) + 1 + width(row.hint) + GAP
}
