//! The palette: the line in which the user types a part of an action's name, and the selection.
//!
//! The list is in `listing`.

pub(crate) mod listing;

use terminal::edit::Edit;
use terminal::line_input::LineInput;

use crate::action::Action;

/// The line in which the user types a part of a name, and the selection.
#[derive(Debug, Clone)]
pub(crate) struct Palette {
    line: LineInput,
    /// The selected action; `None` for the first one.
    ///
    /// An action rather than an index: the list may change at any time, and Enter must not do something else then.
    selected: Option<Action>,
}

impl Palette {
    /// Returns the palette with nothing typed.
    pub(crate) fn new() -> Self {
        Self { line: LineInput::new(), selected: None }
    }

    /// Returns the line in which the user types.
    pub(crate) fn line(&self) -> &LineInput {
        &self.line
    }

    /// Edits the line. A changed line selects the first action of the list.
    pub(crate) fn type_in(&mut self, edit: &Edit, register: &mut String) {
        if self.line.apply(edit, register) {
            self.selected = None;
        }
    }

    /// Returns what the user typed, without blanks at its ends.
    pub(crate) fn query(&self) -> &str {
        self.line.text().trim()
    }

    /// Returns the selected action, or `None` if it is the first one of the list.
    pub(crate) fn selected(&self) -> Option<Action> {
        self.selected
    }

    /// Selects an action, or the first one of the list.
    pub(crate) fn select(&mut self, action: Option<Action>) {
        self.selected = action;
    }
}
