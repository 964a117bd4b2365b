//! The error when a room cannot be watched.

use thiserror::Error;

use crate::exit::Exit;
use crate::options::{ConnectionError, RecordFileError};
use crate::session::SessionFailure;

/// The error when a room cannot be watched.
#[derive(Debug, Error)]
pub(crate) enum ObserveError {
    /// The options that name the server cannot be used.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The session cannot be recorded.
    #[error(transparent)]
    Record(#[from] RecordFileError),
    /// The session failed, or the server refused before it began.
    #[error(transparent)]
    Session(#[from] SessionFailure),
}

impl ObserveError {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Connection(error) => error.exit(),
            Self::Record(error) => error.exit(),
            Self::Session(failure) => failure.exit(),
        }
    }
}
