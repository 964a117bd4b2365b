//! Problem details in place of hyper's own error responses.
//!
//! hyper itself refuses input that is not HTTP/1.1: a malformed line, an invalid length, too many fields. It responds
//! with a status and an empty body, and has no hook for more. So this stream inspects what hyper writes. An error
//! response of hyper is always the same bytes, and always the last that hyper writes on a connection; the stream sends
//! the problem details instead. For a header section that never ends hyper has no response at all, so the stream sends
//! one.
//!
//! No regular response can be mistaken for hyper's. hyper's error response has no `Date`, and every other response has
//! one. It ends in an empty line, so it could only be at the end of a body with `\r\n` line ends; but JSON escapes a
//! carriage return, and no other text of this server has one. The bodies of another server may have one: with them, an
//! error response counts only if it is written alone, after everything before it.
//!
//! The stream keeps the client's input until it is a complete request, because the problem depends on the input: a web
//! page may read the response only if its `Origin` was in the input.

use std::io::{self, IoSlice};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::MAX_HEAD_BYTES;
use super::activity::ConnectionActivity;
use super::lingering_close::HeadTimedOut;

/// hyper's own error responses, if hyper is configured to write no `Date`.
const HYPER_ERROR_RESPONSES: [(StatusCode, &[u8]); 3] = [
    (StatusCode::BAD_REQUEST, b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
    (StatusCode::URI_TOO_LONG, b"HTTP/1.1 414 URI Too Long\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
    (
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    ),
];

/// A stream that replaces hyper's own error responses with ours.
pub(crate) struct ErrorRewriter<S, F> {
    stream: S,
    /// Returns the whole response, header section and body, for a status and the client's input.
    explain: F,
    activity: ConnectionActivity,
    instead: Rewrite,
    heard: RequestPrefix,
    /// Whether the bodies of responses may be anything, since they are another server's.
    has_foreign_bodies: bool,
    /// How many requests had their whole response when hyper last had nothing left to write.
    flushed: usize,
}

/// The progress of replacing an error response.
enum Rewrite {
    /// Nothing was replaced.
    Not,
    /// The first `said` bytes of `answer` are sent; hyper's response has `bare` bytes.
    Saying { answer: Vec<u8>, said: usize, bare: usize },
    /// A header section did not arrive in time; the first `said` bytes of `answer` are sent.
    Late { answer: Vec<u8>, said: usize },
    /// The whole response is sent.
    Said,
}

/// The client's input since its last request.
#[derive(Default)]
struct RequestPrefix {
    bytes: Vec<u8>,
    /// How many requests had arrived before this input.
    before: usize,
}

impl RequestPrefix {
    /// Keeps the input that arrives while no request is open. Bodies are not kept.
    fn record(&mut self, bytes: &[u8], activity: &ConnectionActivity) {
        if activity.has_open_requests() || activity.is_http_2() {
            return;
        }
        if mem::replace(&mut self.before, activity.requests()) != self.before {
            self.bytes.clear();
        }
        let room = MAX_HEAD_BYTES - self.bytes.len();
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

impl<S, F> ErrorRewriter<S, F> {
    pub(crate) fn new(stream: S, activity: ConnectionActivity, explain: F) -> Self {
        Self {
            stream,
            explain,
            activity,
            instead: Rewrite::Not,
            heard: RequestPrefix::default(),
            has_foreign_bodies: false,
            flushed: 0,
        }
    }

    /// Expects that the body of a response may contain an error response of hyper.
    pub(crate) fn with_foreign_bodies(mut self, has_foreign_bodies: bool) -> Self {
        self.has_foreign_bodies = has_foreign_bodies;
        self
    }

    /// Returns the position and status of hyper's error response at the end of these bytes.
    ///
    /// If bodies may contain one, only bytes that are written after everything before count.
    fn error_in(&self, bytes: &[u8]) -> Option<(usize, StatusCode)> {
        let is_alone = || !self.activity.has_open_requests() && self.activity.requests_ended() == self.flushed;
        let (begin, status) = hyper_error_in(bytes)?;
        (!self.has_foreign_bodies || (begin == 0 && is_alone())).then_some((begin, status))
    }
}

/// Returns the position and status of an error response of hyper at the end of these bytes.
fn hyper_error_in(bytes: &[u8]) -> Option<(usize, StatusCode)> {
    let (status, bare) = HYPER_ERROR_RESPONSES.iter().find(|(_, bare)| bytes.ends_with(bare))?;
    Some((bytes.len() - bare.len(), *status))
}

impl<S: AsyncWrite + Unpin, F: Fn(StatusCode, &[u8]) -> Vec<u8>> ErrorRewriter<S, F> {
    /// Sends the rest of the replacement, and then reports hyper's response as written.
    fn poll_write_rewrite(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Rewrite::Saying { answer, said, bare } = &mut self.instead else { return Poll::Ready(Ok(0)) };
        ready!(poll_write_all(&mut self.stream, answer, said, context))?;
        let bare = *bare;
        self.instead = Rewrite::Said;
        Poll::Ready(Ok(bare))
    }

    /// Sends the rest of the response to a late header section, and closes.
    fn poll_write_late(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Rewrite::Late { answer, said } = &mut self.instead {
            ready!(poll_write_all(&mut self.stream, answer, said, context))?;
        }
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    /// Returns the response to malformed input. The client is probably still sending.
    fn explanation(&self, status: StatusCode) -> Vec<u8> {
        self.activity.mark_unread_input();
        (self.explain)(status, &self.heard.bytes)
    }
}

fn poll_write_all(
    stream: &mut (impl AsyncWrite + Unpin),
    bytes: &[u8],
    written: &mut usize,
    context: &mut Context<'_>,
) -> Poll<io::Result<()>> {
    while *written < bytes.len() {
        *written += match ready!(Pin::new(&mut *stream).poll_write(context, &bytes[*written..]))? {
            0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            count => count,
        };
    }
    Poll::Ready(Ok(()))
}

impl<S, F> AsyncRead for ErrorRewriter<S, F>
where
    S: AsyncRead + AsyncWrite + Unpin,
    F: Fn(StatusCode, &[u8]) -> Vec<u8> + Unpin,
{
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !matches!(this.instead, Rewrite::Late { .. }) {
            let before = into.filled().len();
            match ready!(Pin::new(&mut this.stream).poll_read(context, into)) {
                Ok(()) => this.heard.record(&into.filled()[before..], &this.activity),
                Err(error) if !HeadTimedOut::caused(&error) => return Poll::Ready(Err(error)),
                Err(_) => {
                    let answer = this.explanation(StatusCode::REQUEST_TIMEOUT);
                    this.instead = Rewrite::Late { answer, said: 0 };
                }
            }
        }
        if let Rewrite::Late { .. } = this.instead {
            ready!(this.poll_write_late(context))?;
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, HeadTimedOut)));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin, F: Fn(StatusCode, &[u8]) -> Vec<u8> + Unpin> AsyncWrite for ErrorRewriter<S, F> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Rewrite::Saying { .. } = self.instead {
            return self.poll_write_rewrite(context);
        }
        match self.error_in(bytes) {
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
            Some((0, status)) => {
                let answer = self.explanation(status);
                self.instead = Rewrite::Saying { answer, said: 0, bare: bytes.len() };
                self.poll_write_rewrite(context)
            }
            // The end of the previous, regular response is written first.
            Some((begin, _)) => Pin::new(&mut self.stream).poll_write(context, &bytes[..begin]),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let Some(last) = slices.iter().rposition(|slice| !slice.is_empty()) else { return Poll::Ready(Ok(0)) };
        let before = &slices[..last];
        let is_foreign = self.has_foreign_bodies && !before.iter().all(|slice| slice.is_empty());
        if matches!(self.instead, Rewrite::Not) && (is_foreign || self.error_in(&slices[last]).is_none()) {
            Pin::new(&mut self.stream).poll_write_vectored(context, slices)
        } else if before.iter().all(|slice| slice.is_empty()) {
            self.poll_write(context, &slices[last])
        } else {
            // So that hyper's error response is then written alone.
            Pin::new(&mut self.stream).poll_write_vectored(context, before)
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = self.activity.requests_ended();
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        self.flushed = ended;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests;
