//! Requests that could not be read, and what is said about them in place of hyper's own words.
//!
//! hyper refuses by itself what is no HTTP/1.1: a broken line, a length that is none, too many fields. It has a status
//! for that and an empty body, and no hook by which anybody could say more. So this stream looks at what hyper writes.
//! Its own answer is always the same bytes and always the last that it writes on a connection; where they come, the
//! problem goes out instead.
//!
//! No regular answer can be taken for one. The first lines of hyper's stand alone: there is no `Date` in it, and every
//! other answer has one. And as they end in an empty line, they could only stand at the end of a body that has line
//! ends of `\r\n`, but JSON writes a carriage return as two letters, and no other text of this server has one.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::calls::Calls;

/// What hyper says by itself, as long as it is told to write no `Date`.
const BARE: [(StatusCode, &[u8]); 3] = [
    (StatusCode::BAD_REQUEST, b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
    (StatusCode::URI_TOO_LONG, b"HTTP/1.1 414 URI Too Long\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
    (
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    ),
];

/// A stream on which hyper's own refusals come out as ours.
pub(super) struct Explained<S, F> {
    stream: S,
    /// The whole answer to what could not be read, head and body.
    explain: F,
    calls: Calls,
    instead: Instead,
}

/// How far it has come that something else is said than hyper wanted.
enum Instead {
    /// It never came to that.
    Not,
    /// So many bytes of the answer are out, and hyper's had so many.
    Saying { answer: Vec<u8>, said: usize, bare: usize },
    /// It is said.
    Said,
}

impl<S, F> Explained<S, F> {
    pub(super) fn new(stream: S, calls: Calls, explain: F) -> Self {
        Self { stream, explain, calls, instead: Instead::Not }
    }
}

/// Whether this ends with hyper's own answer: where that begins, and with which status.
fn bare(bytes: &[u8]) -> Option<(usize, StatusCode)> {
    let (status, bare) = BARE.iter().find(|(_, bare)| bytes.ends_with(bare))?;
    Some((bytes.len() - bare.len(), *status))
}

impl<S: AsyncWrite + Unpin, F: Fn(StatusCode) -> Vec<u8>> Explained<S, F> {
    /// Says the answer to its end, and then claims to have written hyper's.
    fn poll_say(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Instead::Saying { answer, said, bare } = &mut self.instead else { return Poll::Ready(Ok(0)) };
        while *said < answer.len() {
            *said += match ready!(Pin::new(&mut self.stream).poll_write(context, &answer[*said..]))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => written,
            };
        }
        let bare = *bare;
        self.instead = Instead::Said;
        Poll::Ready(Ok(bare))
    }
}

impl<S: AsyncRead + Unpin, F: Unpin> AsyncRead for Explained<S, F> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin, F: Fn(StatusCode) -> Vec<u8> + Unpin> AsyncWrite for Explained<S, F> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Instead::Saying { .. } = self.instead {
            return self.poll_say(context);
        }
        match bare(bytes) {
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
            Some((0, status)) => {
                let answer = (self.explain)(status);
                // Whoever sends what cannot be read is mostly still sending.
                self.calls.leave_something();
                self.instead = Instead::Saying { answer, said: 0, bare: bytes.len() };
                self.poll_say(context)
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
        if matches!(self.instead, Instead::Not) && bare(&slices[last]).is_none() {
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
