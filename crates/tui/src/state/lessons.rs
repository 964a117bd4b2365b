//! The lessons: the menu, and the lesson that is being played.

use crate::lesson_session::LessonSession;
use crate::menu::Menu;

/// The lessons of the stage.
#[derive(Debug, Clone, Default)]
pub(crate) struct LessonView {
    /// The menu, in a session that shows it.
    pub(crate) menu: Menu,
    /// The lesson that is being played.
    pub(crate) course: Option<LessonSession>,
}
