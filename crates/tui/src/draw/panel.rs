//! The panels that stand over the foot of a text: the 428 that explains itself, and what a delete leaves to decide.
//!
//! What a panel says is scrolled where there is no room for it; what can be pressed is always in sight.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use terminal::theme::Role;

use super::pane::MIN_TEXT_ROWS;
use super::{framed, inner, pane, text};
use crate::action::{Applies, Binding, Context, bindings};
use crate::availability::why_unavailable;
use crate::ids::EditorIndex;
use crate::layout::{Layout, LayoutShape, PaneRect};
use crate::messages;
use crate::open_document::{OpenDocument, OpenedView};
use crate::scroll::Scroll;
use crate::state::State;

/// An editor that is narrower than this lends its panel the whole width of the screen.
const NARROW_COLUMNS: u16 = 60;

/// What a panel says, and what can be pressed.
pub(super) struct DocumentPanel {
    pub(super) title: &'static str,
    pub(super) words: Vec<Line<'static>>,
    pub(super) choices: Vec<Line<'static>>,
    /// Whether it has the keys.
    pub(super) focused: bool,
}

/// Draws the panel of an editor, if one is open and has room.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, layout: &Layout, place: &PaneRect) {
    if let Some((area, panel)) = shown_panel(state, layout, place) {
        let scroll = state.panes[place.seat].document().map_or_else(Scroll::default, |work| work.panel_scroll);
        draw_panel(state, frame, area, panel, scroll);
    }
}

/// How many rows of an editor's room its panel takes from the foot of the text; none while it is not entered and would
/// leave too little of the text.
pub(super) fn height_below(state: &State, place: &PaneRect, room: Rect) -> u16 {
    let Some(work) = state.panes[place.seat].document() else { return 0 };
    let width = if lends_the_screen(state, place, room) { state.size.0 } else { room.width };
    let area = Rect { width, ..room };
    let Some(panel) = panel(state, work, inner(area).width) else { return 0 };
    let height = foot(area, &panel).height;
    if work.is_entered() || room.height >= height + MIN_TEXT_ROWS { height } else { 0 }
}

/// The panel of an editor, and the area at whose foot it is.
fn shown_panel(state: &State, layout: &Layout, place: &PaneRect) -> Option<(Rect, DocumentPanel)> {
    let work = state.panes[place.seat].document()?;
    let room = pane::full_body(state, place);
    let area = area(state, layout, place, room);
    let panel = panel(state, work, inner(area).width)?;
    (height_below(state, place, room) > 0).then_some((area, panel))
}

/// Whose panel is there, if one is: where a click enters it.
pub(crate) fn panel_at(state: &State, layout: &Layout, at: Position) -> Option<EditorIndex> {
    // The last one is drawn over the others.
    let is_there = |place: &&PaneRect| {
        shown_panel(state, layout, place).is_some_and(|(area, panel)| foot(area, &panel).contains(at))
    };
    layout.panes.iter().rev().find(is_there).map(|place| place.seat)
}

/// The last line that may be first in the panel that has the keys, and how many lines a page has.
pub(crate) fn scroll_room(state: &State) -> (usize, usize) {
    let layout = Layout::new(state, Rect::new(0, 0, state.size.0, state.size.1));
    let place = layout.panes.iter().find(|place| place.seat == state.seat);
    let Some((area, panel)) = place.and_then(|place| shown_panel(state, &layout, place)) else { return (0, 1) };
    let [room, _] = parts(area, &panel);
    (panel.words.len().saturating_sub(room.height.into()), room.height.into())
}

/// Draws a panel at the foot of an area.
pub(super) fn draw_panel(state: &State, frame: &mut Frame<'_>, area: Rect, panel: DocumentPanel, scroll: Scroll) {
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
fn foot(area: Rect, panel: &DocumentPanel) -> Rect {
    let needs = panel.words.len() + panel.choices.len() + 2;
    let height = u16::try_from(needs).unwrap_or(u16::MAX).min(area.height);
    Rect { y: area.bottom() - height, height, ..area }
}

/// Where the words stand, and where the choices.
fn parts(area: Rect, panel: &DocumentPanel) -> [Rect; 2] {
    let keys = u16::try_from(panel.choices.len()).unwrap_or(u16::MAX);
    Split::vertical([Constraint::Fill(1), Constraint::Length(keys)]).areas(inner(foot(area, panel)))
}

/// Where an editor's panel has room: in the editor, and over its neighbours if it is narrow and has the keys. The lines
/// of state stay in sight, everybody's.
fn area(state: &State, layout: &Layout, place: &PaneRect, room: Rect) -> Rect {
    if !lends_the_screen(state, place, room) {
        return room;
    }
    let whole = layout.panes.iter().filter(|place| place.shape == LayoutShape::Whole);
    let bottom = whole.map(|place| pane::full_body(state, place).bottom()).min().unwrap_or(room.bottom());
    Rect { x: 0, width: state.size.0, height: bottom.saturating_sub(room.y), ..room }
}

/// Whether an editor is too narrow for its panel, and has the keys.
fn lends_the_screen(state: &State, place: &PaneRect, room: Rect) -> bool {
    room.width < NARROW_COLUMNS && place.seat == state.seat
}

fn panel(state: &State, work: &OpenDocument, width: u16) -> Option<DocumentPanel> {
    let (title, words, context) = match work.unfolded_view()? {
        OpenedView::Merge => return None,
        OpenedView::Required => ("428 Precondition Required", messages::required(state, work), Context::Required),
        OpenedView::Deleted => ("the document is gone", messages::deleted(work), Context::Deleted),
    };
    let words = text::paragraph(&words, width.into(), state.theme.style(Role::Text));
    let has_keys = matches!(work.context(), Context::Required | Context::Deleted);
    let choices = if has_keys {
        choices(state, context, width.into())
    } else {
        let way = messages::panel_entry_hint(state, work);
        vec![Line::styled(text::cut(&way, width.into(), state.theme.glyphs.more), state.theme.style(Role::Key))]
    };
    Some(DocumentPanel { title, words, choices, focused: has_keys })
}

/// What can be pressed, side by side where there is room, as the table of actions has it.
pub(super) fn choices(state: &State, context: Context, room: usize) -> Vec<Line<'static>> {
    // On the way out, what is offered depends on what happened to the draft.
    let is_off = |row: &Binding| context == Context::Unsaved && why_unavailable(row.action, state).is_some();
    let shown = bindings(context).filter(|row| row.applies != Applies::Everywhere && row.is_answer() && !is_off(row));
    let piece = |row: &Binding| {
        let key = Span::styled(row.key().to_string(), state.theme.style(Role::Key));
        vec![key, Span::raw(format!(" {}", row.hint))]
    };
    text::flow_spans(shown.map(piece).collect(), room, state.theme.glyphs.more)
}
