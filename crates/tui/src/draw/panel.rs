//! The panels that stand over the foot of a text: the 428 that explains itself, and what a delete leaves to decide.
//!
//! What a panel says is scrolled where there is no room for it; what can be pressed is always in sight.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use super::pane::TEXT_ROWS;
use super::{framed, inner, pane, text};
use crate::action::{Applies, Context, Row, rows};
use crate::availability::why_off;
use crate::event::Seat;
use crate::layout::{Layout, Place, Shape};
use crate::screen::Scroll;
use crate::sentences;
use crate::state::State;
use crate::theme::Role;
use crate::work::{View, Work};

/// An editor that is narrower than this lends its panel the whole width of the screen.
const NARROW: u16 = 60;

/// What a panel says, and what can be pressed.
pub(super) struct Panel {
    pub(super) title: &'static str,
    pub(super) words: Vec<Line<'static>>,
    pub(super) choices: Vec<Line<'static>>,
    /// Whether it has the keys.
    pub(super) focused: bool,
}

/// Draws the panel of an editor, if one is open and has room.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, layout: &Layout, place: &Place) {
    if let Some((area, panel)) = shown(state, layout, place) {
        let scroll = state.panes[place.seat].work().map_or_else(Scroll::default, |work| work.panel_scroll);
        draw_panel(state, frame, area, panel, scroll);
    }
}

/// How many rows of an editor's room its panel takes from the foot of the text; none while it is not entered and would
/// leave too little of the text.
pub(super) fn height_below(state: &State, place: &Place, room: Rect) -> u16 {
    let Some(work) = state.panes[place.seat].work() else { return 0 };
    let width = if lends_the_screen(state, place, room) { state.size.0 } else { room.width };
    let area = Rect { width, ..room };
    let Some(panel) = panel(state, work, inner(area).width) else { return 0 };
    let height = foot(area, &panel).height;
    if work.is_entered() || room.height >= height + TEXT_ROWS { height } else { 0 }
}

/// The panel of an editor, and the area at whose foot it is.
fn shown(state: &State, layout: &Layout, place: &Place) -> Option<(Rect, Panel)> {
    let work = state.panes[place.seat].work()?;
    let room = pane::whole_body(state, place);
    let area = area(state, layout, place, room);
    let panel = panel(state, work, inner(area).width)?;
    (height_below(state, place, room) > 0).then_some((area, panel))
}

/// Whose panel is there, if one is: where a click enters it.
pub(crate) fn panel_at(state: &State, layout: &Layout, at: Position) -> Option<Seat> {
    // The last one is drawn over the others.
    let is_there =
        |place: &&Place| shown(state, layout, place).is_some_and(|(area, panel)| foot(area, &panel).contains(at));
    layout.panes.iter().rev().find(is_there).map(|place| place.seat)
}

/// The last line that may be first in the panel that has the keys, and how many lines a page has.
pub(crate) fn scroll_room(state: &State) -> (usize, usize) {
    let layout = Layout::new(state, Rect::new(0, 0, state.size.0, state.size.1));
    let place = layout.panes.iter().find(|place| place.seat == state.seat);
    let Some((area, panel)) = place.and_then(|place| shown(state, &layout, place)) else { return (0, 1) };
    let [room, _] = parts(area, &panel);
    (panel.words.len().saturating_sub(room.height.into()), room.height.into())
}

/// Draws a panel at the foot of an area.
pub(super) fn draw_panel(state: &State, frame: &mut Frame<'_>, area: Rect, panel: Panel, scroll: Scroll) {
    let [room, keys] = parts(area, &panel);
    let height = usize::from(room.height);
    let last = panel.words.len().saturating_sub(height);
    let first = scroll.first(last);
    let mut block = framed(&state.theme, panel.title, panel.focused);
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

/// Where an editor's panel has room: in the editor, and over its neighbours if it is narrow and has the keys. The lines
/// of state stay in sight, everybody's.
fn area(state: &State, layout: &Layout, place: &Place, room: Rect) -> Rect {
    if !lends_the_screen(state, place, room) {
        return room;
    }
    let whole = layout.panes.iter().filter(|place| place.shape == Shape::Whole);
    let bottom = whole.map(|place| pane::whole_body(state, place).bottom()).min().unwrap_or(room.bottom());
    Rect { x: 0, width: state.size.0, height: bottom.saturating_sub(room.y), ..room }
}

/// Whether an editor is too narrow for its panel, and has the keys.
fn lends_the_screen(state: &State, place: &Place, room: Rect) -> bool {
    room.width < NARROW && place.seat == state.seat
}

fn panel(state: &State, work: &Work, width: u16) -> Option<Panel> {
    let (title, words, context) = match work.unfolded_view()? {
        View::Merge => return None,
        View::Required => ("428 Precondition Required", sentences::required(state, work), Context::Required),
        View::Deleted => ("the document is gone", sentences::deleted(work), Context::Deleted),
    };
    let words = text::paragraph(&words, width.into(), state.theme.style(Role::Text));
    let has_keys = matches!(work.context(), Context::Required | Context::Deleted);
    let choices = if has_keys {
        choices(state, context, width.into())
    } else {
        let way = sentences::way_into_the_panel(state, work);
        vec![Line::styled(text::cut(&way, width.into(), state.theme.glyphs.more), state.theme.style(Role::Key))]
    };
    Some(Panel { title, words, choices, focused: has_keys })
}

/// What can be pressed, side by side where there is room, as the table of actions has it.
pub(super) fn choices(state: &State, context: Context, room: usize) -> Vec<Line<'static>> {
    // On the way out, what is offered depends on what happened to the draft.
    let is_off = |row: &Row| context == Context::Unsaved && why_off(row.action, state).is_some();
    let shown = rows(context).filter(|row| row.applies != Applies::Everywhere && row.is_answer() && !is_off(row));
    let piece = |row: &Row| {
        let key = Span::styled(row.key().to_string(), state.theme.style(Role::Key));
        vec![key, Span::raw(format!(" {}", row.hint))]
    };
    text::flow(shown.map(piece).collect(), room, state.theme.glyphs.more)
}
