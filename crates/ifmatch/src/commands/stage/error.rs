//! The error when the stage does not open, or breaks off.

use thiserror::Error;

use super::replay::ReplayError;
use crate::catalog::CatalogError;
use crate::exit::Exit;
use crate::options::{ConnectionError, RecordFileError};
use crate::session::SessionFailure;

/// The error when the stage does not open, or breaks off.
#[derive(Debug, Error)]
pub(crate) enum StageError {
    /// There are no such lessons.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The session cannot be recorded.
    #[error(transparent)]
    Record(#[from] RecordFileError),
    /// The options that name the room cannot be used.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// A record cannot be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The session failed.
    #[error(transparent)]
    Session(#[from] SessionFailure),
}

impl StageError {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Catalog(error) => error.exit(),
            Self::Record(error) => error.exit(),
            Self::Connection(error) => error.exit(),
            Self::Replay(error) => error.exit(),
            Self::Session(failure) => failure.exit(),
        }
    }
}
