//! A row of the table of actions: an action's keys, its contexts and its words.

use terminal::key::Key;

use super::{Action, Context};

/// The contexts in which a row applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// In every context.
    Everywhere,
    /// In these contexts.
    In(&'static [Context]),
}

/// One row of the table: an action in some contexts.
///
/// An action that means different things in different contexts has one row for each meaning.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The action.
    pub action: Action,
    /// The action's name, in lower case, which plain mode accepts as a command.
    pub name: &'static str,
    /// The keys; the screen shows the first.
    pub keys: &'static [Key],
    /// The contexts.
    pub applies: Applies,
    /// One or two words for the footer and for plain mode, or empty if the row is not worth a place there.
    pub hint: &'static str,
    /// One sentence for the help.
    pub help: &'static str,
}

impl Binding {
    /// Returns whether the row applies in this context.
    #[must_use]
    pub fn applies_in(&self, context: Context) -> bool {
        match self.applies {
            Applies::Everywhere => true,
            Applies::In(contexts) => contexts.contains(&context),
        }
    }

    /// Returns whether the action is among the choices that a panel or a question lists.
    pub(crate) fn is_answer(&self) -> bool {
        !self.hint.is_empty() && !matches!(self.action, Action::FocusWire | Action::Documents | Action::Versions)
    }

    /// Returns the key that the screen shows.
    #[must_use]
    pub fn key(&self) -> Key {
        self.keys[0]
    }
}
