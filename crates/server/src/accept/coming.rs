//! What comes from a client: since when the next request does, and what is taken of it after the last answer.
//!
//! Nearly all heads come in one piece, and cost no look at a clock. Only where something came, no request came of it, and
//! more has to be waited for, is it noted since when. What is done with that is [`timely`](super::timely)'s business.
//!
//! Whoever sends what cannot be read, or a body that nobody wants, is mostly still sending when the answer goes out. If
//! the server closed then, the system would tell the client that the connection broke: TCP answers what nobody will ever
//! read with a reset, and many systems throw away what they have not read yet when one comes. So the end has stages (RFC
//! 9112 section 9.6): the server says that nothing more will follow, goes on taking what comes, and closes when the
//! client does, or when time is over. Nobody else is waited for.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::calls::Calls;

/// How long a client that was left in the middle of what it said has to read its answer and to close.
const LINGER: Duration = Duration::from_secs(2);

/// The most that is taken of the rest. Whoever sends more has to wait with it, while the answer is there to be read.
const REST: usize = 1024 * 1024;

/// A stream that tells what comes on it, and does not close in the face of somebody who is still sending.
pub(super) struct Coming<S> {
    stream: S,
    calls: Calls,
    rest: Rest,
}

impl<S> Coming<S> {
    pub(super) fn new(stream: S, calls: Calls) -> Self {
        Self { stream, calls, rest: Rest::default() }
    }
}

/// What still comes after the last answer.
pub(crate) struct Rest {
    room: usize,
    end: Option<Pin<Box<Sleep>>>,
}

impl Default for Rest {
    fn default() -> Self {
        Self { room: REST, end: None }
    }
}

impl Rest {
    /// Takes it, and is ready when there is nobody to be waited for any more.
    pub(crate) fn poll_take<S: AsyncRead + Unpin>(&mut self, stream: &mut S, context: &mut Context<'_>) -> Poll<()> {
        let end = self.end.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        let mut buffer = [0; 4096];
        while self.room > 0 {
            let mut taken = ReadBuf::new(&mut buffer);
            match Pin::new(&mut *stream).poll_read(context, &mut taken) {
                Poll::Pending => break,
                Poll::Ready(Ok(())) if !taken.filled().is_empty() => {
                    self.room = self.room.saturating_sub(taken.filled().len());
                }
                // The client has closed or broken off, and there is nothing to be done about that.
                Poll::Ready(_) => return Poll::Ready(()),
            }
        }
        end.as_mut().poll(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Coming<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let tried = Pin::new(&mut self.stream).poll_read(context, into);
        if tried.is_pending() {
            self.calls.waits();
        } else if into.filled().len() > before {
            self.calls.heard();
        }
        tried
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Coming<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, calls, rest } = &mut *self;
        // This is asked until it is done. To say twice that nothing more follows does no harm.
        ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
        if calls.left_something() { rest.poll_take(stream, context).map(Ok) } else { Poll::Ready(Ok(())) }
    }
}

#[cfg(test)]
mod tests;
