//! The error of `ifmatch serve`: the server did not start, or stopped.

use std::io;

use store::OpenError;
use thiserror::Error;
use tui::SeedFileError;

use super::access::AccessError;
use super::identity::IdentityError;
use super::ssh::SshError;
use crate::exit::Exit;
use crate::local_server::ListenError;
use crate::paths::PathsError;
use crate::session::SessionFailure;

/// The error when the server does not start, or stops.
#[derive(Debug, Error)]
pub(crate) enum ServeError {
    /// It is not clear who is let in.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Connections cannot be encrypted.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// People cannot join by SSH.
    #[error(transparent)]
    Ssh(#[from] SshError),
    /// A file cannot become a document.
    #[error("no document can be made of --with: {0}")]
    Seeds(#[from] SeedFileError),
    /// The store has no folder.
    #[error(transparent)]
    Paths(#[from] PathsError),
    /// The store cannot be opened.
    #[error("the store cannot be opened: {0}")]
    Store(#[from] OpenError),
    /// The address cannot be listened on.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The server has no token for itself.
    #[error("this system has no random numbers for a token ({0})")]
    Random(#[from] getrandom::Error),
    /// The screen cannot be shown, or broke off.
    #[error(transparent)]
    Session(#[from] SessionFailure),
    /// The thread that prints warnings cannot be started.
    #[error("the program cannot start its threads: {0}")]
    Threads(io::Error),
    /// The server broke down.
    #[error("the server stopped: {0}")]
    Stopped(io::Error),
}

impl ServeError {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Access(error) => error.exit(),
            Self::Identity(error) => error.exit(),
            Self::Ssh(error) => error.exit(),
            Self::Paths(error) => error.exit(),
            Self::Session(error) => error.exit(),
            Self::Seeds(_) => Exit::Usage,
            Self::Store(_) | Self::Listen(_) | Self::Random(_) => Exit::Machine,
            Self::Threads(_) | Self::Stopped(_) => Exit::Internal,
        }
    }
}
