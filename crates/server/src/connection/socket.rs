//! A socket that a connection reads and writes, and that a held request may watch.
//!
//! HTTP/1.1 looks at what comes next only when the body is read, and a request that waits for its 100 (Continue) at the
//! gate must not read it. So the gate looks at the socket itself, without taking anything from it.
//!
//! Reading is left to tokio's own half. After a short read it knows that there is no more, and does not ask the system
//! once more; and it reads into memory that was not filled with zeros first. Done by hand, these two were a quarter of
//! the server's work for a 304.

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

/// The silence after which the system probes the other side, and the pause between two probes.
///
/// Linux sends nine probes.
const PROBE_AFTER: Duration = Duration::from_secs(10);
const PROBE_INTERVAL: Duration = Duration::from_secs(2);

/// A socket that is not read from. Clones are the same socket.
#[derive(Debug, Clone)]
pub(crate) struct Socket(Arc<OwnedWriteHalf>);

/// A socket as a stream of bytes. It closes when this and all clones of its [`Socket`] are dropped.
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
    /// Waits for the client's next byte and leaves it unread, or returns `None` if the client has gone.
    pub(crate) async fn next_byte(&self) -> Option<u8> {
        let mut byte = [0];
        matches!(self.stream().peek(&mut byte).await, Ok(1)).then_some(byte[0])
    }

    /// Copies what has come and is not read, and leaves it unread. Returns 0 if the client has gone.
    pub(crate) async fn peek(&self, into: &mut [u8]) -> usize {
        self.stream().peek(into).await.unwrap_or(0)
    }

    /// Has the system probe the other side while it is silent. Without a response, the connection breaks.
    pub(crate) fn keep_alive(&self) {
        let probes = TcpKeepalive::new().with_time(PROBE_AFTER).with_interval(PROBE_INTERVAL);
        if let Err(error) = SockRef::from(self.stream()).set_tcp_keepalive(&probes) {
            tracing::debug!(%error, "a client cannot be asked whether it is still there");
        }
    }

    /// Waits until the connection is broken: the other side has refused something that was sent.
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

    /// Tries again whenever the socket may be ready to be written to.
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
        // A response without a body is one slice, and the system sends that with less effort.
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
