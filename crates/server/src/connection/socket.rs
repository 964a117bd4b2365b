//! A socket that two may hold: the connection, which reads and writes, and a request that wants to know whether its
//! client is still there.
//!
//! HTTP/1.1 looks at what comes next only when somebody reads the body, and a request that waits for its 100 (Continue)
//! at the gate has nobody who may. So whoever holds such a request looks at the socket itself, without taking anything
//! from it.
//!
//! Reading is left to tokio's own half. Where a read was short it knows that there is no more, and does not ask the
//! system once more to be told so; and it reads into memory that nobody had to fill with zeros first. Done by hand,
//! these two were a quarter of the server's work for a 304.

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

/// After which silence the system probes the other side, and how long it waits for each answer. Linux sends nine
/// probes.
const PROBE_AFTER: Duration = Duration::from_secs(10);
const PROBE_INTERVAL: Duration = Duration::from_secs(2);

/// What one can do with a socket without reading from it. Clones are of the same one.
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
    /// Waits for the client's next byte and leaves it where it is. None where the client has gone instead.
    pub(crate) async fn next_byte(&self) -> Option<u8> {
        let mut byte = [0];
        matches!(self.stream().peek(&mut byte).await, Ok(1)).then_some(byte[0])
    }

    /// What has come and is not read, as far as there is room; it stays where it is. Nothing if the client has gone.
    pub(crate) async fn peek(&self, into: &mut [u8]) -> usize {
        self.stream().peek(into).await.unwrap_or(0)
    }

    /// Has the system probe the other side while it is silent. If the probes get no answer, the connection breaks.
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
        self.socket.write_when_ready(context, |stream| stream.try_write_vectored(slices))
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
