//! The error when `ifmatch config` cannot print or check a configuration.

use std::io;

use thiserror::Error;

use crate::config::ConfigError;
use crate::exit::Exit;

/// The error when `ifmatch config` cannot print or check a configuration.
#[derive(Debug, Error)]
pub(crate) enum ConfigCommandError {
    /// The configuration is not valid, or cannot be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The system names no folder for the configuration.
    #[error("the system names no folder for this user's configuration; name a file with --config")]
    NoFolder,
    /// Standard output takes nothing.
    #[error("standard output cannot be written to: {0}")]
    Output(#[from] io::Error),
}

impl ConfigCommandError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Config(error) => error.exit(),
            Self::NoFolder => Exit::Usage,
            Self::Output(_) => Exit::Machine,
        }
    }
}
