//! The lessons: those to choose from, and the one that is being played.

use crate::lesson_session::LessonSession;
use crate::menu::Menu;

/// The lessons of the stage.
#[derive(Debug, Clone, Default)]
pub(crate) struct LessonView {
    /// The lessons to choose from, in a session that shows the menu.
    pub(crate) menu: Menu,
    /// The lesson that is being played.
    pub(crate) course: Option<LessonSession>,
}
