//! Requests that could not be read, and what is said about them in place of hyper's own words.
//!
//! hyper refuses by itself what is no HTTP/1.1: a broken line, a length that is none, too many fields. It has a status
//! for that and an empty body, and no hook by which more could be said. So this stream looks at what hyper writes. Its
//! own answer is always the same bytes and always the last that it writes on a connection; where they come, the problem
//! goes out instead. For a head that never comes to its end hyper has no answer at all; it is written here as well.
//!
//! No regular answer can be taken for one. The first lines of hyper's stand alone: there is no `Date` in it, and every
//! other answer has one. And as they end in an empty line, they could only stand at the end of a body that has line
//! ends of `\r\n`, but JSON writes a carriage return as two letters, and no other text of this server has one.
//!
//! What the client said is kept until it is a request, so that the explanation can be about it: a web page may read the
//! answer only if its `Origin` stands there.

use std::io::{self, IoSlice};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::MAX_HEAD_BYTES;
use super::activity::ConnectionActivity;
use super::lingering_close::HeadTimedOut;

/// What hyper says by itself, as long as it is told to write no `Date`.
const HYPER_ERROR_RESPONSES: [(StatusCode, &[u8]); 3] = [
    (StatusCode::BAD_REQUEST, b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
    (StatusCode::URI_TOO_LONG, b"HTTP/1.1 414 URI Too Long\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
    (
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    ),
];

/// A stream on which hyper's own refusals come out as ours.
pub(crate) struct ErrorRewriter<S, F> {
    stream: S,
    /// The whole answer to what could not be read, head and body, by the status and what the client said.
    explain: F,
    calls: ConnectionActivity,
    instead: Rewrite,
    heard: RequestPrefix,
}

/// How far it has come that something else is said than hyper wanted.
enum Rewrite {
    /// It never came to that.
    Not,
    /// So many bytes of the answer are out, and hyper's had so many.
    Saying { answer: Vec<u8>, said: usize, bare: usize },
    /// The head of a request did not come in time, and so many bytes of the answer are out.
    Late { answer: Vec<u8>, said: usize },
    /// It is said.
    Said,
}

/// What the client has said since its last request.
#[derive(Default)]
struct RequestPrefix {
    bytes: Vec<u8>,
    /// How many requests had come before.
    before: usize,
}

impl RequestPrefix {
    /// Takes in what comes while no request is under way: of a body nothing has to be known.
    fn record(&mut self, bytes: &[u8], calls: &ConnectionActivity) {
        if calls.has_open_requests() || calls.is_http_2() {
            return;
        }
        if mem::replace(&mut self.before, calls.requests()) != self.before {
            self.bytes.clear();
        }
        let room = MAX_HEAD_BYTES - self.bytes.len();
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

impl<S, F> ErrorRewriter<S, F> {
    pub(crate) fn new(stream: S, calls: ConnectionActivity, explain: F) -> Self {
        Self { stream, explain, calls, instead: Rewrite::Not, heard: RequestPrefix::default() }
    }
}

/// Whether this ends with hyper's own answer: where that begins, and with which status.
fn hyper_error_in(bytes: &[u8]) -> Option<(usize, StatusCode)> {
    let (status, bare) = HYPER_ERROR_RESPONSES.iter().find(|(_, bare)| bytes.ends_with(bare))?;
    Some((bytes.len() - bare.len(), *status))
}

impl<S: AsyncWrite + Unpin, F: Fn(StatusCode, &[u8]) -> Vec<u8>> ErrorRewriter<S, F> {
    /// Says the answer to its end, and then claims to have written hyper's.
    fn poll_write_rewrite(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Rewrite::Saying { answer, said, bare } = &mut self.instead else { return Poll::Ready(Ok(0)) };
        ready!(poll_write_all(&mut self.stream, answer, said, context))?;
        let bare = *bare;
        self.instead = Rewrite::Said;
        Poll::Ready(Ok(bare))
    }

    /// Says to its end that a head is late, and closes.
    fn poll_write_late(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Rewrite::Late { answer, said } = &mut self.instead {
            ready!(poll_write_all(&mut self.stream, answer, said, context))?;
        }
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    /// The answer to what could not be read. A client that sends such a thing is mostly still sending.
    fn explanation(&self, status: StatusCode) -> Vec<u8> {
        self.calls.mark_unread_input();
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
                Ok(()) => this.heard.record(&into.filled()[before..], &this.calls),
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
        match hyper_error_in(bytes) {
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
            Some((0, status)) => {
                let answer = self.explanation(status);
                self.instead = Rewrite::Saying { answer, said: 0, bare: bytes.len() };
                self.poll_write_rewrite(context)
            }
            // The end of a regular answer is still before it, which was to a request on the same connection.
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
        if matches!(self.instead, Rewrite::Not) && hyper_error_in(&slices[last]).is_none() {
            Pin::new(&mut self.stream).poll_write_vectored(context, slices)
        } else if before.iter().all(|slice| slice.is_empty()) {
            self.poll_write(context, &slices[last])
        } else {
            // So that hyper's answer comes to stand alone.
            Pin::new(&mut self.stream).poll_write_vectored(context, before)
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests;
