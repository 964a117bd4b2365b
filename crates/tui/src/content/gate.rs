//! The gate in words: wherever the policy is shown, and in the line of state of whoever waits.
//!
//! Somebody who closed it by accident shall find out, and how to open it.

use contract::Author;
use ratatui::text::Span;
use terminal::theme::Role;

use crate::messages;
use crate::state::State;

/// What it holds and how many wait, and, with `release_hint`, the keys that let them go; none while it is open and
/// nobody waits.
pub(crate) fn status_spans(state: &State, way_out: bool) -> Option<Vec<Span<'static>>> {
    let mut words = format!("{} {}", state.theme.glyphs.gate, messages::gate_status(state)?);
    if way_out && state.wire.traffic.gate_queue().count() > 0 {
        words = format!("{words}: {}", messages::gate_release_hint(state));
    }
    Some(vec![Span::styled(words, state.theme.style(Role::Warning))])
}

/// That somebody waits there.
pub(crate) fn waiting_spans(state: &State, author: &Author) -> Option<Vec<Span<'static>>> {
    let waits = state.wire.traffic.gate_queue().count_of(author) > 0;
    let words = format!("{} held at the gate", state.theme.glyphs.gate);
    waits.then(|| vec![Span::styled(words, state.theme.style(Role::Warning))])
}
