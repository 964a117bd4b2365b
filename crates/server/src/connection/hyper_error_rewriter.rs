//! Problem details in place of hyper's own error responses.
//!
//! hyper itself refuses input that is not HTTP/1.1: a broken line, an invalid length, too many fields. It answers with
//! a status and an empty body, and has no hook for more. So this stream inspects what hyper writes. hyper's error
//! response is always the same bytes, and always the last that it writes on a connection; when they come, the problem
//! goes out instead. For a head that never comes to its end hyper has no response at all; it is written here as well.
//!
//! No regular response can be mistaken for one. hyper's has no `Date`, and every other response has one. And since its
//! lines end in an empty one, they could only be at the end of a body that has line ends of `\r\n`, but JSON writes a
//! carriage return as two letters, and no other text of this server has one.
//!
//! The client's input is kept until it is a request, so that the explanation can be about it: a web page may read the
//! response only if its `Origin` was in the input.

use std::io::{self, IoSlice};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::MAX_HEAD_BYTES;
use super::activity::ConnectionActivity;
use super::lingering_close::HeadTimedOut;

/// hyper's own error responses, as long as it is told to write no `Date`.
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
    /// The whole response to what could not be read, head and body, by the status and what the client said.
    explain: F,
    activity: ConnectionActivity,
    instead: Rewrite,
    heard: RequestPrefix,
}

/// How far it has come that something else is said than hyper wanted.
enum Rewrite {
    /// It never came to that.
    Not,
    /// So many bytes of the response are out, and hyper's had so many.
    Saying { answer: Vec<u8>, said: usize, bare: usize },
    /// The head of a request did not come in time, and so many bytes of the response are out.
    Late { answer: Vec<u8>, said: usize },
    /// It is said.
    Said,
}

/// The input of the client since its last request.
#[derive(Default)]
struct RequestPrefix {
    bytes: Vec<u8>,
    /// How many requests had come before.
    before: usize,
}

impl RequestPrefix {
    /// Takes in what comes while no request is under way: of a body nothing has to be known.
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
        Self { stream, explain, activity, instead: Rewrite::Not, heard: RequestPrefix::default() }
    }
}

/// Returns the position and the status of hyper's own response at the end of these bytes, if any.
fn hyper_error_in(bytes: &[u8]) -> Option<(usize, StatusCode)> {
    let (status, bare) = HYPER_ERROR_RESPONSES.iter().find(|(_, bare)| bytes.ends_with(bare))?;
    Some((bytes.len() - bare.len(), *status))
}

impl<S: AsyncWrite + Unpin, F: Fn(StatusCode, &[u8]) -> Vec<u8>> ErrorRewriter<S, F> {
    /// Says the response to its end, and then claims to have written hyper's.
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

    /// Returns the response to input that could not be read. Its client is mostly still sending.
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
        match hyper_error_in(bytes) {
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
            Some((0, status)) => {
                let answer = self.explanation(status);
                self.instead = Rewrite::Saying { answer, said: 0, bare: bytes.len() };
                self.poll_write_rewrite(context)
            }
            // The end of a regular response is still before it, which was to a request on the same connection.
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
            // So that hyper's response is written alone.
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
