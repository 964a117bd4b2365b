//! The error when a person does not get into a room, or the editor there breaks off.

use std::io;

use thiserror::Error;

use crate::exit::Exit;
use crate::options::ConnectionError;
use crate::session::{RemoteSessionError, SessionFailure};

/// The error when a person does not get into a room, or the editor there breaks off.
#[derive(Debug, Error)]
pub(crate) enum JoinCommandError {
    /// The options cannot be used.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// There is no terminal to ask on.
    #[error("standard input is not a terminal to ask on; pass {instead}")]
    NotAsked {
        /// An option or a variable.
        instead: &'static str,
    },
    /// A question was not answered.
    #[error("without an answer, you cannot join")]
    NoAnswer,
    /// The terminal failed.
    #[error("the terminal failed: {0}")]
    Prompt(io::Error),
    /// The room cannot be reached, or refuses.
    #[error(transparent)]
    Room(#[from] SessionFailure),
    /// The editor did not open, or broke off.
    #[error(transparent)]
    Edit(#[from] RemoteSessionError),
}

impl JoinCommandError {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Connection(error) => error.exit(),
            Self::NotAsked { .. } | Self::NoAnswer => Exit::Usage,
            Self::Prompt(_) => Exit::Machine,
            Self::Room(failure) => failure.exit(),
            Self::Edit(error) => error.exit(),
        }
    }
}
