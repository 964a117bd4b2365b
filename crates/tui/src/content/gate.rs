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
///
/// `seconds` is how long it has had no response, once that is worth showing.
pub(crate) fn waiting_spans(state: &State, author: &Author, seconds: Option<u64>) -> Option<Vec<Span<'static>>> {
    if state.server.wire.traffic.gate_queue().count_of(author) == 0 {
        return None;
    }
    // Another client closed the gate: the writer cannot open it.
    let by = if state.leads_gate() { "at the gate" } else { "by the leader" };
    let mut words = format!("{} held {by}", state.theme.glyphs.gate);
    if let Some(seconds) = seconds.filter(|_| !state.leads_gate()) {
        words = format!("{words} for {seconds} s");
    }
    Some(vec![Span::styled(words, state.theme.style(Role::Warning))])
}
