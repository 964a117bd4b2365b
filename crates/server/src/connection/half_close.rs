//! Half-closed connections: the client has closed its sending half while a request is open.
//!
//! hyper takes the end of input for the end of the connection, and drops the request. But a client that closes its
//! sending half right after its request may still wait for the response (RFC 9112 section 9.6 asks a server to be
//! prepared for this), and the write may have been applied. So this module keeps the end of input from hyper until the
//! response is out. To find out whether the client is gone, the server sends a probe: if the client is gone, the probe
//! brings back a reset, and hyper gets that error.
//!
//! In HTTP/2 the probe is a PING, which no client shows to its user. A half-closed HTTP/2 client cannot receive more
//! than its window, since it cannot enlarge the window, and it cannot answer hyper's own PING: when that times out, it
//! counts as gone.
//!
//! In HTTP/2, it is not enough that no request is open. h2 reads all frames that have arrived, and the end of input
//! after them, before it passes on the first request. So h2 gets the end only after it has had time to pass on
//! everything.
//!
//! hyper's own option for this, `half_close`, does not help: with it, hyper does not watch the connection while a
//! request is open, and would not notice that the client of a held request is gone.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;

use super::activity::ConnectionActivity;
use super::socket::Socket;

/// The probe in HTTP/1.1, which is sent only on demand.
const CONTINUE_RESPONSE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// The probe in HTTP/2 (RFC 9113 section 6.7).
const PING_FRAME: &[u8] = b"\0\0\x08\x06\0\0\0\0\0half-end";

/// The client's half of a connection after the client has closed it.
pub(crate) struct HalfClose {
    socket: Option<Socket>,
    broken: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// The unsent rest of the probe; `None` if no probe is being sent.
    probe: Option<&'static [u8]>,
    /// The numbers of requests and of ended requests when h2 was last about to get the end of input.
    due: Option<(usize, usize)>,
}

impl HalfClose {
    pub(crate) fn new(socket: Option<Socket>) -> Self {
        Self { socket, broken: None, probe: None, due: None }
    }

    /// Is ready with the end of input if no open request prevents it.
    ///
    /// Is ready with an error if the client is gone.
    ///
    /// `is_flushed` says that hyper has nothing left to write. Until then, the end would cut a response short, and a
    /// probe would end up in the middle of a response.
    pub(crate) fn poll_end(
        &mut self,
        activity: &ConnectionActivity,
        stream: &mut (impl AsyncWrite + Unpin),
        is_flushed: bool,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        // The waker is registered first, so that no change is missed.
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

    /// Is ready when h2 has nothing left to pass on or to write.
    ///
    /// That is the case when h2 has read in vain once since the end was due: between two reads it does both.
    fn poll_due(&mut self, activity: &ConnectionActivity, context: &mut Context<'_>) -> Poll<()> {
        let now = (activity.requests(), activity.requests_ended());
        if !activity.is_http_2() || self.due.replace(now) == Some(now) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Sends the rest of a probe that has been begun. Nothing else may be sent before it is complete.
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
