//! How a session ends, and what it waits for before it does.

use terminal::event::StopReason;

use crate::lesson_session::LessonRun;

/// How the program ended, or what comes next on the stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionEnd {
    /// The user quit.
    Quit,
    /// The user quit a lesson in plain mode, and one of its claims does not hold.
    Refuted,
    /// The stage goes on with something else.
    Next(StageNext),
    /// The server does not let the user in, or is not there, and nothing was typed.
    NotLetIn,
    /// The operating system wanted it to.
    Stopped(StopReason),
    /// A task of the program panicked, so that the rest could not be relied on.
    TaskDied {
        /// Which.
        name: &'static str,
        /// With what words.
        why: String,
    },
}

/// What the stage shows next. Each begins with a state, a server and clients of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageNext {
    /// The menu, with that lesson chosen.
    Menu(usize),
    /// A lesson.
    Lesson(LessonRun),
    /// Two editors and no lesson.
    FreePlay,
}

/// Whether the session has ended, or is about to.
#[derive(Debug, Clone)]
pub(crate) struct Leaving {
    /// How it ended; `None` while it goes on.
    pub(crate) ended: Option<SessionEnd>,
    /// Where it goes from here as soon as nothing is unsaved, while that is waited for or asked.
    pub(crate) way_out: SessionEnd,
    /// Whether it goes there as soon as all saves have their responses.
    pub(crate) waits_for_saves: bool,
    /// Whether it goes there as soon as all that is unsaved is on the disk as drafts.
    pub(crate) waits_for_drafts: bool,
}

impl Default for Leaving {
    fn default() -> Self {
        Self { ended: None, way_out: SessionEnd::Quit, waits_for_saves: false, waits_for_drafts: false }
    }
}
