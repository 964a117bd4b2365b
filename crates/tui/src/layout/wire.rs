//! The exchange at a position of the wire panel.

use ratatui::layout::{Position, Rect};

use super::inner;
use crate::content::{sequence, wire_list};
use crate::state::State;

/// Returns the number of the exchange that is drawn at a position, or `None` if none is.
pub(crate) fn exchange_at(state: &State, area: Rect, at: Position) -> Option<u64> {
    let room = inner(area);
    let row = usize::from(at.y.checked_sub(room.y)?);
    if wire_list::is_list(state.server.wire_shown, room.height) {
        return wire_list::rows(state, room).get(row).map(|row| row.number);
    }
    let rows = sequence::rows(state, room);
    let row = rows.get(row.checked_sub(sequence::names_height(room).into())?)?;
    row.step.entry().map(|entry| entry.exchange.number)
}
