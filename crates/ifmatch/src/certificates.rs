//! Certificates and keys, from the files that the command line names: who the server is, and whom an editor believes.

use std::fs;
use std::path::{Path, PathBuf};

use client::TrustRoots;
use server::Tls;

use crate::error::Error;
use crate::file_permissions::warn_unless_private;

/// Who the server says it is; nobody, where neither file is named. (The command line wants both or neither.)
pub(crate) fn server_identity(certificate: Option<&Path>, key: Option<&Path>) -> Result<Option<Tls>, Error> {
    let (Some(certificate), Some(key)) = (certificate, key) else { return Ok(None) };
    let chain = read(certificate, "--tls-cert", "the server's certificate")?;
    let secret = read(key, "--tls-key", "the private key of the server's certificate")?;
    if let Ok(metadata) = fs::metadata(key) {
        warn_unless_private(key, &metadata, "the private key");
    }
    let tls = Tls::from_pem(&chain, &secret);
    tls.map(Some).map_err(|source| Error::Identity { certificate: certificate.to_owned(), key: key.to_owned(), source })
}

/// Whom an editor believes: the system's authorities, or what is in the file alone.
pub(crate) fn client_trust(authorities: Option<&PathBuf>) -> Result<TrustRoots, Error> {
    let Some(path) = authorities else { return Ok(TrustRoots::default()) };
    TrustRoots::only(&read(path, "--ca", "the authorities that are trusted")?)
        .map_err(|source| Error::Authorities { path: path.clone(), source })
}

fn read(path: &Path, option: &'static str, what: &'static str) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| Error::Certificate { option, what, path: path.to_owned(), source })
}
