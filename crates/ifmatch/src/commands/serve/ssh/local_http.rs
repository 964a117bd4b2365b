//! How clients on this machine reach the HTTP server.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use client::{Client, ClientError, ClientLimits, TrustRoots};
use contract::{Author, Token};

use super::error::SshError;
use crate::commands::serve::own_client::reachable;
use crate::pem;

/// The HTTP server, as clients on this machine reach it.
#[derive(Debug, Clone)]
pub(super) struct LocalHttp {
    /// The URL at an address of this machine.
    pub(super) url: String,
    trust: TrustRoots,
    /// A copy of the server's certificate, for the editors; `None` if connections are not encrypted.
    pub(super) certificate: Option<PathBuf>,
}

impl LocalHttp {
    /// Returns the server that listens on an address.
    ///
    /// The certificate is copied into the folder: the file of the server may be replaced while it runs, and the server
    /// keeps the one that it began with. The clients pin it, since it need not name an address of this machine.
    ///
    /// # Errors
    ///
    /// The certificate cannot be read or copied.
    pub(super) fn new(listening: SocketAddr, certificate: Option<&Path>, folder: &Path) -> Result<Self, SshError> {
        let address = reachable(listening);
        let Some(certificate) = certificate else {
            return Ok(Self { url: format!("http://{address}"), trust: TrustRoots::default(), certificate: None });
        };
        let chain = pem::read(certificate, "--tls-cert", "the server's certificate")?;
        let trust = TrustRoots::pinned(&chain)?;
        // Several servers may have the same folder.
        let path = folder.join(format!("certificate-{}.pem", address.port()));
        let path = std::path::absolute(&path).unwrap_or(path);
        fs::write(&path, chain).map_err(|source| SshError::Copy { path: path.clone(), source })?;
        Ok(Self { url: format!("https://{address}"), trust, certificate: Some(path) })
    }

    /// Returns a client of the server.
    ///
    /// # Errors
    ///
    /// HTTP cannot be set up.
    pub(super) fn client(&self, name: Author, token: Option<&Token>) -> Result<Client, ClientError> {
        let client = Client::with_trust(&self.trust, &self.url, name, ClientLimits::default())?;
        Ok(client.with_token(token))
    }
}
