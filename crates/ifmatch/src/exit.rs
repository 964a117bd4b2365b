//! The exit codes: what scripts and other programs learn from the end of this one.

use std::process::ExitCode;

use terminal::event::StopReason;

/// The most conflicts that an exit code can count.
const MAX_COUNTED_CONFLICTS: usize = 127;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Success,
    /// A check failed.
    ///
    /// A claim of a lesson does not hold, a store is damaged, an update is lost, or a probed server is wrong.
    CheckFailed,
    /// Wrong usage: another command line would have helped.
    Usage,
    /// The server cannot be reached.
    Unreachable,
    /// The server refused.
    Refused,
    /// The precondition of a write is false: the server answered 412.
    PreconditionFailed,
    /// A write needs a precondition: the server answered 428.
    PreconditionRequired,
    /// A failure of the program itself (`EX_SOFTWARE` of sysexits.h).
    Internal,
    /// This machine refused: a file, an address, the terminal (`EX_IOERR` of sysexits.h).
    Machine,
    /// Ended by a signal, or by a terminal that went away.
    Stopped(StopReason),
    /// A merge with this many conflicts left; 0 is success.
    Conflicts(usize),
    /// A merge failed for another reason than a conflict, with the code of `git merge-file`.
    MergeFailed,
}

impl Exit {
    /// Returns the number that the process ends with.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::CheckFailed => 1,
            Self::Usage => 2,
            Self::Unreachable => 3,
            Self::Refused => 4,
            Self::PreconditionFailed => 12,
            Self::PreconditionRequired => 28,
            Self::Internal => 70,
            Self::Machine => 74,
            // As shells report a process that a signal ended.
            Self::Stopped(reason) => 128 + reason.number(),
            Self::Conflicts(count) => u8::try_from(count.min(MAX_COUNTED_CONFLICTS)).unwrap_or(u8::MAX),
            Self::MergeFailed => 255,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
