//! TLS: the server's certificate and its private key.
//!
//! The implementation is rustls with ring: TLS 1.2 and 1.3, without client certificates. In a build without the feature
//! `tls`, a [`Tls`] cannot be created, so no other code needs to know which kind of build it is in. Nothing here reads
//! a file.

use std::fmt;

use thiserror::Error;

/// The server's certificate with its private key.
#[derive(Clone)]
pub struct Tls(pub(crate) Identity);

/// The error when a certificate and its key cannot be used.
#[derive(Debug, Error)]
pub enum TlsError {
    /// The text has no certificate.
    #[error("it contains no certificate; one begins with -----BEGIN CERTIFICATE-----")]
    NoCertificate,
    /// The text has a certificate that is not valid.
    #[error("it contains no usable certificate ({0}); pass the file as it was issued, in PEM")]
    Certificate(String),
    /// The text has no private key.
    #[error("it contains no private key; one begins with -----BEGIN PRIVATE KEY-----")]
    NoKey,
    /// The text has a private key that is not valid.
    #[error("it contains no usable private key ({0}); pass the file as it was created, in PEM, without a password")]
    Key(String),
    /// The two do not belong together.
    #[error("the key does not belong to the certificate; pass the key that the certificate was created with")]
    Strangers,
    /// Each is valid, but they cannot be used together.
    #[error("the certificate and its key cannot be used: {0}")]
    Unusable(String),
    /// This build has no TLS.
    #[error(
        "this build of the program has no TLS; take one that was built with the feature 'tls', which is the default"
    )]
    Absent,
}

impl fmt::Debug for Tls {
    /// Hides the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

#[cfg(not(feature = "tls"))]
pub(crate) use absent::Identity;
#[cfg(feature = "tls")]
pub(crate) use present::Identity;

#[cfg(feature = "tls")]
mod present {
    use std::sync::Arc;

    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::crypto::ring;
    use tokio_rustls::rustls::pki_types::pem::{Error as PemError, PemObject};
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use tokio_rustls::rustls::{Error, ServerConfig};

    use super::{Tls, TlsError};

    pub(crate) type Identity = TlsAcceptor;

    impl Tls {
        /// Returns the identity with this certificate and private key, both in PEM.
        ///
        /// The certificates of its issuers follow the certificate.
        ///
        /// # Errors
        ///
        /// The certificate or the key is not usable, or they do not belong together.
        pub fn from_pem(certificate: &[u8], key: &[u8]) -> Result<Self, TlsError> {
            let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
            let chain = chain.map_err(|error| TlsError::Certificate(error.to_string()))?;
            if chain.is_empty() {
                return Err(TlsError::NoCertificate);
            }
            let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| match error {
                PemError::NoItemsFound => TlsError::NoKey,
                other => TlsError::Key(other.to_string()),
            })?;
            let provider = ring::default_provider();
            // The certificate loads the key again below. But that error would not tell whether the certificate or the
            // key is wrong.
            let loaded = provider.key_provider.load_private_key(key.clone_key());
            loaded.map_err(|error| TlsError::Key(error.to_string()))?;
            let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
                .with_safe_default_protocol_versions()
                .map_err(|error| TlsError::Unusable(error.to_string()))?
                .with_no_client_auth()
                .with_single_cert(chain, key)
                .map_err(|error| match error {
                    Error::InconsistentKeys(_) => TlsError::Strangers,
                    other => TlsError::Certificate(other.to_string()),
                })?;
            config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            Ok(Self(Arc::new(config).into()))
        }
    }
}

#[cfg(not(feature = "tls"))]
mod absent {
    use std::convert::Infallible;

    use super::{Tls, TlsError};

    pub(crate) type Identity = Infallible;

    impl Tls {
        /// Returns the error that this build has no TLS.
        ///
        /// # Errors
        ///
        /// Always [`TlsError::Absent`].
        pub fn from_pem(_: &[u8], _: &[u8]) -> Result<Self, TlsError> {
            Err(TlsError::Absent)
        }
    }
}
