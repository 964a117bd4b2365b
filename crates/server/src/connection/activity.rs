//! The activity of a connection: its requests, its bytes, and the client's half.
//!
//! The parts of a connection share here what only one of them can see: the stream sees that the client has closed its
//! half, a request knows whether it waits for more of its body, and the gate knows that a request will be held for
//! long. This module only keeps the facts; the other modules decide what follows from them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Waker;
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::send_progress::SendProgress;
use crate::lock::lock;

/// The activity of one connection. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct ConnectionActivity(Arc<ActivityState>);

#[derive(Default)]
struct ActivityState {
    requests: AtomicUsize,
    open: AtomicUsize,
    ended: AtomicUsize,
    written: AtomicUsize,
    has_unread_input: AtomicBool,
    /// Whether a part of the next header section has arrived, and since when the server waits for the rest.
    head: AtomicBool,
    waited: AtomicBool,
    since: Mutex<Option<Instant>>,
    http_2: AtomicBool,
    /// The progress of all HTTP/2 responses together.
    ///
    /// `begun` is the progress of the last request, until its stream runs.
    progress: Arc<SendProgress>,
    begun: Mutex<Option<Arc<SendProgress>>>,
    client: HalfCloseState,
}

/// The state of the client's half.
#[derive(Default)]
struct HalfCloseState {
    /// Whether an HTTP/1 request waits for more of its body.
    body_awaited: AtomicBool,
    /// The task that waits for the body.
    body: AtomicWaker,
    half_closed: AtomicBool,
    told: Notify,
    /// Whether an HTTP/1.1 client should be probed for whether it is still connected.
    probe: AtomicBool,
    /// The task that reads the stream while the end of input is kept from hyper.
    reader: AtomicWaker,
}

impl ConnectionActivity {
    /// Counts a request, which stays open until the guard is dropped.
    pub(crate) fn begin_request(&self) -> RequestGuard {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        self.0.open.fetch_add(1, Ordering::Relaxed);
        self.0.client.body_awaited.store(false, Ordering::Relaxed);
        let progress = self.is_http_2().then(Arc::<SendProgress>::default);
        if progress.is_some() {
            self.begun().clone_from(&progress);
        }
        RequestGuard { activity: self.clone(), progress }
    }

    /// Returns the progress of the response to the last request; a second call returns `None`.
    pub(crate) fn last_begun(&self) -> Option<Arc<SendProgress>> {
        self.begun().take()
    }

    fn begun(&self) -> MutexGuard<'_, Option<Arc<SendProgress>>> {
        lock(&self.0.begun)
    }

    /// Returns the progress of all HTTP/2 responses together.
    pub(crate) fn progress(&self) -> &SendProgress {
        &self.0.progress
    }

    /// Notes that bytes have arrived.
    ///
    /// While a request is open, they are a part of its body or of a pipelined request.
    pub(crate) fn on_read(&self) {
        self.0.client.body_awaited.store(false, Ordering::Relaxed);
        if !self.has_open_requests() {
            self.0.head.store(true, Ordering::Relaxed);
        }
    }

    /// Notes that the server waits for more.
    ///
    /// If it waits for the rest of a header section, the clock for that starts.
    pub(crate) fn on_read_pending(&self) {
        if self.0.head.load(Ordering::Relaxed) && !self.has_open_requests() {
            self.0.waited.store(true, Ordering::Relaxed);
            self.since().get_or_insert_with(Instant::now);
        }
    }

    /// Returns since when the server waits for the rest of a header section.
    ///
    /// `None` if no part of one has arrived.
    pub(crate) fn head_since(&self) -> Option<Instant> {
        if self.0.head.load(Ordering::Relaxed) { *self.since() } else { None }
    }

    /// Returns how long the last complete header section took to arrive.
    ///
    /// Nearly all arrive in one piece: they take no time, and no clock is read.
    pub(crate) fn head_took(&self) -> Duration {
        self.0.head.store(false, Ordering::Relaxed);
        if !self.0.waited.load(Ordering::Relaxed) {
            return Duration::ZERO;
        }
        self.0.waited.store(false, Ordering::Relaxed);
        self.since().take().map(|since| since.elapsed()).unwrap_or_default()
    }

    fn since(&self) -> MutexGuard<'_, Option<Instant>> {
        lock(&self.0.since)
    }

    /// Notes that some of the client's input will not be read to its end.
    pub(crate) fn mark_unread_input(&self) {
        self.0.has_unread_input.store(true, Ordering::Relaxed);
    }

    /// Returns whether some input was not read to its end.
    pub(crate) fn has_unread_input(&self) -> bool {
        self.0.has_unread_input.load(Ordering::Relaxed)
    }

    /// Returns how many requests have arrived.
    pub(crate) fn requests(&self) -> usize {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Counts bytes that the client has read.
    ///
    /// A response no longer counts as open once hyper has its last bytes, so it cannot count them.
    pub(crate) fn add_bytes_written(&self, bytes: usize) {
        self.0.written.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Returns how many bytes the client has read since the previous call.
    pub(crate) fn take_bytes_written(&self) -> usize {
        self.0.written.swap(0, Ordering::Relaxed)
    }

    /// Returns whether a request does not have its whole response yet.
    pub(crate) fn has_open_requests(&self) -> bool {
        self.0.open.load(Ordering::Acquire) > 0
    }

    /// Returns how many requests have their whole response.
    ///
    /// hyper has all bytes of these responses, but may still have to write some.
    pub(crate) fn requests_ended(&self) -> usize {
        self.0.ended.load(Ordering::Acquire)
    }

    /// Notes that the connection speaks HTTP/2.
    pub(crate) fn set_http_2(&self) {
        self.0.http_2.store(true, Ordering::Relaxed);
    }

    /// Returns whether the connection speaks HTTP/2.
    pub(crate) fn is_http_2(&self) -> bool {
        self.0.http_2.load(Ordering::Relaxed)
    }
}

/// The state of the client's half of the connection.
impl ConnectionActivity {
    /// Notes that a request waits for more of its body. `waker` wakes it.
    pub(crate) fn await_body(&self, waker: &Waker) {
        // The order matters: the code that resets the flag wakes afterwards.
        self.0.client.body.register(waker);
        if !self.0.client.body_awaited.swap(true, Ordering::AcqRel) {
            self.wake_reader();
        }
    }

    /// Notes that the request no longer waits for its body.
    pub(crate) fn have_body(&self) {
        self.0.client.body_awaited.store(false, Ordering::Release);
    }

    /// Notes that the client has closed its half.
    ///
    /// hyper reads on only when it has passed on everything before. So a request that waits for its body may already
    /// have the rest of it without knowing. It is woken, and counts as waiting only if it then still waits.
    pub(crate) fn on_end_of_input(&self) {
        self.have_body();
        self.0.client.body.wake();
    }

    /// Returns whether a client that will send nothing more may still want a response.
    ///
    /// It may if a request is open and does not wait for more of its body.
    pub(crate) fn may_want_response(&self) -> bool {
        let client = &self.0.client;
        self.has_open_requests() && !client.body_awaited.load(Ordering::Relaxed)
    }

    /// Notes that the client has closed its half.
    ///
    /// `waker` is woken when the answer of `may_want_response` changes.
    pub(crate) fn half_close(&self, waker: &Waker) {
        self.0.client.reader.register(waker);
        if !self.0.client.half_closed.swap(true, Ordering::Relaxed) {
            self.0.client.told.notify_waiters();
        }
    }

    /// Waits until the client has closed its half while a request is open.
    pub(crate) async fn until_half_closed(&self) {
        let told = self.0.client.told.notified();
        if !self.0.client.half_closed.load(Ordering::Relaxed) {
            told.await;
        }
    }

    /// Sets whether the client should be probed.
    pub(crate) fn probe(&self, wanted: bool) {
        self.0.client.probe.store(wanted, Ordering::Relaxed);
        self.wake_reader();
    }

    /// Returns whether the client should be probed.
    pub(crate) fn is_probe_wanted(&self) -> bool {
        self.0.client.probe.load(Ordering::Relaxed)
    }

    fn wake_reader(&self) {
        if self.0.client.half_closed.load(Ordering::Relaxed) {
            self.0.client.reader.wake();
        }
    }
}

/// An open request.
pub(crate) struct RequestGuard {
    activity: ConnectionActivity,
    progress: Option<Arc<SendProgress>>,
}

impl RequestGuard {
    /// Returns the progress of the request's response, in HTTP/2.
    pub(crate) fn progress(&self) -> Option<&Arc<SendProgress>> {
        self.progress.as_ref()
    }

    /// Returns the progress of all responses of the connection.
    pub(crate) fn progress_of_all(&self) -> &Arc<SendProgress> {
        &self.activity.0.progress
    }
}

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.activity.0.ended.fetch_add(1, Ordering::Release);
        self.activity.0.open.fetch_sub(1, Ordering::Release);
        self.activity.wake_reader();
    }
}
