//! A connection after it has switched protocols: it only passes bytes.

use std::io;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::peer::Peer;
use crate::lock::lock;

/// A future that passes bytes until both ends have closed.
pub(crate) struct Tunnel(Pin<Box<dyn Future<Output = ()> + Send>>);

impl Tunnel {
    /// Wraps the future.
    pub(crate) fn new(passing: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Box::pin(passing))
    }

    /// Passes bytes until both ends have closed.
    pub(crate) async fn run(self) {
        self.0.await;
    }
}

/// The tunnel of a connection that will switch protocols.
#[derive(Default)]
pub(crate) struct TunnelSlot(Mutex<Option<Tunnel>>);

impl TunnelSlot {
    pub(crate) fn set(&self, tunnel: Tunnel) {
        *lock(&self.0) = Some(tunnel);
    }

    pub(crate) fn take(&self) -> Option<Tunnel> {
        lock(&self.0).take()
    }
}

/// The client's end of a tunnel, from which the end of input is read as such.
///
/// While a request is open, the [connection](super::half_close) keeps the end of input from its reader, unless the
/// reader waits for more of a body. In a tunnel, the reader always does.
pub(crate) struct TunnelInput<S> {
    stream: S,
    peer: Option<Peer>,
}

impl<S> TunnelInput<S> {
    pub(crate) fn new(stream: S, peer: Option<Peer>) -> Self {
        Self { stream, peer }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TunnelInput<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(context, into);
        if let (Poll::Pending, Some(peer)) = (&polled, &self.peer) {
            peer.await_input(context.waker());
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TunnelInput<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
