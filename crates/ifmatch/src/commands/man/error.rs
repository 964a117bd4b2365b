//! The error when a manual page is not printed or written.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::exit::Exit;

/// The error when a manual page is not printed or written.
#[derive(Debug, Error)]
pub(crate) enum ManError {
    /// There is no such command.
    #[error("there is no command '{command}'; {near}`ifmatch help` lists all commands")]
    Unknown {
        /// The command that was asked for.
        command: String,
        /// The command that may have been meant, as the beginning of a sentence; empty if none is similar.
        near: String,
    },
    /// A page cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The folder or the file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Standard output takes nothing.
    #[error("standard output cannot be written to: {0}")]
    Output(#[from] io::Error),
}

impl ManError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Unknown { .. } => Exit::Usage,
            Self::Write { .. } | Self::Output(_) => Exit::Machine,
        }
    }
}
