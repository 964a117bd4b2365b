//! The deadline for reading: if a client does not read what the server sends, its connection ends.
//!
//! A client may be slow: each [`STALL_THRESHOLD_BYTES`] that it reads give it more time. But a client that reads less
//! in the whole time, although there is more, has gone without closing, or wants to keep the server busy. This ends
//! event streams too; their clients can resume with their `Last-Event-ID`. There is no deadline while the server has
//! nothing to send.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::activity::ConnectionActivity;
use super::send_progress::STALL_THRESHOLD_BYTES;

/// A stream whose writes have a deadline.
pub(crate) struct WriteTimeout<S> {
    stream: S,
    activity: ConnectionActivity,
    patience: Duration,
    /// The deadline and the bytes read since its start, while the client reads nothing or too little.
    end: Option<(Pin<Box<Sleep>>, usize)>,
}

impl<S> WriteTimeout<S> {
    pub(crate) fn new(stream: S, activity: ConnectionActivity, patience: Duration) -> Self {
        Self { stream, activity, patience, end: None }
    }

    /// Counts the bytes of an attempt to write.
    fn count_written(&mut self, context: &mut Context<'_>, tried: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = tried {
            self.activity.add_bytes_written(bytes);
            if let Some((_, taken)) = &mut self.end {
                *taken += bytes;
            }
            self.end.take_if(|(_, taken)| *taken >= STALL_THRESHOLD_BYTES);
        }
        self.check_timeout(context, tried)
    }

    /// Like [`count_written`](Self::count_written), with an error if nothing was written for too long.
    fn check_timeout<T>(&mut self, context: &mut Context<'_>, tried: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            return tried;
        }
        let patience = self.patience;
        let (end, _) = self.end.get_or_insert_with(|| (Box::pin(sleep(patience)), 0));
        ready!(end.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(ErrorKind::TimedOut, "the client does not read what the server sends")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WriteTimeout<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WriteTimeout<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.count_written(context, tried)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.count_written(context, tried)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_flush(context);
        if tried.is_ready() {
            // The client has read everything.
            self.end = None;
        }
        self.check_timeout(context, tried)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_shutdown(context);
        self.check_timeout(context, tried)
    }
}
