//! The panels that stand over the foot of a text: the 428 that explains itself, and what a delete leaves to decide.
//!
//! What a panel says is scrolled where there is no room for it; what can be pressed is always in sight.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use super::{framed, inner, pane, text};
use crate::action::{Applies, Context, Row, rows};
use crate::layout::{Layout, Place, Shape};
use crate::screen::Scroll;
use crate::sentences;
use crate::state::State;
use crate::theme::Role;
use crate::work::Work;

/// An editor that is narrower than this lends its panel the whole width of the screen.
const NARROW: u16 = 60;

/// What a panel says, and what can be pressed.
pub(super) struct Panel {
    pub(super) title: &'static str,
    pub(super) words: Vec<Line<'static>>,
    pub(super) choices: Vec<Line<'static>>,
}

/// Draws the panel that the document's context asks for, if it asks for one.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, layout: &Layout, place: &Place) {
    let Some(work) = state.panes[place.seat].work() else { return };
    let area = area(state, layout, place);
    if let Some(panel) = panel(state, work, inner(area).width) {
        draw_panel(state, frame, area, panel, work.panel_scroll);
    }
}

/// The last line that may stand first in the panel that has the keys, and how many lines a page has.
pub(crate) fn scroll_room(state: &State) -> (usize, usize) {
    let layout = Layout::new(state, Rect::new(0, 0, state.size.0, state.size.1));
    let place = layout.panes.iter().find(|place| place.seat == state.seat);
    let (Some(place), Some(work)) = (place, state.work()) else { return (0, 1) };
    let area = area(state, &layout, place);
    let Some(panel) = panel(state, work, inner(area).width) else { return (0, 1) };
    let [room, _] = parts(area, &panel);
    (panel.words.len().saturating_sub(room.height.into()), room.height.into())
}

/// Draws a panel at the foot of an area.
pub(super) fn draw_panel(state: &State, frame: &mut Frame<'_>, area: Rect, panel: Panel, scroll: Scroll) {
    let [room, keys] = parts(area, &panel);
    let height = usize::from(room.height);
    let last = panel.words.len().saturating_sub(height);
    let first = scroll.first(last);
    let mut block = framed(&state.theme, panel.title, true);
    if last > 0 && height > 0 {
        let shown = format!(" {}–{} of {} ", first + 1, first + height, panel.words.len());
        block = block.title_bottom(Line::styled(shown, state.theme.style(Role::Dim)).right_aligned());
    }
    let at = foot(area, &panel);
    frame.render_widget(Clear, at);
    frame.render_widget(block, at);
    frame.render_widget(Paragraph::new(panel.words.into_iter().skip(first).collect::<Vec<_>>()), room);
    frame.render_widget(Paragraph::new(panel.choices), keys);
}

/// As much of the foot of an area as a panel needs.
fn foot(area: Rect, panel: &Panel) -> Rect {
    let needs = panel.words.len() + panel.choices.len() + 2;
    let height = u16::try_from(needs).unwrap_or(u16::MAX).min(area.height);
    Rect { y: area.bottom() - height, height, ..area }
}

/// Where the words stand, and where the choices.
fn parts(area: Rect, panel: &Panel) -> [Rect; 2] {
    let keys = u16::try_from(panel.choices.len()).unwrap_or(u16::MAX);
    Split::vertical([Constraint::Fill(1), Constraint::Length(keys)]).areas(inner(foot(area, panel)))
}

/// Where an editor's panel has room: over its text, and over its neighbours' where it is narrow and has the keys. The
/// lines of state stay in sight, everybody's.
fn area(state: &State, layout: &Layout, place: &Place) -> Rect {
    let text = pane::text_area(state, place);
    if text.width >= NARROW || place.seat != state.seat {
        return text;
    }
    let whole = layout.panes.iter().filter(|place| place.shape == Shape::Whole);
    let bottom = whole.map(|place| pane::text_area(state, place).bottom()).min().unwrap_or(text.bottom());
    Rect { x: 0, width: state.size.0, height: bottom.saturating_sub(text.y), ..text }
}

fn panel(state: &State, work: &Work, width: u16) -> Option<Panel> {
    let context = work.context();
    let (title, words) = match context {
        Context::Required => ("428 Precondition Required", sentences::required(state, work)),
        Context::Deleted => ("the document is gone", sentences::deleted(work)),
        _ => return None,
    };
    let words = text::paragraph(&words, width.into(), state.theme.style(Role::Text));
    Some(Panel { title, words, choices: choices(state, context, width.into()) })
}

/// What can be pressed, side by side where there is room, as the table of actions has it.
pub(super) fn choices(state: &State, context: Context, room: usize) -> Vec<Line<'static>> {
    let shown = rows(context).filter(|row| row.applies != Applies::Everywhere && row.is_answer());
    let piece = |row: &Row| {
        let key = Span::styled(row.key().to_string(), state.theme.style(Role::Key));
        vec![key, Span::raw(format!(" {}", row.hint))]
    };
    text::flow(shown.map(piece).collect(), room, state.theme.glyphs.more)
}
