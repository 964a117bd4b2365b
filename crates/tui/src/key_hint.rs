//! The input that triggers an action: its key or, in plain mode, its command.
//!
//! Sentences about the next step name the input with [`State::hint_for`], so each is written once for both modes.

use crate::action::{Action, Context};
use crate::plain;
use crate::state::State;

impl State {
    /// Returns the key or the command of an action in a context, or in another if it does not apply there.
    pub(crate) fn hint_for(&self, action: Action, context: Context) -> String {
        if self.plain.is_some() {
            return plain::command_for(action, context);
        }
        self.keys.label(action, context)
    }
}
