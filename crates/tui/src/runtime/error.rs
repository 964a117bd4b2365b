//! The reasons why a session could not begin or continue.

use std::io;
use std::io::IsTerminal as _;

use client::ClientError;
use lesson::PlayError;
use terminal::output::is_gone;
use thiserror::Error;

/// The reason why a session could not begin or continue.
#[derive(Debug, Error)]
pub enum SessionError {
    /// The terminal reported an error.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[source] io::Error),
    /// Standard output, which is not a terminal, reported an error.
    #[error("standard output cannot be written to: {0}")]
    Output(#[source] io::Error),
    /// A thread could not be started.
    #[error("the program cannot start its threads: {0}")]
    Threads(#[source] io::Error),
    /// A client could not be created, or the server refused the user access.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A server of the stage could not be started or ended.
    #[error("the server: {0}")]
    Server(String),
    /// A lesson could not begin.
    #[error("the lesson cannot begin: {0}")]
    Lesson(#[from] PlayError),
    /// A lesson did not reach its end while it was recorded.
    #[error("the lesson cannot go on: {0}")]
    Stuck(String),
}

impl SessionError {
    /// Returns the error for a frame or lines that could not be written.
    pub(super) fn of_output(error: io::Error) -> Self {
        if io::stdout().is_terminal() { Self::Terminal(error) } else { Self::Output(error) }
    }

    /// Returns whether the terminal is gone.
    #[must_use]
    pub fn is_hang_up(&self) -> bool {
        matches!(self, Self::Terminal(error) if is_gone(error))
    }
}
