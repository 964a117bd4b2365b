//! The names of the keys in the view's hints.
//!
//! The program around the view may have bound other keys than those of the table.

use crate::action::{LEAVE_KEY, MergeAction};

/// Returns the name by which the user calls an action: a key, or a word in plain mode.
pub type Way<'w> = &'w dyn Fn(MergeAction) -> String;

/// The names of the keys in the view's hints. By default, they are those of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeKeyNames {
    names: Vec<(MergeAction, String)>,
    leave: String,
}

impl MergeKeyNames {
    /// Returns names for the hints, one from `name_of` for each action.
    ///
    /// `leave` is the name of the key that closes a text without accepting it.
    pub fn new(name_of: impl Fn(MergeAction) -> String, leave: String) -> Self {
        let rows = MergeAction::all_rows();
        Self { names: rows.map(|row| (row.action, name_of(row.action))).collect(), leave }
    }

    /// Returns the name of the key of an action.
    #[must_use]
    pub fn of(&self, action: MergeAction) -> &str {
        self.names.iter().find(|(of, _)| *of == action).map_or("", |(_, name)| name)
    }

    /// Returns the name of the key that closes the text that is being edited without accepting it.
    pub(crate) fn leave(&self) -> &str {
        &self.leave
    }
}

impl Default for MergeKeyNames {
    fn default() -> Self {
        let name = |action: MergeAction| action.key().map(|key| key.to_string()).unwrap_or_default();
        Self::new(name, LEAVE_KEY.to_string())
    }
}
