//! Why a session could not begin, or go on.

use std::io;
use std::io::IsTerminal as _;

use client::ClientError;
use lesson::PlayError;
use terminal::output::is_gone;
use thiserror::Error;

/// Why a session could not begin, or go on.
#[derive(Debug, Error)]
pub enum SessionError {
    /// The terminal would not do what it was told.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[source] io::Error),
    /// Standard output, which is not a terminal, does not take what is written to it.
    #[error("standard output cannot be written to: {0}")]
    Output(#[source] io::Error),
    /// A thread could not be started.
    #[error("the program cannot start its threads: {0}")]
    Threads(#[source] io::Error),
    /// A client could not be made of what was given.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A server of the stage.
    #[error("the server: {0}")]
    Server(String),
    /// A lesson could not begin.
    #[error("the lesson cannot begin: {0}")]
    Lesson(#[from] PlayError),
    /// A lesson that plays by itself came to no end.
    #[error("the lesson cannot go on: {0}")]
    Stuck(String),
}

impl SessionError {
    /// Why something could not be shown.
    pub(super) fn of_output(error: io::Error) -> Self {
        if io::stdout().is_terminal() { Self::Terminal(error) } else { Self::Output(error) }
    }

    /// Whether there was no terminal any more before the session began.
    #[must_use]
    pub fn is_hang_up(&self) -> bool {
        matches!(self, Self::Terminal(error) if is_gone(error))
    }
}
