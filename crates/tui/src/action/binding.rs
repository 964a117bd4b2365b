//! A row of the table of actions: an action's default keys, its contexts and its words.

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
/// An action that means different things in different contexts has one row for each meaning. If several rows of an
/// action apply in a context, the first of them counts there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The action.
    pub action: Action,
    /// The action's name, which the palette shows and a configuration uses: `save-unconditionally`.
    pub name: &'static str,
    /// The keys unless a configuration names others; empty if only the palette has the action.
    pub default_keys: &'static [Key],
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

    /// Returns whether the row applies in some contexts only.
    pub(crate) fn applies_in_few(&self) -> bool {
        self.applies != Applies::Everywhere
    }

    /// Returns whether the action is among the choices that a panel or a question lists.
    pub(crate) fn is_answer(&self) -> bool {
        let leads_elsewhere = matches!(
            self.action,
            Action::FocusWire | Action::Documents | Action::Versions | Action::Help | Action::Palette | Action::Quit
        );
        !self.hint.is_empty() && !leads_elsewhere
    }
}

/// Returns a row without words.
pub(super) const fn binding(
    action: Action,
    name: &'static str,
    default_keys: &'static [Key],
    applies: Applies,
) -> Binding {
    Binding { action, name, default_keys, applies, hint: "", help: "" }
}

impl Binding {
    /// Returns the row with a hint for the footer, and a sentence for the help.
    pub(super) const fn in_footer(mut self, hint: &'static str, help: &'static str) -> Self {
        self.hint = hint;
        self.help = help;
        self
    }

    /// Returns the row with a sentence for the help only.
    pub(super) const fn help_only(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }
}
