//! What the program itself has to say, and what has been seen so far.

use std::collections::VecDeque;

use terminal::theme::Role;
use traffic::lost_lines::LostLines;

use crate::coach::Milestones;

/// Something that the program itself has to say.
#[derive(Debug, Clone)]
pub(crate) struct ProgramNote {
    pub(crate) about: NoteLifetime,
    pub(crate) role: Role,
    pub(crate) words: String,
}

/// How long a note is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoteLifetime {
    /// Until the next key.
    TheMoment,
    /// Until the next key, or until the policy is known.
    Policy,
}

/// What is said beside the documents.
#[derive(Debug, Clone, Default)]
pub(crate) struct Status {
    /// What the program itself has to say, which is not about one document.
    pub(crate) note: Option<ProgramNote>,
    /// What the coach has ticked off.
    pub(crate) milestones: Milestones,
    /// The versions that were overwritten unseen in this session, newest first, if their text is known.
    pub(crate) gone: VecDeque<LostLines>,
}
