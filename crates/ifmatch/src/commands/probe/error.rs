//! The error when a probe does not begin, or its report cannot be written.

use std::io;
use std::path::PathBuf;

use files::WriteError;
use probe::{ProbeError, SendError, TemplateError, TlsUnsupported};
use terminal::event::StopReason;
use thiserror::Error;

use super::header_option::HeaderOptionError;
use crate::exit::Exit;
use crate::options::AuthoritiesError;

/// The error when a probe does not begin, or its report cannot be written.
#[derive(Debug, Error)]
pub(crate) enum ProbeCommandError {
    /// A field of `--header` cannot be used.
    #[error(transparent)]
    Header(#[from] HeaderOptionError),
    /// The certificates of `--ca` cannot be trusted.
    #[error(transparent)]
    Authorities(#[from] AuthoritiesError),
    /// This build has no TLS.
    #[error(transparent)]
    Tls(#[from] TlsUnsupported),
    /// The body of `--body` cannot be read.
    #[error("{} cannot be read: {source}; --body names a file with the body of a write, in UTF-8", path.display())]
    ReadBody {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The body of `--body` cannot be used.
    #[error(transparent)]
    Body(#[from] TemplateError),
    /// The probe cannot begin.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// The user did not wait for the original to be restored.
    #[error("ended before the original was restored; it is in {place}")]
    Abandoned {
        /// The place of the original.
        place: String,
        /// The signal.
        reason: StopReason,
    },
    /// A file cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: WriteError,
    },
    /// Standard output takes nothing.
    #[error("standard output cannot be written to: {0}")]
    Output(io::Error),
}

impl ProbeCommandError {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Header(HeaderOptionError::Read { .. })
            | Self::ReadBody { .. }
            | Self::Probe(ProbeError::Keep { .. })
            | Self::Write { .. }
            | Self::Output(_) => Exit::Machine,
            Self::Authorities(error) => error.exit(),
            Self::Probe(ProbeError::NoResponse(SendError::Invalid(_))) => Exit::Usage,
            Self::Probe(ProbeError::NoResponse(_)) => Exit::Unreachable,
            Self::Header(_) | Self::Tls(_) | Self::Body(_) | Self::Probe(_) => Exit::Usage,
            Self::Abandoned { reason, .. } => Exit::Stopped(*reason),
        }
    }
}
