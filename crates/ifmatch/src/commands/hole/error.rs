//! The error when the servers do not start, or a guess is not one.

use std::io;

use holes::SUSPECTS;
use thiserror::Error;

use crate::exit::Exit;
use crate::local_server::ListenError;

/// The error when the servers do not start, or a guess is not one.
#[derive(Debug, Error)]
pub(crate) enum HoleCommandError {
    /// There is no suspect with this number.
    #[error("there is no suspect {0}; `ifmatch hole` lists those from 1 to {count}", count = SUSPECTS.len())]
    NoSuchSuspect(usize),
    /// The system has no random numbers.
    #[error("there is no random number for the order of the servers: {0}; --seed chooses one")]
    Random(getrandom::Error),
    /// A server has no address.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// Standard output takes nothing.
    #[error("standard output cannot be written to: {0}")]
    Output(#[from] io::Error),
}

impl HoleCommandError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::NoSuchSuspect(_) => Exit::Usage,
            Self::Random(_) | Self::Listen(_) | Self::Output(_) => Exit::Machine,
        }
    }
}
