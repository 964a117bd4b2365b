//! Replies to a line.

use crate::effect::Effect;
use crate::state::State;

/// Says something, in plain mode.
pub(super) fn print(state: &mut State, line: impl Into<String>) {
    if let Some(plain) = &mut state.plain {
        plain.print(line);
    }
}

/// Says these lines. Nothing else is to be done for it.
pub(super) fn answer(state: &mut State, lines: impl IntoIterator<Item = String>) -> Vec<Effect> {
    if let Some(plain) = &mut state.plain {
        plain.print_all(lines);
    }
    Vec::new()
}
