//! The end of what a client sends, while a request of its is under way.
//!
//! hyper takes that end for the end of the connection, and drops the request. But a client that closes its sending half
//! right after its request still waits for the response (RFC 9112 section 9.6 asks a server to be prepared for it), and
//! the write may have been applied. So the end is kept from hyper until the response is out. If the client is really
//! gone, something that is sent to it brings back a reset, and hyper is told that.
//!
//! In HTTP/2 that is a PING, which no client sees. Such a client cannot take more than its window, since it cannot open
//! the window any more, and cannot answer hyper's own PING: after that time it is taken for gone.
//!
//! That no request is under way is not enough in HTTP/2. h2 reads all frames that have come, and the end behind them,
//! before it hands over the first request of them. So it gets the end only when it had time to hand over everything.
//!
//! Not with hyper's own option for this (`half_close`): with it hyper does not look at the connection at all while a
//! request is under way, and a client that is gone would not be noticed at the gate.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;

use super::activity::ConnectionActivity;
use super::socket::Socket;

/// The probe for a sign of life in HTTP/1.1, which is sent only on demand.
const CONTINUE_RESPONSE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// The probe in HTTP/2 (RFC 9113 section 6.7).
const PING_FRAME: &[u8] = b"\0\0\x08\x06\0\0\0\0\0half-end";

/// The client's half of a connection, once it is closed.
pub(crate) struct HalfClose {
    socket: Option<Socket>,
    broken: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// The rest of the probe; `None` until it is begun.
    probe: Option<&'static [u8]>,
    /// How many requests had come and been answered when the end was last due in HTTP/2.
    due: Option<(usize, usize)>,
}

impl HalfClose {
    pub(crate) fn new(socket: Option<Socket>) -> Self {
        Self { socket, broken: None, probe: None, due: None }
    }

    /// Is ready with the end if no request has to be kept from it, or with an error if the client is gone.
    ///
    /// `is_flushed` says that hyper has nothing left to write: until then, the end would cut a response short, and a
    /// probe would be written into the middle of one.
    pub(crate) fn poll_end(
        &mut self,
        activity: &ConnectionActivity,
        stream: &mut (impl AsyncWrite + Unpin),
        is_flushed: bool,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        // Who waits is noted first, so that no change is missed.
        activity.half_close(context.waker());
        let is_kept = if activity.has_open_requests() { activity.may_want_response() } else { !is_flushed };
        if !is_kept {
            return self.poll_due(activity, context).map(Ok);
        }
        self.due = None;
        if self.probe.is_none() && is_flushed {
            self.probe = if activity.is_http_2() {
                Some(PING_FRAME)
            } else {
                activity.is_probe_wanted().then_some(CONTINUE_RESPONSE)
            };
        }
        if let Poll::Ready(Err(error)) = self.poll_probe(stream, context) {
            return Poll::Ready(Err(error));
        }
        if let Some(socket) = &self.socket {
            let broken = self.broken.get_or_insert_with(|| {
                let socket = socket.clone();
                Box::pin(async move { socket.broken().await })
            });
            ready!(broken.as_mut().poll(context));
            return Poll::Ready(Err(ErrorKind::ConnectionReset.into()));
        }
        Poll::Pending
    }

    /// Is ready when h2 has nothing left to hand over or to write.
    ///
    /// That is so when it has read once in vain since the end was due: between two reads it does both.
    fn poll_due(&mut self, activity: &ConnectionActivity, context: &mut Context<'_>) -> Poll<()> {
        let now = (activity.requests(), activity.requests_ended());
        if !activity.is_http_2() || self.due.replace(now) == Some(now) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Sends the rest of a probe that has been begun. Nothing else may be sent before.
    pub(crate) fn poll_probe(
        &mut self,
        stream: &mut (impl AsyncWrite + Unpin),
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let Some(left) = &mut self.probe else { return Poll::Ready(Ok(())) };
        while !left.is_empty() {
            match ready!(Pin::new(&mut *stream).poll_write(context, left))? {
                0 => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                written => *left = &left[written..],
            }
        }
        Pin::new(stream).poll_flush(context)
    }
}
