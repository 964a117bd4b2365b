//! TLS: the identity of the server.
//!
//! rustls with ring, TLS 1.2 and 1.3, no certificates of clients. In a build without the feature `tls`, [`Tls`] cannot
//! be made, and says so; no other code has to know in which kind of build it is. Nothing here reads a file.

use std::fmt;

use thiserror::Error;

/// The identity of the server.
#[derive(Clone)]
pub struct Tls(pub(crate) Identity);

/// Why a certificate and a key are none.
#[derive(Debug, Error)]
pub enum TlsError {
    /// The text has no certificate.
    #[error("there is no certificate in it; one begins with -----BEGIN CERTIFICATE-----")]
    NoCertificate,
    /// There is something that is none.
    #[error("it holds no certificate that can be used ({0}); take the file as it was issued, in PEM")]
    Certificate(String),
    /// The text has no private key.
    #[error("there is no private key in it; one begins with -----BEGIN PRIVATE KEY-----")]
    NoKey,
    /// There is something that is none.
    #[error("it holds no private key that can be used ({0}); take the file as it was made, in PEM, without a password")]
    Key(String),
    /// The two do not belong together.
    #[error("the key is not the certificate's; name the key that the certificate was made with")]
    Strangers,
    /// They look right and are not.
    #[error("the certificate and its key cannot be used: {0}")]
    Unusable(String),
    /// This build has no TLS.
    #[error(
        "this build of the program has no TLS; take one that was built with the feature 'tls', which is the default"
    )]
    Absent,
}

impl fmt::Debug for Tls {
    /// Not the key.
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
        /// Returns the server of this certificate and its private key, both in PEM.
        ///
        /// The certificates of its authorities follow the certificate.
        ///
        /// # Errors
        ///
        /// The certificate or the key cannot be used, or the two do not belong together.
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
            // It will be loaded again with the certificate. But an error of both does not tell which of them it is
            // about.
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
        /// Says that there is no TLS in this build.
        ///
        /// # Errors
        ///
        /// Always [`TlsError::Absent`].
        pub fn from_pem(_: &[u8], _: &[u8]) -> Result<Self, TlsError> {
            Err(TlsError::Absent)
        }
    }
}
