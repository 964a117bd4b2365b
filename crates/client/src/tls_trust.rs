//! TLS trust: how a client verifies that a server at an `https` address is the one it claims to be.
//!
//! By default, the system verifies that with its list of certificate authorities. A classroom may have its own
//! certificate, which no authority has signed. A user who names it trusts it *in place of* the system's authorities, as
//! with `curl --cacert`: if it were only added to the list, any of a hundred authorities could still sign for the
//! classroom's name.
//!
//! A certificate can also be *pinned*: then the server must have exactly this one, whatever names and dates are in it,
//! and prove that it has the private key. So a program that started a server knows that it talks to that server.
//!
//! A build without TLS has no trust roots, and [`TrustRoots::only`] says so. Nothing here reads a file.

#[cfg(feature = "tls")]
mod pinned;

use std::error::Error;

use reqwest::ClientBuilder;

/// The TLS roots that a client trusts. The default is the system's.
#[derive(Debug, Clone, Default)]
pub struct TrustRoots(Option<Roots>);

/// The error when a PEM text does not contain usable certificates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The text does not contain a certificate.
    #[error("it contains no certificate; one begins with -----BEGIN CERTIFICATE-----")]
    NoCertificate,
    /// A block is marked as a certificate, but is not a valid one.
    #[error("it contains an invalid certificate: {0}")]
    Malformed(String),
    /// This build has no TLS.
    #[error("{NO_TLS_MESSAGE}")]
    TlsUnavailable,
}

/// The message if the user asks for TLS and this build has none.
pub(crate) const NO_TLS_MESSAGE: &str =
    "this build of the program has no TLS; take one that was built with the feature 'tls', which is the default";

/// Whether this build can speak TLS.
pub(crate) const HAS_TLS: bool = cfg!(feature = "tls");

#[cfg(feature = "tls")]
type Roots = TrustedCertificates;
#[cfg(not(feature = "tls"))]
type Roots = std::convert::Infallible;

/// Certificates that are trusted in place of the system's authorities.
#[cfg(feature = "tls")]
#[derive(Debug, Clone)]
enum TrustedCertificates {
    /// Those of authorities, or of servers.
    Roots(rustls::RootCertStore),
    /// That of the server itself.
    Pinned(rustls::pki_types::CertificateDer<'static>),
}

#[cfg(feature = "tls")]
impl TrustRoots {
    /// Trusts only the certificates in a PEM text: each may be the server's own, or its authority's.
    ///
    /// # Errors
    ///
    /// [`TrustError`] if the text does not contain a certificate, or one that is not valid.
    pub fn only(pem: &[u8]) -> Result<Self, TrustError> {
        use rustls::pki_types::CertificateDer;
        use rustls::pki_types::pem::PemObject;

        let malformed = |error: &dyn std::fmt::Display| TrustError::Malformed(error.to_string());
        let mut roots = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| malformed(&error))?;
            roots.add(certificate).map_err(|error| malformed(&error))?;
        }
        if roots.is_empty() { Err(TrustError::NoCertificate) } else { Ok(Self(Some(Roots::Roots(roots)))) }
    }

    /// Trusts only a server that has exactly the first certificate in a PEM text, and its private key.
    ///
    /// The names and the dates in the certificate do not matter, nor who signed it.
    ///
    /// # Errors
    ///
    /// [`TrustError`] if the text does not begin with a certificate.
    pub fn pinned(pem: &[u8]) -> Result<Self, TrustError> {
        use rustls::pki_types::CertificateDer;
        use rustls::pki_types::pem::PemObject;

        let first = CertificateDer::pem_slice_iter(pem).next().ok_or(TrustError::NoCertificate)?;
        let first = first.map_err(|error| TrustError::Malformed(error.to_string()))?;
        Ok(Self(Some(Roots::Pinned(first))))
    }

    /// Configures a client to trust these roots.
    pub(crate) fn apply(&self, builder: ClientBuilder, encrypted: bool) -> ClientBuilder {
        builder.tls_backend_preconfigured(self.client_config(encrypted))
    }

    /// Returns the configuration of TLS, for HTTP/1.1, of a client that trusts these roots.
    ///
    /// If `encrypted` is false, as for plain HTTP, the system is not asked for its authorities.
    ///
    /// # Panics
    ///
    /// Never: ring, the provider, supports TLS 1.2 and 1.3.
    #[must_use]
    pub fn client_config(&self, encrypted: bool) -> rustls::ClientConfig {
        use rustls::ClientConfig;
        use rustls_platform_verifier::BuilderVerifierExt;

        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let algorithms = provider.signature_verification_algorithms;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring supports TLS 1.2 and 1.3");
        let config = match &self.0 {
            Some(Roots::Roots(roots)) => config.with_root_certificates(roots.clone()),
            Some(Roots::Pinned(certificate)) => {
                let verifier = pinned::PinnedCertificate { certificate: certificate.clone(), algorithms };
                config.dangerous().with_custom_certificate_verifier(std::sync::Arc::new(verifier))
            }
            // A system without any authorities trusts no server; the user is told when a certificate arrives.
            None if encrypted => match config.clone().with_platform_verifier() {
                Ok(config) => config,
                Err(_) => config.with_root_certificates(rustls::RootCertStore::empty()),
            },
            None => config.with_root_certificates(rustls::RootCertStore::empty()),
        };
        let mut config = config.with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config
    }
}

#[cfg(not(feature = "tls"))]
impl TrustRoots {
    /// Fails: this build has no TLS.
    ///
    /// # Errors
    ///
    /// [`TrustError::TlsUnavailable`], always.
    pub fn only(_: &[u8]) -> Result<Self, TrustError> {
        Err(TrustError::TlsUnavailable)
    }

    /// Fails: this build has no TLS.
    ///
    /// # Errors
    ///
    /// [`TrustError::TlsUnavailable`], always.
    pub fn pinned(_: &[u8]) -> Result<Self, TrustError> {
        Err(TrustError::TlsUnavailable)
    }

    pub(crate) fn apply(&self, builder: ClientBuilder, _: bool) -> ClientBuilder {
        match self.0 {
            None => builder,
            Some(never) => match never {},
        }
    }
}

/// The reason why TLS rejected the server.
#[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "a build without TLS cannot fail in it"))]
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CertificateError {
    /// The certificate's issuer is not trusted.
    UnknownIssuer,
    /// The certificate is not trusted, for another reason.
    Certificate(String),
    /// The server does not speak TLS.
    NotTls,
}

/// Finds an error of TLS among the sources of an error.
#[cfg(feature = "tls")]
pub(crate) fn certificate_error(error: &(dyn Error + 'static)) -> Option<CertificateError> {
    let mut next = Some(error);
    while let Some(error) = next {
        match error.downcast_ref() {
            Some(rustls::Error::InvalidCertificate(why)) => return Some(untrusted(why)),
            Some(rustls::Error::InvalidMessage(_)) => return Some(CertificateError::NotTls),
            _ => {}
        }
        // As its source, an I/O error names the source of the error that it wraps, not that error itself.
        next = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

#[cfg(not(feature = "tls"))]
pub(crate) fn certificate_error(_: &(dyn Error + 'static)) -> Option<CertificateError> {
    None
}

/// Returns the error about a certificate that rustls, or the verifier of `pinned`, has rejected.
#[cfg(feature = "tls")]
fn untrusted(why: &rustls::CertificateError) -> CertificateError {
    use rustls::CertificateError as Why;

    CertificateError::Certificate(match why {
        // The last two occur if another authority has the same name but a different key.
        Why::UnknownIssuer | Why::BadSignature | Why::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            return CertificateError::UnknownIssuer;
        }
        Why::Expired | Why::ExpiredContext { .. } => "it has expired".to_owned(),
        Why::NotValidYet | Why::NotValidYetContext { .. } => {
            "it is not valid yet; check the clocks of both machines".to_owned()
        }
        Why::NotValidForName | Why::NotValidForNameContext { .. } => {
            "it is for another host name than the one in the address".to_owned()
        }
        // Only the verifier of `pinned` returns this.
        Why::ApplicationVerificationFailure => {
            "it is not the one that is pinned; the server may have a new one, or another program its port".to_owned()
        }
        // `openssl req -x509` makes such a certificate by default; the error has no variant of its own for it.
        other if other.to_string().contains("CaUsedAsEndEntity") => {
            "it is a CA certificate, which a server must not use as its own; create one with basicConstraints=CA:FALSE"
                .to_owned()
        }
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "tls")]
    #[test]
    fn text_without_a_valid_certificate_is_refused() {
        assert_eq!(TrustRoots::only(b"").unwrap_err(), TrustError::NoCertificate);
        assert_eq!(
            TrustRoots::only(b"-----BEGIN NOTHING-----\nAAAA\n-----END NOTHING-----\n").unwrap_err(),
            TrustError::NoCertificate
        );
        let malformed = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(matches!(TrustRoots::only(malformed), Err(TrustError::Malformed(_))));
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn a_build_without_tls_says_so() {
        assert_eq!(TrustRoots::only(b"").unwrap_err(), TrustError::TlsUnavailable);
        let error = "https://class.example".parse::<crate::ServerUrl>().unwrap_err().to_string();
        assert!(error.contains("no TLS"), "{error}");
    }
}
