//! The state of the gate in words: beside the policy, and in the status line of a waiting editor.
//!
//! A user who closed the gate by accident finds out here, and learns how to open it.

use contract::Author;
use ratatui::text::Span;
use terminal::theme::Role;

use crate::messages;
use crate::state::State;

/// Returns what the gate holds and how many requests wait, or `None` while it is open and empty.
///
/// With `with_keys`, the keys that release the requests follow.
pub(crate) fn status_spans(state: &State, with_keys: bool) -> Option<Vec<Span<'static>>> {
    let mut words = format!("{} {}", state.theme.glyphs.gate, messages::gate_status(state)?);
    if with_keys && state.server.wire.traffic.gate_queue().count() > 0 {
        words = format!("{words}: {}", messages::gate_release_hint(state));
    }
    Some(vec![Span::styled(words, state.theme.style(Role::Warning))])
}

/// Returns a remark if a request of this person waits at the gate.
pub(crate) fn waiting_spans(state: &State, author: &Author) -> Option<Vec<Span<'static>>> {
    let waits = state.server.wire.traffic.gate_queue().count_of(author) > 0;
    let words = format!("{} held at the gate", state.theme.glyphs.gate);
    waits.then(|| vec![Span::styled(words, state.theme.style(Role::Warning))])
}
