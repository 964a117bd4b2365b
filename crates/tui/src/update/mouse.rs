//! The mouse: a click moves the focus to the place it points at, and the wheel scrolls that place.

use ratatui::layout::{Position, Rect};
use terminal::event::{Mouse, MouseKind};

use super::{editor, palette, wire};
use crate::effect::Effect;
use crate::layout;
use crate::layout::Layout;
use crate::overlay::Overlay;
use crate::state::{Focus, State};

/// The number of lines that one notch of the wheel scrolls.
const NOTCH: i16 = 3;

pub(super) fn mouse(state: &mut State, mouse: Mouse) -> Vec<Effect> {
    let at = Position::new(mouse.column, mouse.row);
    if !state.overlays.is_empty() {
        scroll_screen(state, mouse.kind);
        return Vec::new();
    }
    let layout = Layout::new(state, Rect::new(0, 0, state.size.0, state.size.1));
    if mouse.kind == MouseKind::Click {
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
        && mouse.kind == MouseKind::Click
    {
        state.people.seat = card.person;
        state.people.focus = Focus::Editor;
    }
    Vec::new()
}

fn scroll_screen(state: &mut State, kind: MouseKind) {
    let (last, _) = layout::scroll_room(state);
    let by = match kind {
        MouseKind::Click => return,
        MouseKind::WheelDown => isize::from(NOTCH),
        MouseKind::WheelUp => -isize::from(NOTCH),
    };
    match state.overlays.last_mut() {
        Some(Overlay::Documents(documents)) => documents.select(by.signum()),
        Some(Overlay::Versions(versions)) => versions.select(by.signum()),
        Some(Overlay::Drafts(chooser)) => chooser.select(by.signum()),
        Some(Overlay::Palette(_)) => palette::select_by(state, by.signum()),
        Some(screen) => screen.scroll_mut().into_iter().for_each(|scroll| scroll.by(by, last)),
        None => {}
    }
}

/// Selects the exchange under a click; a second click opens it.
fn on_wire(state: &mut State, kind: MouseKind, at: Position, area: Rect) {
    match kind {
        MouseKind::WheelDown => state.server.wire.select(1),
        MouseKind::WheelUp => state.server.wire.select(-1),
        MouseKind::Click => {
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

/// Puts the cursor at a click in a text, or enters the view around the text that was clicked.
fn on_pane(state: &mut State, kind: MouseKind, at: Position, seat: usize, (text, view): (Rect, Rect)) -> Vec<Effect> {
    if kind == MouseKind::Click {
        state.people.seat = seat;
        state.people.focus = Focus::Editor;
    }
    let is_hidden = state.why_view_hidden().is_some();
    let Some(work) = state.people.panes[seat].document_mut() else { return Vec::new() };
    match kind {
        MouseKind::Click if view.contains(at) && !work.is_entered() && is_hidden => {}
        MouseKind::Click if view.contains(at) && !work.is_entered() => return work.enter(),
        MouseKind::Click if text.contains(at) => {
            work.leave();
            work.buffer.click(at.y - text.y, at.x - text.x);
        }
        MouseKind::WheelDown if text.contains(at) => work.buffer.scroll(NOTCH),
        MouseKind::WheelUp if text.contains(at) => work.buffer.scroll(-NOTCH),
        MouseKind::Click | MouseKind::WheelDown | MouseKind::WheelUp => {}
    }
    Vec::new()
}
