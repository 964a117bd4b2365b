//! How an action is asked for: the key that is shown for it, or in plain mode the word that is said.
//!
//! Sentences that say what comes next name the way by this, so that each of them is written once.

use crate::action::{Action, Context, key_of};
use crate::plain;
use crate::state::State;

impl State {
    /// The key or the word of an action in that context, or, where it does not apply there, anywhere.
    pub(crate) fn hint_for(&self, action: Action, context: Context) -> String {
        if self.plain.is_some() {
            return plain::command_for(action, context);
        }
        key_of(action, context).map_or_else(String::new, |key| key.to_string())
    }
}
