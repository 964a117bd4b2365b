//! The replies to a line of plain mode.

use crate::effect::Effect;
use crate::state::State;

/// Adds a line to the reply.
pub(super) fn print(state: &mut State, line: impl Into<String>) {
    if let Some(plain) = &mut state.plain {
        plain.print(line);
    }
}

/// Adds lines to the reply. Returns no effects.
pub(super) fn answer(state: &mut State, lines: impl IntoIterator<Item = String>) -> Vec<Effect> {
    if let Some(plain) = &mut state.plain {
        plain.print_all(lines);
    }
    Vec::new()
}
