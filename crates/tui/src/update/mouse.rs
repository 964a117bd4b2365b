//! The mouse: a click moves the focus to the place it points at, and the wheel scrolls that place.

use ratatui::layout::{Position, Rect};
use terminal::buffer::SelectionUnit;
use terminal::event::{Mouse, MouseKind};

use super::{editor, led_question, palette, people, room_question, seeds, wire};
use crate::action::Context;
use crate::effect::Effect;
use crate::layout;
use crate::layout::Layout;
use crate::overlay::Overlay;
use crate::state::{Focus, State};

/// The number of lines that one notch of the wheel scrolls.
const NOTCH: i16 = 3;

pub(super) fn mouse(state: &mut State, mouse: Mouse) -> Vec<Effect> {
    let at = Position::new(mouse.column, mouse.row);
    if mouse.kind.is_press() && on_room_question(state, at) {
        return Vec::new();
    }
    if !state.overlays.is_empty() {
        scroll_screen(state, mouse.kind);
        return Vec::new();
    }
    let layout = Layout::new(state, Rect::new(0, 0, state.size.0, state.size.1));
    if mouse.kind == MouseKind::Drag {
        drag(state, &layout, at);
        return Vec::new();
    }
    if mouse.kind.is_press() {
        state.people.selecting = None;
        if let Some(seat) = layout::panel_at(state, &layout, at) {
            return on_panel(state, seat);
        }
        if layout.narration.is_some_and(|area| area.contains(at)) {
            editor::enter_question(state);
            return Vec::new();
        }
    }
    if layout.wire.is_some_and(|area| area.contains(at)) {
        on_wire(state, mouse.kind, at, layout.wire.unwrap_or_default());
    } else if let Some(place) = layout.panes.iter().find(|place| place.area.contains(at)) {
        let parts = (layout::text_area(state, place), layout::view_area(state, place));
        return on_pane(state, mouse.kind, at, place.seat, parts);
    } else if let Some(card) = layout.cards.iter().find(|card| card.area.contains(at))
        && card.person < state.people.panes.len()
        && mouse.kind.is_press()
    {
        state.people.seat = card.person;
        state.people.focus = Focus::Editor;
    }
    Vec::new()
}

fn scroll_screen(state: &mut State, kind: MouseKind) {
    let (last, _) = layout::scroll_room(state);
    let MouseKind::Wheel(notches) = kind else { return };
    let (is_list, is_seeds) = (state.context() == Context::People, state.context() == Context::Seeds);
    let (notches, by) = (isize::from(notches), isize::from(notches.saturating_mul(NOTCH)));
    match state.overlays.last_mut() {
        Some(Overlay::Documents(documents)) => documents.select(notches),
        Some(Overlay::Versions(versions)) => versions.select(notches),
        Some(Overlay::Room(_)) if is_list => people::select_by(state, notches),
        Some(Overlay::Room(_)) if is_seeds => seeds::select_by(state, notches),
        Some(Overlay::Drafts(chooser)) => chooser.select(notches),
        Some(Overlay::Palette(_)) => palette::select_by(state, notches),
        Some(screen) => screen.scroll_mut().into_iter().for_each(|scroll| scroll.by(by, last)),
        None => {}
    }
}

/// Selects the exchange under a click; a second click opens it.
fn on_wire(state: &mut State, kind: MouseKind, at: Position, area: Rect) {
    match kind {
        MouseKind::Wheel(notches) => state.server.wire.select(notches.into()),
        MouseKind::Drag => {}
        MouseKind::Click | MouseKind::DoubleClick | MouseKind::TripleClick | MouseKind::ShiftClick => {
            let had_the_keys = state.people.focus == Focus::Wire;
            state.people.enter_wire();
            let Some(pointed) = layout::exchange_at(state, area, at) else { return };
            let selected = state.server.wire.selected_number();
            if had_the_keys && selected == Some(pointed) {
                wire::open_exchange(state, pointed);
            } else {
                state.server.wire.choose(pointed);
            }
        }
    }
}

/// Enters the leader's question if the click is on it, and leaves it if the click is elsewhere.
///
/// Returns whether that is all that the click does.
fn on_room_question(state: &mut State, at: Position) -> bool {
    let is_in_it = state.overlays.last().is_some_and(Overlay::is_entered_question);
    if layout::question_area(state).is_some_and(|area| area.contains(at)) {
        match (is_in_it, state.is_room()) {
            (false, true) => led_question::enter(state),
            (false, false) => room_question::enter(state),
            (true, _) => {}
        }
        return true;
    }
    if is_in_it {
        room_question::leave(state);
    }
    false
}

/// Enters the panel under a click.
fn on_panel(state: &mut State, seat: usize) -> Vec<Effect> {
    state.people.seat = seat;
    state.people.focus = Focus::Editor;
    let is_hidden = state.why_view_hidden().is_some();
    match state.people.panes[seat].document_mut() {
        Some(work) if !work.is_entered() && !is_hidden => work.enter(),
        _ => Vec::new(),
    }
}

/// Selects text up to the mouse, if the button was pressed in a text.
fn drag(state: &mut State, layout: &Layout, at: Position) {
    let Some(seat) = state.people.selecting else { return };
    let Some(place) = layout.panes.iter().find(|place| place.seat == seat) else { return };
    let text = layout::text_area(state, place);
    if let Some(work) = state.people.panes[seat].document_mut() {
        let from = |corner: u16, at: u16| i32::from(at) - i32::from(corner);
        work.buffer.drag_to(from(text.y, at.y), from(text.x, at.x));
    }
}

/// Puts the cursor at a click in a text, or enters the view around the text that was clicked.
fn on_pane(state: &mut State, kind: MouseKind, at: Position, seat: usize, (text, view): (Rect, Rect)) -> Vec<Effect> {
    if kind.is_press() {
        state.people.seat = seat;
        state.people.focus = Focus::Editor;
    }
    let is_hidden = state.why_view_hidden().is_some();
    let Some(work) = state.people.panes[seat].document_mut() else { return Vec::new() };
    if kind.is_press() && view.contains(at) && !work.is_entered() {
        return if is_hidden { Vec::new() } else { work.enter() };
    }
    if let MouseKind::Wheel(notches) = kind
        && view.contains(at)
    {
        let at = Position::new(at.x - view.x, at.y - view.y);
        work.wheel_over_merge(at, notches.saturating_mul(NOTCH));
        return Vec::new();
    }
    if !text.contains(at) {
        return Vec::new();
    }
    let (row, column) = (at.y - text.y, at.x - text.x);
    let unit = match kind {
        MouseKind::Click => Some(SelectionUnit::Glyph),
        MouseKind::DoubleClick => Some(SelectionUnit::Word),
        MouseKind::TripleClick => Some(SelectionUnit::Line),
        MouseKind::ShiftClick | MouseKind::Drag | MouseKind::Wheel(_) => None,
    };
    if kind.is_press() {
        state.opened_for_all.enter();
        work.leave();
        match unit {
            Some(unit) => work.buffer.press(row, column, unit),
            None => work.buffer.extend_to(row, column),
        }
        state.people.selecting = Some(seat);
    } else if let MouseKind::Wheel(notches) = kind {
        work.buffer.scroll(notches.saturating_mul(NOTCH));
    }
    Vec::new()
}
