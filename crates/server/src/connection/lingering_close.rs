//! The lingering close: a connection is read for a while after its last response, and then closed.
//!
//! A connection has one clock for what it waits for while no request is under way: a head that has begun has the time
//! of `send-time` from its first piece, and a client that says nothing has as much from the last response. (A body has
//! a clock of its own, see [`body_timeout`](super::body_timeout).) A head that comes too late is answered by a 408,
//! which [`hyper_error_rewriter`](super::hyper_error_rewriter) writes. In HTTP/2 heads come among other frames, and the
//! connection looks after them, see [`handler`](crate::listener).
//!
//! A client that sends input that cannot be read, or a body that is not wanted, is mostly still sending when the
//! response goes out. If the server closed then, the system would tell the client that the connection broke: TCP
//! answers input that will never be read with a reset, and many systems then discard what they have not read yet. So
//! the end has stages (RFC 9112 section 9.6): the server says that nothing more will follow, goes on reading, and
//! closes when the client does, or when time is over. No other client is waited for.

use std::io::{self, ErrorKind, IoSlice};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use super::activity::ConnectionActivity;
use super::half_close::HalfClose;
use super::socket::Socket;

/// How long a client that was left in the middle of what it said has to read its response and to close.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);

/// The most that is read after the last response. A client that sends more has to wait.
const MAX_DRAIN_BYTES: usize = 1024 * 1024;

/// The preface of a connection of HTTP/2 (RFC 9113 section 3.4).
const HTTP_2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A head did not come in time.
#[derive(Debug, Clone, Copy, Error)]
#[error("the head of a request did not come in time")]
pub(crate) struct HeadTimedOut;

impl HeadTimedOut {
    /// Returns whether an error is this one.
    pub(crate) fn caused(error: &io::Error) -> bool {
        error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()).is_some()
    }
}

/// Which protocol a connection speaks, by how it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    /// So many bytes of the preface of HTTP/2 have come, and nothing else.
    Unknown(usize),
    Http1,
    Http2,
}

/// A stream that closes only when its client has stopped sending.
///
/// It also counts what comes, and ends when it has waited for long enough.
pub(crate) struct LingeringStream<S> {
    stream: S,
    activity: ConnectionActivity,
    patience: Duration,
    protocol: Protocol,
    /// Since when nothing is under way, and nothing comes.
    idle: Option<Instant>,
    clock: Option<Pin<Box<Sleep>>>,
    /// Whether hyper has nothing left to write, and whether it had to wait with it.
    is_flushed: bool,
    was_blocked: bool,
    /// How many requests had been answered to the end when hyper last wrote all that it had.
    answered: usize,
    /// Whether the client has closed its half.
    has_ended: bool,
    half_close: HalfClose,
    rest: Drain,
}

impl<S> LingeringStream<S> {
    /// `socket` is what the stream goes over.
    pub(crate) fn new(stream: S, activity: ConnectionActivity, patience: Duration, socket: Option<Socket>) -> Self {
        Self {
            stream,
            activity,
            patience,
            protocol: Protocol::Unknown(0),
            idle: None,
            clock: None,
            is_flushed: true,
            was_blocked: false,
            answered: 0,
            has_ended: false,
            half_close: HalfClose::new(socket),
            rest: Drain::default(),
        }
    }

    fn recognise(&mut self, bytes: &[u8]) {
        let Protocol::Unknown(known) = self.protocol else { return };
        let expected = &HTTP_2_PREFACE[known..];
        let count = expected.len().min(bytes.len());
        self.protocol = match bytes[..count] == expected[..count] {
            false => Protocol::Http1,
            true if known + count == HTTP_2_PREFACE.len() => Protocol::Http2,
            true => Protocol::Unknown(known + count),
        };
        if self.protocol == Protocol::Http2 {
            self.activity.set_http_2();
        }
    }

    /// Is ready when the client has been waited for long enough.
    ///
    /// The result is an error if the rest of a head is missing.
    fn poll_head_timeout(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.activity.has_open_requests() || !self.is_flushed || self.protocol == Protocol::Http2 {
            self.idle = None;
            return Poll::Pending;
        }
        let head = self.activity.head_since();
        let since = head.unwrap_or_else(|| *self.idle.get_or_insert_with(Instant::now));
        let until = since + self.patience;
        let clock = self.clock.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if clock.deadline() > until {
            clock.as_mut().reset(until);
        }
        ready!(clock.as_mut().poll(context));
        // It is not set anew for each request, so it may be early: then it goes on.
        while clock.deadline() < until {
            clock.as_mut().reset(until);
            ready!(clock.as_mut().poll(context));
        }
        let is_late = head.is_some() && self.protocol == Protocol::Http1;
        Poll::Ready(if is_late { Err(io::Error::new(ErrorKind::TimedOut, HeadTimedOut)) } else { Ok(()) })
    }
}

/// The input after the last response.
pub(crate) struct Drain {
    room: usize,
    end: Option<Pin<Box<Sleep>>>,
}

impl Default for Drain {
    fn default() -> Self {
        Self { room: MAX_DRAIN_BYTES, end: None }
    }
}

impl Drain {
    /// Reads and discards input, and is ready when there is nothing left to wait for.
    pub(crate) fn poll_drain<S: AsyncRead + Unpin>(&mut self, stream: &mut S, context: &mut Context<'_>) -> Poll<()> {
        let end = self.end.get_or_insert_with(|| Box::pin(sleep(LINGER_TIMEOUT)));
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

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for LingeringStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.has_ended {
            let before = into.filled().len();
            match Pin::new(&mut this.stream).poll_read(context, into) {
                Poll::Pending => {
                    this.activity.on_read_pending();
                    return this.poll_head_timeout(context);
                }
                Poll::Ready(Ok(())) if into.filled().len() == before => {
                    this.has_ended = true;
                    this.activity.on_end_of_input();
                }
                Poll::Ready(read) => {
                    this.idle = None;
                    this.recognise(&into.filled()[before..]);
                    this.activity.on_read();
                    return Poll::Ready(read);
                }
            }
        }
        let is_flushed = this.is_flushed && this.answered == this.activity.requests_ended();
        this.half_close.poll_end(&this.activity, &mut this.stream, is_flushed, context)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for LingeringStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        ready!(this.half_close.poll_probe(&mut this.stream, context))?;
        this.is_flushed = false;
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.was_blocked |= written.is_pending();
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        ready!(this.half_close.poll_probe(&mut this.stream, context))?;
        this.is_flushed = false;
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, slices);
        this.was_blocked |= written.is_pending();
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper asks for this when it has written all that it had.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let answered = self.activity.requests_ended();
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        let is_news =
            !mem::replace(&mut self.is_flushed, true) | (mem::replace(&mut self.answered, answered) != answered);
        let was_blocked = mem::take(&mut self.was_blocked);
        if is_news && (self.has_ended || was_blocked) {
            // The reader has been kept waiting for this, or the clock could not run. Otherwise hyper reads next anyway.
            context.waker().wake_by_ref();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, activity, rest, .. } = &mut *self;
        // This is asked until it is done. To say twice that nothing more follows does no harm.
        ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
        if activity.has_unread_input() { rest.poll_drain(stream, context).map(Ok) } else { Poll::Ready(Ok(())) }
    }
}

#[cfg(test)]
mod tests;
