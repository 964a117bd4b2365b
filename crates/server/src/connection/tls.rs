//! The TLS handshake, which makes a connection an encrypted one.

use std::io;

#[cfg(feature = "tls")]
use tokio_rustls::server::TlsStream;

#[cfg(feature = "tls")]
use super::immediate_response::respond_immediately;
use super::socket::Stream;
use crate::options::tls::Tls;

/// The first byte of a TLS connection: the type of a handshake record (RFC 8446 section 5.1).
#[cfg(feature = "tls")]
const HANDSHAKE: u8 = 22;

/// Performs the handshake. A client that speaks plain HTTP gets the response that `explain` returns.
///
/// # Errors
///
/// The connection is broken, or the client did not begin with an acceptable handshake.
#[cfg(feature = "tls")]
pub(crate) async fn handshake(
    Tls(identity): &Tls,
    mut stream: Stream,
    explain: impl FnOnce(&[u8]) -> Vec<u8>,
) -> io::Result<TlsStream<Stream>> {
    if let Some(first) = stream.socket().next_byte().await
        && first != HANDSHAKE
    {
        respond_immediately(&mut stream, explain).await?;
        return Err(io::Error::other("it did not begin with a TLS handshake"));
    }
    identity.accept(stream).await
}

/// Is never called: without the feature `tls`, there is no value of [`Tls`].
#[cfg(not(feature = "tls"))]
#[expect(clippy::unused_async, reason = "the same signature as with TLS")]
pub(crate) async fn handshake(Tls(identity): &Tls, _: Stream, _: impl FnOnce(&[u8]) -> Vec<u8>) -> io::Result<Stream> {
    match *identity {}
}
