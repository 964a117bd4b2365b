//! The error when a swarm does not start, or its end cannot be counted.

use std::io;
use std::path::PathBuf;

use client::{ClientError, TransportError};
use contract::{DocumentId, NameError};
use files::WriteError;
use thiserror::Error;

use super::args::MAX_VOTERS;
use crate::exit::Exit;
use crate::options::ConnectionError;
use crate::session::{SessionFailure, login_remedy};

/// The error when a swarm does not start, or its end cannot be counted.
#[derive(Debug, Error)]
pub(crate) enum SwarmCommandError {
    /// The options that name the server cannot be used.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The writers cannot have such names.
    #[error("the value of --as does not make valid names: {0}")]
    Prefix(NameError),
    /// An option has several values, and there is one run.
    #[error("{0} has several values, which only a sweep has; add --sweep 1,2,4,8")]
    OneRun(&'static str),
    /// There are too many voters.
    #[error("--vote has at most {MAX_VOTERS} writers")]
    ManyVoters,
    /// The documents of a sweep cannot have such names.
    #[error("'{0}' is too long: each run of a sweep has a document of its own, whose name begins with it")]
    LongDocument(DocumentId),
    /// A file cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: WriteError,
    },
    /// The operating system has no random numbers.
    #[error("this machine has no random numbers: {0}; pass a --seed")]
    Random(getrandom::Error),
    /// The server cannot be reached, or refuses.
    #[error("{error}{remedy}", error = .0, remedy = login_remedy(.0))]
    Server(#[from] ClientError),
    /// The chart cannot be shown.
    #[error(transparent)]
    Screen(#[from] SessionFailure),
    /// Standard output takes nothing.
    #[error("standard output cannot be written to: {0}")]
    Output(io::Error),
}

impl SwarmCommandError {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Connection(error) => error.exit(),
            Self::Prefix(_)
            | Self::OneRun(_)
            | Self::ManyVoters
            | Self::LongDocument(_)
            | Self::Server(ClientError::Address(_)) => Exit::Usage,
            Self::Server(ClientError::Lost(TransportError::GivenUp) | ClientError::Setup(_)) | Self::Random(_) => {
                Exit::Internal
            }
            Self::Server(ClientError::Lost(_) | ClientError::NotIfmatch { .. }) => Exit::Unreachable,
            Self::Server(ClientError::Refused(_)) => Exit::Refused,
            Self::Screen(failure) => failure.exit(),
            Self::Write { .. } | Self::Output(_) => Exit::Machine,
        }
    }
}
