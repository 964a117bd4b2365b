//! The lingering close: after its last response, a connection is still read for a while.
//!
//! While no request is open, a connection has one clock: a header section has the time of `send-time` from its first
//! piece, and an idle client has as much from its last response. (A body has a clock of its own, see
//! [`body_timeout`](super::body_timeout).) A late header section gets a 408, which
//! [`hyper_error_rewriter`](super::hyper_error_rewriter) writes. In HTTP/2, header sections arrive among other frames,
//! and the [`listener`](crate::listener) watches the connection instead.
//!
//! A client that sends malformed input, or a body that the server does not want, is usually still sending when it gets
//! the response. If the server closed the connection now, TCP would answer the unread input with a reset, and many
//! systems then discard the response that the client has not read yet. So the server closes in stages (RFC 9112 section
//! 9.6): it closes its sending half, reads on, and closes the rest when the client closes or the time is over. It does
//! so only if input is left unread.

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

/// How long a client whose input was left unread has to read its response and to close.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);

/// The most bytes that are read after the last response.
///
/// A client that sends more is not read any further.
const MAX_DRAIN_BYTES: usize = 1024 * 1024;

/// The connection preface of HTTP/2 (RFC 9113 section 3.4).
const HTTP_2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The error that a header section did not arrive in time.
#[derive(Debug, Clone, Copy, Error)]
#[error("the header section of a request did not arrive in time")]
pub(crate) struct HeadTimedOut;

impl HeadTimedOut {
    /// Returns whether this error caused an I/O error.
    pub(crate) fn caused(error: &io::Error) -> bool {
        error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()).is_some()
    }
}

/// The protocol of a connection, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    /// Only this many bytes have arrived, and they are the beginning of the HTTP/2 preface.
    Unknown(usize),
    Http1,
    Http2,
}

/// A stream that lingers when it closes.
///
/// It also recognizes the protocol, and ends a connection whose clock has run out.
pub(crate) struct LingeringStream<S> {
    stream: S,
    activity: ConnectionActivity,
    patience: Duration,
    protocol: Protocol,
    /// Since when no request is open and nothing arrives.
    idle: Option<Instant>,
    clock: Option<Pin<Box<Sleep>>>,
    /// Whether hyper has nothing left to write; `was_blocked` says whether it had to wait for that.
    is_flushed: bool,
    was_blocked: bool,
    /// How many requests had their whole response when hyper last wrote everything.
    answered: usize,
    /// Whether the client has closed its half.
    has_ended: bool,
    half_close: HalfClose,
    rest: Drain,
}

impl<S> LingeringStream<S> {
    /// Wraps a stream. `socket` is the socket below it, if it has one.
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

    /// Is ready when the clock has run out.
    ///
    /// The result is an error if the rest of a header section is missing.
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
        // The clock is not reset for each request, so it may run out too early: then it is set to the right time.
        while clock.deadline() < until {
            clock.as_mut().reset(until);
            ready!(clock.as_mut().poll(context));
        }
        let is_late = head.is_some() && self.protocol == Protocol::Http1;
        Poll::Ready(if is_late { Err(io::Error::new(ErrorKind::TimedOut, HeadTimedOut)) } else { Ok(()) })
    }
}

/// The rest of the input, after the last response.
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
    /// Reads and discards input. Is ready when there is no reason to wait for more.
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
                // The client has closed or broken the connection, so there is nothing left to do.
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

    /// hyper flushes when it has written all that it had.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let answered = self.activity.requests_ended();
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        let is_news =
            !mem::replace(&mut self.is_flushed, true) | (mem::replace(&mut self.answered, answered) != answered);
        let was_blocked = mem::take(&mut self.was_blocked);
        if is_news && (self.has_ended || was_blocked) {
            // The reader was blocked by the write, or its clock could not run. In all other cases hyper reads next
            // anyway.
            context.waker().wake_by_ref();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, activity, rest, .. } = &mut *self;
        // `poll_shutdown` is polled until the connection is closed. Closing the sending half twice does no harm.
        ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
        if activity.has_unread_input() { rest.poll_drain(stream, context).map(Ok) } else { Poll::Ready(Ok(())) }
    }
}

#[cfg(test)]
mod tests;
