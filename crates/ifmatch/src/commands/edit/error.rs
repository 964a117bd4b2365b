//! The error when an editor does not open, or breaks off.

use thiserror::Error;

use crate::exit::Exit;
use crate::options::{ConnectionError, RecordFileError};
use crate::session::SessionFailure;

/// The error when an editor does not open, or breaks off.
#[derive(Debug, Error)]
pub(crate) enum EditError {
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

impl EditError {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Connection(error) => error.exit(),
            Self::Record(error) => error.exit(),
            Self::Session(failure) => failure.exit(),
        }
    }
}
