//! A socket that a connection reads and writes, and that a held request may watch.
//!
//! hyper reads from an HTTP/1.1 connection only when the body is read, and a request that waits for its 100 (Continue)
//! at the gate must not read its body. So the gate peeks at the socket itself, without taking bytes from it.
//!
//! Reading uses tokio's own half. After a short read, tokio knows that there is no more, and does not ask the system
//! again; and it reads into memory that was not zeroed first. Without these two, reading was a quarter of the server's
//! work for a 304.

use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// How long a connection is silent before the system probes it, and the pause between probes.
///
/// Linux sends nine probes.
const PROBE_AFTER: Duration = Duration::from_secs(10);
const PROBE_INTERVAL: Duration = Duration::from_secs(2);

/// A handle of a socket that does not read. Clones are the same socket.
#[derive(Debug, Clone)]
pub(crate) struct Socket(Arc<OwnedWriteHalf>);

/// A socket as a stream of bytes.
///
/// The socket closes when this and all clones of its [`Socket`] are dropped.
#[derive(Debug)]
pub(crate) struct Stream {
    read: OwnedReadHalf,
    socket: Socket,
}

impl Stream {
    pub(crate) fn of(stream: TcpStream) -> Self {
        let (read, write) = stream.into_split();
        Self { read, socket: Socket(Arc::new(write)) }
    }

    pub(crate) fn socket(&self) -> Socket {
        self.socket.clone()
    }
}

impl Socket {
    /// Waits for the client's next byte, without taking it; returns `None` if the client has gone.
    pub(crate) async fn next_byte(&self) -> Option<u8> {
        let mut byte = [0];
        matches!(self.stream().peek(&mut byte).await, Ok(1)).then_some(byte[0])
    }

    /// Copies bytes that have arrived, without taking them. Returns 0 if the client has gone.
    pub(crate) async fn peek(&self, into: &mut [u8]) -> usize {
        self.stream().peek(into).await.unwrap_or(0)
    }

    /// Has the system probe the other side while it is silent. The connection breaks if the probes fail.
    pub(crate) fn keep_alive(&self) {
        let probes = TcpKeepalive::new().with_time(PROBE_AFTER).with_interval(PROBE_INTERVAL);
        if let Err(error) = SockRef::from(self.stream()).set_tcp_keepalive(&probes) {
            tracing::debug!(%error, "cannot check whether a client is still connected");
        }
    }

    /// Waits until the connection is broken: the other side has refused bytes that the server sent.
    pub(crate) async fn broken(&self) {
        loop {
            match self.stream().ready(Interest::ERROR).await {
                Ok(ready) if !ready.is_error() => {}
                _ => return,
            }
        }
    }

    fn stream(&self) -> &TcpStream {
        (*self.0).as_ref()
    }

    /// Repeats an operation whenever the socket may have become writable.
    fn write_when_ready(
        &self,
        context: &mut Context<'_>,
        write: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.stream().poll_write_ready(context))?;
            match write(self.stream()) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(context, into)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.socket.write_when_ready(context, |stream| stream.try_write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // A response without a body is one slice, which the system sends with less effort.
        match slices {
            [slice] => self.poll_write(context, slice),
            _ => self.socket.write_when_ready(context, |stream| stream.try_write_vectored(slices)),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(SockRef::from(self.socket.stream()).shutdown(Shutdown::Write))
    }
}
