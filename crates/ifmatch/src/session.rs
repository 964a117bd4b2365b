//! How a session ended, on the screen or line by line: the exit code, or the error.

use std::borrow::Cow;

use client::ClientError;
use contract::Reason;
use thiserror::Error;
use tui::{SessionEnd, SessionError};

use crate::config::ConfigError;
use crate::exit::Exit;
use crate::options::{ConnectionError, NoScreenError, RecordFileError};

/// How to start although the configuration is not valid.
pub(crate) const START_WITHOUT_CONFIG: &str =
    if cfg!(windows) { "`--config NUL` starts without it" } else { "`--config /dev/null` starts without it" };

/// The error when a session does not start, or breaks off.
#[derive(Debug, Error)]
pub(crate) enum SessionFailure {
    /// There is no screen.
    #[error(transparent)]
    NoScreen(#[from] NoScreenError),
    /// The configuration is not valid, or cannot be read.
    #[error("{0}; {START_WITHOUT_CONFIG}")]
    Config(#[from] ConfigError),
    /// The server cannot be reached, or refuses.
    #[error("{error}{remedy}", error = .0, remedy = login_remedy(.0))]
    Client(#[from] ClientError),
    /// A task of the program panicked.
    #[error("a task of the program ({name}) crashed: {why}")]
    TaskDied {
        /// The name of the task.
        name: Cow<'static, str>,
        /// The message of the panic.
        why: String,
    },
    /// The terminal, or another part of the session, failed.
    #[error(transparent)]
    Session(SessionError),
}

/// The error when a session with a server that runs elsewhere does not open, or breaks off.
#[derive(Debug, Error)]
pub(crate) enum RemoteSessionError {
    /// The options that name the server cannot be used.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The session cannot be recorded.
    #[error(transparent)]
    Record(#[from] RecordFileError),
    /// The session of a room cannot be saved.
    #[error("the session was not saved: {0}")]
    NotSaved(String),
    /// The session failed, or the server refused before it began.
    #[error(transparent)]
    Session(#[from] SessionFailure),
}

impl RemoteSessionError {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Connection(error) => error.exit(),
            Self::Record(error) => error.exit(),
            Self::NotSaved(_) => Exit::Machine,
            Self::Session(failure) => failure.exit(),
        }
    }
}

impl From<SessionError> for SessionFailure {
    fn from(error: SessionError) -> Self {
        match error {
            // The server's response counts the same before a session and in it.
            SessionError::Client(error) => Self::Client(error),
            error => Self::Session(error),
        }
    }
}

impl SessionFailure {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::NoScreen(_) | Self::Client(ClientError::Address(_)) => Exit::Usage,
            Self::Config(error) => error.exit(),
            Self::Client(ClientError::Lost(_) | ClientError::NotIfmatch { .. }) => Exit::Unreachable,
            Self::Client(ClientError::Refused(_)) => Exit::Refused,
            Self::Client(ClientError::Setup(_)) | Self::TaskDied { .. } => Exit::Internal,
            // The window was closed while the program was starting.
            Self::Session(error) if error.is_hang_up() => Exit::Stopped(terminal::event::StopReason::HangUp),
            Self::Session(_) => Exit::Machine,
        }
    }
}

/// Returns the option to start again with, if the server wants to know who asks.
pub(crate) fn login_remedy(error: &ClientError) -> &'static str {
    let ClientError::Refused(problem) = error else { return "" };
    match (problem.status, &problem.reason) {
        (401, _) => " Start again with --token TOKEN, or with IFMATCH_TOKEN set to it.",
        (403, Some(Reason::OtherName)) => " Start again with --as and that name.",
        (403, Some(Reason::NameTaken)) => " Start again with --as and another name; `ifmatch join` offers a free one.",
        _ => "",
    }
}

/// Returns how the program ends after a session.
pub(crate) fn exit_of(end: SessionEnd) -> Result<Exit, SessionFailure> {
    match end {
        // The stage itself goes on with what is next there.
        SessionEnd::Quit | SessionEnd::Next(_) | SessionEnd::NotLetIn => Ok(Exit::Success),
        SessionEnd::Refuted => Ok(Exit::CheckFailed),
        SessionEnd::Stopped(reason) => Ok(Exit::Stopped(reason)),
        SessionEnd::TaskDied { name, why } => Err(SessionFailure::TaskDied { name, why }),
    }
}
