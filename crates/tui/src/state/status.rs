//! The program's own note, the coach's ticks, and the lost updates of the session.

use std::collections::VecDeque;

use terminal::theme::Role;
use traffic::lost_lines::LostLines;

use crate::coach::Milestones;

/// A note of the program itself, which is not about one document.
#[derive(Debug, Clone)]
pub(crate) struct ProgramNote {
    pub(crate) about: NoteLifetime,
    pub(crate) role: Role,
    pub(crate) words: String,
}

/// The time for which a note is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoteLifetime {
    /// Until the next key.
    TheMoment,
    /// Until the next key that does not type: the note came while the user may be typing.
    Typing,
    /// Until the next key, or until the policy is known.
    Policy,
}

/// The status that is not about one document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Status {
    /// The note that is shown.
    pub(crate) note: Option<ProgramNote>,
    /// The exercises that the coach has ticked off.
    pub(crate) milestones: Milestones,
    /// The lines that were overwritten unseen in this session, newest first, if their text is known.
    pub(crate) gone: VecDeque<LostLines>,
}
