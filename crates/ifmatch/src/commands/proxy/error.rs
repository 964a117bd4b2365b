//! The error of `ifmatch proxy`: the proxy did not start, or stopped.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::commands::serve::ServeError;
use crate::exit::Exit;
use crate::local_server::ListenError;
use crate::session::SessionFailure;

/// The error when the proxy does not start, or stops.
#[derive(Debug, Error)]
pub(crate) enum ProxyError {
    /// The proxy would forward requests to itself.
    #[error("the proxy listens on {0} itself; name the server behind it with --to, or listen elsewhere with --listen")]
    Loop(String),
    /// The certificates of `--ca` cannot be trusted.
    #[error("the certificates in {} cannot be used: {why}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// The error.
        why: String,
    },
    /// A report cannot be written.
    #[error("the report {} cannot be written: {source}; choose another file with --report", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// The error.
        source: io::Error,
    },
    /// The address cannot be listened on.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// There is no code for the control interface.
    #[error("this system has no random numbers for a code ({0}); pass --open, or listen on this machine only")]
    Random(#[from] getrandom::Error),
    /// There is no epoch for the tags of `--guard`.
    #[error("this system has no random numbers for the tags of --guard ({0}); start the proxy without it")]
    NoEpoch(getrandom::Error),
    /// The screen cannot be shown, or broke off.
    #[error(transparent)]
    Session(#[from] SessionFailure),
    /// The server that the proxy is to its clients broke down.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

impl ProxyError {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Loop(_) => Exit::Usage,
            Self::Certificates { .. } | Self::Report { .. } | Self::Listen(_) | Self::Random(_) | Self::NoEpoch(_) => {
                Exit::Machine
            }
            Self::Session(error) => error.exit(),
            Self::Serve(error) => error.exit(),
        }
    }
}
