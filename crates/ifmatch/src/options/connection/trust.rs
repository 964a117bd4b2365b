//! The certificates that a client trusts: `--ca` and `--pin`.

use std::path::{Path, PathBuf};

use client::{TrustError, TrustRoots};
use thiserror::Error;

use crate::exit::Exit;
use crate::pem::{self, PemError};

/// The error when the certificates in a file cannot be trusted.
#[derive(Debug, Error)]
pub(crate) enum AuthoritiesError {
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] PemError),
    /// The file has no certificate that can be trusted.
    #[error("{} cannot be trusted: {source}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: TrustError,
    },
}

impl AuthoritiesError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Unreadable(_) => Exit::Machine,
            Self::Invalid { .. } => Exit::Usage,
        }
    }
}

/// Returns the certificates in the file, or those of the system if no file is named.
pub(crate) fn read(authorities: Option<&Path>) -> Result<TrustRoots, AuthoritiesError> {
    let Some(path) = authorities else { return Ok(TrustRoots::default()) };
    let roots = pem::read(path, "--ca", "the trusted certificates")?;
    TrustRoots::only(&roots).map_err(|source| AuthoritiesError::Invalid { path: path.to_owned(), source })
}

/// Returns the trust in a server that has exactly the certificate in the file.
pub(crate) fn read_pinned(path: &Path) -> Result<TrustRoots, AuthoritiesError> {
    let certificate = pem::read(path, "--pin", "the server's certificate")?;
    TrustRoots::pinned(&certificate).map_err(|source| AuthoritiesError::Invalid { path: path.to_owned(), source })
}
