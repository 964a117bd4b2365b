//! The end of a session, and the saves and drafts that it waits for.

use std::borrow::Cow;

use terminal::event::StopReason;

use crate::lesson_session::LessonRun;

/// The way in which a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionEnd {
    /// The user quit.
    Quit,
    /// The user quit in plain mode, and a claim of a lesson that was played does not hold.
    Refuted,
    /// The stage continues with another session.
    Next(StageNext),
    /// The server denied access or was unreachable, and nothing was typed.
    NotLetIn,
    /// A signal or a lost terminal stopped the program.
    Stopped(StopReason),
    /// A task of the program panicked, so the rest of the program could not be relied on.
    TaskDied {
        /// The name of the task.
        name: Cow<'static, str>,
        /// The panic message.
        why: String,
    },
}

/// The next session on the stage, which gets its own state, server and clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageNext {
    /// The menu, with this lesson selected.
    Menu(usize),
    /// A lesson.
    Lesson(LessonRun),
    /// Two editors and no lesson.
    FreePlay,
}

/// Whether and how the session ends.
#[derive(Debug, Clone)]
pub(crate) struct Leaving {
    /// How the session ended, or `None` if it has not ended.
    pub(crate) ended: Option<SessionEnd>,
    /// How the session ends once no text is unsaved, after the question about unsaved text.
    pub(crate) pending_end: SessionEnd,
    /// Whether the session ends as soon as all saves have their responses.
    pub(crate) waits_for_saves: bool,
    /// Whether the session ends as soon as all unsaved text is on the disk as drafts.
    pub(crate) waits_for_drafts: bool,
}

impl Default for Leaving {
    fn default() -> Self {
        Self { ended: None, pending_end: SessionEnd::Quit, waits_for_saves: false, waits_for_drafts: false }
    }
}
