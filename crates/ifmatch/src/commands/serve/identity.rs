//! The certificate of the server and its private key: `serve --tls-cert` and `--tls-key`.

use std::fs;
use std::path::{Path, PathBuf};

use server::{Tls, TlsError};
use thiserror::Error;

use super::file_permissions::warn_unless_private;
use crate::exit::Exit;
use crate::pem::{self, PemError};

/// The error when the files cannot be used to encrypt connections.
#[derive(Debug, Error)]
pub(crate) enum IdentityError {
    /// One of the files cannot be read.
    #[error(transparent)]
    Unreadable(#[from] PemError),
    /// Certificate and key are not valid, or do not belong together.
    #[error("{}: {source}", wrong_files(source, certificate, key))]
    Invalid {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// The reason.
        source: TlsError,
    },
}

impl IdentityError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Unreadable(_) => Exit::Machine,
            Self::Invalid { .. } => Exit::Usage,
        }
    }
}

/// Names the file that is wrong, or both.
fn wrong_files(error: &TlsError, certificate: &Path, key: &Path) -> String {
    let (certificate, key) = (certificate.display(), key.display());
    match error {
        TlsError::NoCertificate | TlsError::Certificate(_) => {
            format!("--tls-cert {certificate} is not valid")
        }
        TlsError::NoKey | TlsError::Key(_) => format!("--tls-key {key} is not valid"),
        _ => format!("--tls-cert {certificate} and --tls-key {key} cannot be used"),
    }
}

/// Reads certificate and key.
///
/// Returns `None` if neither file is named: the command line takes both or none.
pub(crate) fn read(certificate: Option<&Path>, key: Option<&Path>) -> Result<Option<Tls>, IdentityError> {
    let (Some(certificate), Some(key)) = (certificate, key) else { return Ok(None) };
    let chain = pem::read(certificate, "--tls-cert", "the server's certificate")?;
    let secret = pem::read(key, "--tls-key", "the private key of the server's certificate")?;
    if let Ok(metadata) = fs::metadata(key) {
        warn_unless_private(key, &metadata, "the private key");
    }
    let tls = Tls::from_pem(&chain, &secret);
    tls.map(Some).map_err(|source| IdentityError::Invalid { certificate: certificate.into(), key: key.into(), source })
}
