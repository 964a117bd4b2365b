//! The names of actions, from the table: those of the palette and of a configuration.

use super::{Action, BINDINGS};

impl Action {
    /// Returns the action with this name in the table, or `None` if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        BINDINGS.iter().find(|row| row.name == name).map(|row| row.action)
    }

    /// Returns the name of the action in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        BINDINGS.iter().find(|row| row.action == self).map_or("", |row| row.name)
    }
}
