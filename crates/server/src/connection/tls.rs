//! The handshake of TLS: how a connection becomes an encrypted one.

use std::io;

#[cfg(feature = "tls")]
use tokio_rustls::server::TlsStream;

#[cfg(feature = "tls")]
use super::immediate_response::respond_immediately;
use super::socket::Stream;
use crate::options::tls::Tls;

/// The first byte of a TLS connection: a record of the handshake (RFC 8446 section 5.1).
#[cfg(feature = "tls")]
const HANDSHAKE: u8 = 22;

/// Shakes hands. A client that speaks plain HTTP gets the response that `explain` makes.
///
/// # Errors
///
/// The connection is broken, or the client did not begin with a handshake that the server takes.
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
        return Err(io::Error::other("it began with something else than a handshake"));
    }
    identity.accept(stream).await
}

/// Cannot be called: without the feature `tls`, there is no [`Tls`].
#[cfg(not(feature = "tls"))]
#[expect(clippy::unused_async, reason = "the same signature as with TLS")]
pub(crate) async fn handshake(Tls(identity): &Tls, _: Stream, _: impl FnOnce(&[u8]) -> Vec<u8>) -> io::Result<Stream> {
    match *identity {}
}
