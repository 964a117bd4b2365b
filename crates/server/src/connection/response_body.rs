//! The body of a response on its way through hyper.
//!
//! It keeps its request open, and its bytes are counted until they are sent.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Buf, Frame, SizeHint};
use thiserror::Error;

use super::SMALL_RESPONSE_BYTES;
use super::activity::RequestGuard;
use super::peer_client::ConnectedClient;
use super::send_progress::{STALL_THRESHOLD_BYTES, SendProgress};
use crate::budget::client_account::RequestSlot;
use crate::budget::memory_pool::PoolLoan;

/// The most bytes of completed responses that h2 may keep in one connection.
const MAX_UNCOUNTED_BYTES: usize = 64 * 1024;

/// The error that an event stream has more to send than the budget allows.
#[derive(Debug, Error)]
#[error("the budget of bytes that wait to be sent is used up")]
struct ResponseBudgetExhausted;

/// A body that keeps its request open, and whose bytes count, until it is sent.
pub(crate) struct CountedBody {
    body: Body,
    call: RequestGuard,
    client: Arc<ConnectedClient>,
    /// The loan for the whole body; `None` if the body is small, or if its size is unknown.
    loan: Option<PoolLoan>,
    /// Keeps the request under way for its client.
    ///
    /// `None` if the client is not counted, or for an event stream.
    _slot: Option<RequestSlot>,
    /// Whether the loan covers the whole body.
    ///
    /// It need not cover a body that streams from another server: only the part that is being sent is in memory.
    has_room: bool,
    /// Whether the end of the body waits until everything before it is written.
    lingers: bool,
    has_ended: bool,
}

impl CountedBody {
    /// Wraps the body of a response to a client.
    ///
    /// `is_streamed` says that the body streams from another server.
    pub(crate) fn count_response(
        client: Arc<ConnectedClient>,
        call: RequestGuard,
        response: Response,
        loan: Option<PoolLoan>,
        slot: Option<RequestSlot>,
        is_streamed: bool,
    ) -> Response<Self> {
        response.map(|body| {
            let size = body.size_hint().exact();
            let is_small = size.is_some_and(|size| size <= STALL_THRESHOLD_BYTES as u64);
            let lingers = call.progress().is_some()
                && !body.is_end_stream()
                && !(is_small && call.progress_of_all().waiting() <= MAX_UNCOUNTED_BYTES);
            Self {
                body,
                call,
                client,
                loan,
                _slot: slot,
                has_room: size.is_some() || is_streamed,
                lingers,
                has_ended: false,
            }
        })
    }

    fn count_piece(&mut self, bytes: Bytes) -> Result<CountedPiece, axum::Error> {
        let loan = if self.has_room {
            // A body that lingers ends only after its last byte is written, so it keeps the loan itself.
            if self.lingers { None } else { self.loan.take() }
        } else if bytes.len() > SMALL_RESPONSE_BYTES {
            let share = &self.client.shares.sending;
            Some(share.take(bytes.len()).ok_or_else(|| {
                share.count_refusal();
                axum::Error::new(ResponseBudgetExhausted)
            })?)
        } else {
            None
        };
        let counts = self.call.progress().map(|own| [Arc::clone(own), Arc::clone(self.call.progress_of_all())]);
        Ok(CountedPiece::new(bytes, counts, loan))
    }
}

impl HttpBody for CountedBody {
    type Data = CountedPiece;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<CountedPiece>, axum::Error>>> {
        if !self.has_ended {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => {
                    return Poll::Ready(Some(match frame.into_data() {
                        Ok(bytes) => self.count_piece(bytes).map(Frame::data),
                        Err(trailers) => Ok(trailers.map_data(|bytes| CountedPiece::new(bytes, None, None))),
                    }));
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => self.has_ended = true,
            }
        }
        match self.call.progress() {
            Some(progress) if self.lingers && !progress.is_drained(context.waker()) => Poll::Pending,
            _ => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.lingers && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A piece of a response, which counts while it waits to be written.
pub(crate) struct CountedPiece {
    bytes: Bytes,
    /// In HTTP/2, the progress of the response and of its connection.
    counts: Option<[Arc<SendProgress>; 2]>,
    _loan: Option<PoolLoan>,
}

impl CountedPiece {
    fn new(bytes: Bytes, counts: Option<[Arc<SendProgress>; 2]>, loan: Option<PoolLoan>) -> Self {
        counts.iter().flatten().for_each(|progress| progress.add(bytes.len()));
        Self { bytes, counts, _loan: loan }
    }
}

impl Buf for CountedPiece {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
        self.counts.iter().flatten().for_each(|progress| progress.take(count));
    }
}

impl Drop for CountedPiece {
    fn drop(&mut self) {
        let left = self.bytes.len();
        self.counts.iter().flatten().for_each(|progress| progress.remove(left));
    }
}
