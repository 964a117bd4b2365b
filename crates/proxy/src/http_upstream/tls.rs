//! TLS to the server behind the proxy.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::connect_error::ConnectError;

/// The certificates that are trusted to identify the server behind the proxy.
#[derive(Clone)]
pub struct UpstreamTls(RootCertStore);

/// The error when a PEM text does not contain usable certificates.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UpstreamTlsError {
    /// The text does not contain a certificate.
    #[error("it contains no certificate; one begins with -----BEGIN CERTIFICATE-----")]
    NoCertificate,
    /// A block is marked as a certificate, but is not a valid one.
    #[error("it contains an invalid certificate: {0}")]
    Malformed(String),
}

impl UpstreamTls {
    /// Trusts only the certificates in a PEM text: each may be the server's own, or its authority's.
    ///
    /// # Errors
    ///
    /// The text does not contain a certificate, or one that is not valid.
    pub fn only(pem: &[u8]) -> Result<Self, UpstreamTlsError> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| UpstreamTlsError::Malformed(error.to_string()))?;
            roots.add(certificate).map_err(|error| UpstreamTlsError::Malformed(error.to_string()))?;
        }
        if roots.is_empty() { Err(UpstreamTlsError::NoCertificate) } else { Ok(Self(roots)) }
    }
}

impl fmt::Debug for UpstreamTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UpstreamTls({} certificates)", self.0.len())
    }
}

/// Encrypts connections.
pub(super) struct TlsConnectors {
    name: Option<ServerName<'static>>,
    /// Lets the server choose HTTP/2.
    any: TlsConnector,
    /// For requests that switch protocols, which HTTP/2 cannot.
    http1: TlsConnector,
}

impl TlsConnectors {
    /// `trust` is `None` for the authorities that this system trusts.
    pub(super) fn new(host: &str, trust: Option<&UpstreamTls>) -> Self {
        let mut config = config(trust);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut http1 = config.clone();
        http1.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self {
            name: ServerName::try_from(host.to_owned()).ok(),
            any: TlsConnector::from(Arc::new(config)),
            http1: TlsConnector::from(Arc::new(http1)),
        }
    }

    /// Returns the encrypted stream, and whether the server speaks HTTP/2 on it.
    pub(super) async fn handshake(
        &self,
        stream: TcpStream,
        for_upgrade: bool,
    ) -> Result<(TlsStream<TcpStream>, bool), ConnectError> {
        let Some(name) = self.name.clone() else {
            let remedy = "Correct the host name that --to names".to_owned();
            return Err(ConnectError { why: "its host name cannot be in a certificate".to_owned(), remedy });
        };
        let connector = if for_upgrade { &self.http1 } else { &self.any };
        let stream = connector.connect(name, stream).await.map_err(|error| {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
            let remedy = match inner {
                Some(rustls::Error::InvalidCertificate(_)) => {
                    "If the server has a certificate of its own, name it with --ca FILE"
                }
                _ => "If the server does not speak TLS, use an http:// address with --to",
            };
            ConnectError { why: error.to_string(), remedy: remedy.to_owned() }
        })?;
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Ok((stream, is_http2))
    }
}

fn config(trust: Option<&UpstreamTls>) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring supports TLS 1.2 and 1.3");
    let config = match trust {
        Some(UpstreamTls(roots)) => config.with_root_certificates(roots.clone()),
        // A system without any authorities trusts no server; the user is told when a certificate arrives.
        None => match config.clone().with_platform_verifier() {
            Ok(config) => config,
            Err(_) => config.with_root_certificates(RootCertStore::empty()),
        },
    };
    config.with_no_client_auth()
}
