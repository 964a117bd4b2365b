//! TLS to the database, by rustls: `sslmode` with the meaning that it has for libpq.
//!
//! With `prefer` (the default) and `require`, the connection is encrypted, but the certificate is not verified, so a
//! machine on the way can pretend to be the database. `verify-ca` and `verify-full` verify it.

use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;

use super::address::{CertificateCheck, DatabaseAddress};
use super::error::PostgresOpenError;

/// Makes encrypted connections to one database.
#[derive(Clone)]
pub(super) struct DatabaseTls(Arc<ClientConfig>);

impl DatabaseTls {
    /// Returns the TLS for an address.
    ///
    /// # Errors
    ///
    /// [`PostgresOpenError`] if there are no certificates of issuers to verify with.
    pub(super) fn new(address: &DatabaseAddress) -> Result<Self, PostgresOpenError> {
        let provider = Arc::new(ring::default_provider());
        let issuers = match (address.check, &address.root_certificates) {
            (CertificateCheck::Nothing, _) => None,
            (_, Some(file)) => Some(verifier_of_file(file, &provider)?),
            (_, None) => {
                let verifier = rustls_platform_verifier::Verifier::new(Arc::clone(&provider));
                Some(Arc::new(verifier.map_err(|error| tls_failed(&error))?) as Arc<dyn ServerCertVerifier>)
            }
        };
        let any_host = address.check != CertificateCheck::IssuerAndHost;
        let verifier = ModeVerifier { issuers, any_host, provider: Arc::clone(&provider) };
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config
            .map_err(|error| tls_failed(&error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        Ok(Self(Arc::new(config.with_no_client_auth())))
    }
}

fn tls_failed(error: &TlsError) -> PostgresOpenError {
    PostgresOpenError::Unreachable(format!("TLS cannot be set up: {error}"))
}

/// Returns a verifier that trusts the issuers in a file.
fn verifier_of_file(
    path: &Path,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, PostgresOpenError> {
    let failed = |reason: String| PostgresOpenError::RootCertificate { path: path.to_owned(), reason };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| failed(error.to_string()))? {
        let certificate = certificate.map_err(|error| failed(error.to_string()))?;
        roots.add(certificate).map_err(|error| failed(error.to_string()))?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
    Ok(verifier.map_err(|error| failed(error.to_string()))?)
}

/// Verifies as much of a certificate as the mode says.
#[derive(Debug)]
struct ModeVerifier {
    /// The issuers that are trusted; `None` if any certificate will do.
    issuers: Option<Arc<dyn ServerCertVerifier>>,
    /// Whether the certificate may be for another host.
    any_host: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for ModeVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let Some(issuers) = &self.issuers else { return Ok(ServerCertVerified::assertion()) };
        match issuers.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.any_host => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl MakeTlsConnect<Socket> for DatabaseTls {
    type Stream = EncryptedStream;
    type TlsConnect = HostConnector;
    type Error = io::Error;

    fn make_tls_connect(&mut self, domain: &str) -> io::Result<HostConnector> {
        // A connection over a Unix socket has no name, and is never encrypted.
        let domain = if domain.is_empty() { "localhost" } else { domain };
        let name = ServerName::try_from(domain.to_owned());
        let name = name.map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "the host is not a valid name"))?;
        Ok(HostConnector { connector: TlsConnector::from(Arc::clone(&self.0)), name })
    }
}

/// Encrypts a connection to one host.
pub(super) struct HostConnector {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl TlsConnect<Socket> for HostConnector {
    type Stream = EncryptedStream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<EncryptedStream>> + Send>>;

    fn connect(self, stream: Socket) -> Self::Future {
        let connecting = self.connector.connect(self.name, stream);
        Box::pin(async move { Ok(EncryptedStream(connecting.await?)) })
    }
}

/// An encrypted connection to the database.
pub(super) struct EncryptedStream(tokio_rustls::client::TlsStream<Socket>);

impl TlsStream for EncryptedStream {
    /// Returns no channel binding: passwords are proved by SCRAM without it.
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for EncryptedStream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl AsyncWrite for EncryptedStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
