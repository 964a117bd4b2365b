//! The wire as a sequence diagram: lifelines, and the arrows between them, the newest at the bottom.
//!
//! Each client has a column, or in a full room each that matters now, and the server has the last. All words are in the
//! lane before the server, so that they can be read downwards. A held request stops at the gate, a lost response breaks
//! off, and the server's findings are at its lifeline. Only the visible part is computed.

mod labels;
mod row_painter;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::row_painter::RowPainter;
use crate::content::sequence::{name, names_height, people, rows};
use crate::content::sequence_lanes::SequenceLanes;
use crate::content::text;
use crate::content::wire_list::nothing_sent;
use crate::state::State;

/// Draws the diagram: the names, and below them the arrows.
pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let hidden = state.server.wire.traffic.filter().is_some() && state.server.wire.traffic.newest_visible().is_none();
    if hidden || state.server.wire.traffic.timeline().is_empty() {
        for (y, line) in (area.top()..area.bottom()).zip(nothing_sent(state, area.width)) {
            buffer.set_line(area.x, y, &line, area.width);
        }
        return;
    }
    let rows = rows(state, area);
    let people = people(state, &rows, area.width);
    let others = people.others_name();
    let names = people.own.iter().map(|person| name(*person)).chain(others);
    let widths: Vec<_> = names.map(|name| text::width(&name) + 2).collect();
    let mut pen = RowPainter {
        state,
        buffer,
        row: row_of(area, 0),
        lanes: SequenceLanes::new(area.width, &widths),
        people: &people,
    };
    if names_height(area) > 0 {
        pen.names();
    }
    for (at, row) in (names_height(area)..).zip(rows) {
        pen.row = row_of(area, at);
        pen.draw(&row);
    }
}

fn row_of(area: Rect, at: u16) -> Rect {
    Rect { y: area.y.saturating_add(at), height: 1, ..area }.intersection(area)
}
