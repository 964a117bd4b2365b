//! The people of a session: their editors, and who has the keys.

use crate::ids::EditorIndex;
use crate::pane::Pane;

/// The part of the screen that has the keys while nothing lies on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Focus {
    /// The lesson, if there is one.
    Lesson,
    /// The editor of the seat in [`People::seat`].
    Editor,
    /// The wire panel.
    Wire,
}

/// Who is here, and who has the keys.
#[derive(Debug, Clone)]
pub(crate) struct People {
    /// One pane for each person.
    pub(crate) panes: Vec<Pane>,
    /// Whose editor has the keys, or had them last.
    pub(crate) seat: EditorIndex,
    pub(crate) focus: Focus,
}
