//! How clients on this machine reach the HTTP server.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use client::{Client, ClientError, ClientLimits, TrustRoots};
use contract::{Author, Token};

use super::error::SshError;
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
        let address = local_address(listening);
        let Some(certificate) = certificate else {
            return Ok(Self { url: format!("http://{address}"), trust: TrustRoots::default(), certificate: None });
        };
        let chain = pem::read(certificate, "--tls-cert", "the server's certificate")?;
        let trust = TrustRoots::pinned(&chain)?;
        let path =
            std::path::absolute(folder.join("certificate.pem")).unwrap_or_else(|_| folder.join("certificate.pem"));
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
        Ok(match token {
            Some(token) => client.with_token(token),
            None => client,
        })
    }
}

/// Returns the address at which a client on this machine reaches a server that listens on an address.
fn local_address(listening: SocketAddr) -> SocketAddr {
    let local = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(local, listening.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_use_the_address_that_the_server_listens_on() {
        let local = |address: &str| local_address(address.parse().unwrap()).to_string();
        assert_eq!(local("0.0.0.0:4280"), "127.0.0.1:4280");
        assert_eq!(local("[::]:4280"), "[::1]:4280");
        assert_eq!(local("192.0.2.7:80"), "192.0.2.7:80");
    }
}
