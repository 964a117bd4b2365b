//! The gate in words: beside the policy, and in the status line of a client that waits at the gate.
//!
//! A user who closed it by accident shall find out, and how to open it.

use contract::Author;
use ratatui::text::Span;
use terminal::theme::Role;

use crate::messages;
use crate::state::State;

/// Returns what the gate holds and how many requests wait.
///
/// With `way_out`, the keys that release them follow.
///
/// With `way_out`, the keys that release them follow. `None` while the gate is open and no request waits.
pub(crate) fn status_spans(state: &State, way_out: bool) -> Option<Vec<Span<'static>>> {
    let mut words = format!("{} {}", state.theme.glyphs.gate, messages::gate_status(state)?);
    if way_out && state.server.wire.traffic.gate_queue().count() > 0 {
        words = format!("{words}: {}", messages::gate_release_hint(state));
    }
    Some(vec![Span::styled(words, state.theme.style(Role::Warning))])
}

/// Returns that a request of that person waits there.
pub(crate) fn waiting_spans(state: &State, author: &Author) -> Option<Vec<Span<'static>>> {
    let waits = state.server.wire.traffic.gate_queue().count_of(author) > 0;
    let words = format!("{} held at the gate", state.theme.glyphs.gate);
    waits.then(|| vec![Span::styled(words, state.theme.style(Role::Warning))])
}
