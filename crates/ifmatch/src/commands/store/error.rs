//! The error when a store can be neither checked nor copied.

use std::io;

use store::{BackupError, OpenError};
use thiserror::Error;

use crate::exit::Exit;

/// The error when a store can be neither checked nor copied.
#[derive(Debug, Error)]
pub(crate) enum StoreCommandError {
    /// The store cannot be opened.
    #[error("the store cannot be opened: {0}")]
    Open(#[from] OpenError),
    /// The store cannot be copied.
    #[error("the store cannot be copied: {0}")]
    Backup(#[from] BackupError),
    /// Standard output takes nothing.
    #[error("standard output cannot be written to: {0}")]
    Output(#[from] io::Error),
}

impl StoreCommandError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Open(_) | Self::Backup(_) | Self::Output(_) => Exit::Machine,
        }
    }
}
