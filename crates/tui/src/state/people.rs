//! The people of a session: their panes, and the focus.

use crate::ids::EditorIndex;
use crate::pane::Pane;

/// The part of the screen that has the keys while no overlay is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Focus {
    /// The lesson, if there is one.
    Lesson,
    /// The editor in [`People::seat`].
    Editor,
    /// The wire panel.
    Wire,
}

/// The people of a session, and the focus.
#[derive(Debug, Clone)]
pub(crate) struct People {
    /// One pane for each person.
    pub(crate) panes: Vec<Pane>,
    /// The editor that has the keys, or had them last.
    pub(crate) seat: EditorIndex,
    pub(crate) focus: Focus,
    /// The editor in whose text the mouse was pressed: a drag selects there.
    pub(crate) selecting: Option<EditorIndex>,
    /// Whether the lesson had the keys when the wire panel got them.
    pub(crate) lesson_before_wire: bool,
}

impl People {
    /// Gives the keys to the wire panel.
    pub(crate) fn enter_wire(&mut self) {
        if self.focus != Focus::Wire {
            self.lesson_before_wire = self.focus == Focus::Lesson;
        }
        self.focus = Focus::Wire;
    }
}
