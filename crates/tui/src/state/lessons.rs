//! The lessons: the menu, and the lesson that is being played.

use crate::lesson_session::LessonSession;
use crate::menu::Menu;
use crate::progress::Progress;
use crate::stage_room::StageRoom;

/// The lessons of the stage.
#[derive(Debug, Clone, Default)]
pub(crate) struct LessonView {
    /// The menu, in a session that shows it.
    pub(crate) menu: Menu,
    /// The lesson that is being played.
    pub(crate) course: Option<LessonSession>,
    /// The room that the lesson's questions are put to, if there is one.
    pub(crate) room: Option<Box<StageRoom>>,
    /// The user's progress in all lessons, as it was read when the session began.
    pub(crate) progress: Progress,
    /// Whether the user was told that the progress cannot be read or kept. It is said once.
    pub(crate) is_progress_trouble_told: bool,
}
