//! Whom a client believes: how it knows that a server at an `https` address is the one that it says it is.
//!
//! Mostly the system knows that, by a list of authorities. A classroom has a certificate of its own, which no authority
//! has signed: whoever names it trusts it *in place of* the system's authorities, as `curl --cacert` does. A list that
//! only grew longer would still let any of a hundred authorities sign for the classroom's name.
//!
//! In a build without TLS there is nobody to trust, and [`TrustRoots::only`] says so. Nothing here reads a file.

use std::error::Error;

use reqwest::ClientBuilder;

/// Whom a client believes that they are who they say.
#[derive(Debug, Clone, Default)]
pub struct TrustRoots(Option<Roots>);

/// Why a text names nobody who could be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// There is no certificate in it.
    #[error("there is no certificate in it; one begins with -----BEGIN CERTIFICATE-----")]
    NoCertificate,
    /// There is something that says it is a certificate, and is none.
    #[error("what stands there as a certificate is none: {0}")]
    Malformed(String),
    /// This build has no TLS.
    #[error("{NO_TLS_MESSAGE}")]
    TlsUnavailable,
}

/// What to say where TLS is asked for, and was left out.
pub(crate) const NO_TLS_MESSAGE: &str =
    "this build of the program has no TLS; take one that was built with the feature 'tls', which is the default";

/// Whether this build can speak TLS.
pub(crate) const HAS_TLS: bool = cfg!(feature = "tls");

#[cfg(feature = "tls")]
type Roots = rustls::RootCertStore;
#[cfg(not(feature = "tls"))]
type Roots = std::convert::Infallible;

#[cfg(feature = "tls")]
impl TrustRoots {
    /// Trusts the certificates in this PEM text, and nobody else: each may be the server's own, or its authority's.
    pub fn only(pem: &[u8]) -> Result<Self, TrustError> {
        use rustls::pki_types::CertificateDer;
        use rustls::pki_types::pem::PemObject;

        let malformed = |error: &dyn std::fmt::Display| TrustError::Malformed(error.to_string());
        let mut roots = Roots::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| malformed(&error))?;
            roots.add(certificate).map_err(|error| malformed(&error))?;
        }
        if roots.is_empty() { Err(TrustError::NoCertificate) } else { Ok(Self(Some(roots))) }
    }

    /// Has connections be encrypted so. Plain HTTP needs nobody's trust, and does not have the system asked for it.
    pub(crate) fn apply(&self, builder: ClientBuilder, encrypted: bool) -> ClientBuilder {
        use rustls::ClientConfig;
        use rustls_platform_verifier::BuilderVerifierExt;

        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has what TLS 1.2 and 1.3 want");
        let config = match &self.0 {
            Some(roots) => config.with_root_certificates(roots.clone()),
            // A system without any authorities trusts nobody, and that is told when a certificate comes.
            None if encrypted => match config.clone().with_platform_verifier() {
                Ok(config) => config,
                Err(_) => config.with_root_certificates(Roots::empty()),
            },
            None => config.with_root_certificates(Roots::empty()),
        };
        let mut config = config.with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        builder.tls_backend_preconfigured(config)
    }
}

#[cfg(not(feature = "tls"))]
impl TrustRoots {
    /// Says that there is no TLS in this build.
    pub fn only(_: &[u8]) -> Result<Self, TrustError> {
        Err(TrustError::TlsUnavailable)
    }

    pub(crate) fn apply(&self, builder: ClientBuilder, _: bool) -> ClientBuilder {
        match self.0 {
            None => builder,
            Some(nobody) => match nobody {},
        }
    }
}

/// What TLS did not like about the other side.
#[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "where there is no TLS, it dislikes nothing"))]
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CertificateError {
    /// Its certificate, and why.
    Certificate(String),
    /// It speaks something else.
    NotTls,
}

/// Looks for what TLS did not like among the sources of an error.
#[cfg(feature = "tls")]
pub(crate) fn certificate_error(error: &(dyn Error + 'static)) -> Option<CertificateError> {
    let mut next = Some(error);
    while let Some(error) = next {
        match error.downcast_ref() {
            Some(rustls::Error::InvalidCertificate(why)) => return Some(CertificateError::Certificate(describe(why))),
            Some(rustls::Error::InvalidMessage(_)) => return Some(CertificateError::NotTls),
            _ => {}
        }
        // An input/output error names as its source what lies below the error that it wraps, and not that one itself.
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

#[cfg(feature = "tls")]
fn describe(why: &rustls::CertificateError) -> String {
    use rustls::CertificateError as Why;

    match why {
        // The last two are what comes of an authority that has the same name, and another key.
        Why::UnknownIssuer | Why::BadSignature | Why::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "it was signed by nobody whom this client trusts".to_owned()
        }
        Why::Expired | Why::ExpiredContext { .. } => "it has expired".to_owned(),
        Why::NotValidYet | Why::NotValidYetContext { .. } => "it is not valid yet; is a clock wrong?".to_owned(),
        Why::NotValidForName | Why::NotValidForNameContext { .. } => {
            "it is for another name than the one in the address".to_owned()
        }
        // What `openssl req -x509` makes unless it is told otherwise; the error has no variant of its own for it.
        other if other.to_string().contains("CaUsedAsEndEntity") => {
            "it is an authority's, which no server may show as its own; make it with basicConstraints=CA:FALSE"
                .to_owned()
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "tls")]
    #[test]
    fn a_text_without_a_certificate_names_nobody() {
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
    fn without_tls_it_says_so() {
        assert_eq!(TrustRoots::only(b"").unwrap_err(), TrustError::TlsUnavailable);
        let error = "https://class.example".parse::<crate::ServerUrl>().unwrap_err().to_string();
        assert!(error.contains("no TLS"), "{error}");
    }
}
