//! The activity of a connection: its requests, its bytes, and the client's end of it.
//!
//! The parts of a connection tell each other here what only one of them can see: the stream sees that the client has
//! closed its half, a request knows whether it waits for more of its body, and the gate knows that a request will wait
//! for long. It is counted here and judged there.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Waker;
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::send_progress::SendProgress;
use crate::lock::lock;

/// The requests of one connection. Clones count for the same one.
#[derive(Clone, Default)]
pub(crate) struct ConnectionActivity(Arc<ActivityState>);

#[derive(Default)]
struct ActivityState {
    requests: AtomicUsize,
    open: AtomicUsize,
    ended: AtomicUsize,
    written: AtomicUsize,
    has_unread_input: AtomicBool,
    /// Whether anything has come of the next head, and since when more of it is waited for.
    head: AtomicBool,
    waited: AtomicBool,
    since: Mutex<Option<Instant>>,
    http_2: AtomicBool,
    /// The progress of all responses of HTTP/2.
    ///
    /// `begun` is the progress of the last request, until its stream runs.
    progress: Arc<SendProgress>,
    begun: Mutex<Option<Arc<SendProgress>>>,
    client: HalfCloseState,
}

/// The state of the client's end.
#[derive(Default)]
struct HalfCloseState {
    /// Whether a request of HTTP/1 waits in vain for more of its body.
    body_awaited: AtomicBool,
    /// The task that waits for it.
    body: AtomicWaker,
    half_closed: AtomicBool,
    told: Notify,
    /// Whether a client of HTTP/1.1 is to be asked for a sign of life.
    probe: AtomicBool,
    /// The task that reads the stream, while its end is withheld.
    reader: AtomicWaker,
}

impl ConnectionActivity {
    /// Counts a request, which is open until the guard is dropped.
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

    /// Returns the progress of the response to the request that came last, once.
    pub(crate) fn last_begun(&self) -> Option<Arc<SendProgress>> {
        self.begun().take()
    }

    fn begun(&self) -> MutexGuard<'_, Option<Arc<SendProgress>>> {
        lock(&self.0.begun)
    }

    /// Returns how far the responses of HTTP/2 have come, all together.
    pub(crate) fn progress(&self) -> &SendProgress {
        &self.0.progress
    }

    /// Notes that something came.
    ///
    /// While a request is open, it is the body of that request, or belongs to a pipelined one.
    pub(crate) fn on_read(&self) {
        self.0.client.body_awaited.store(false, Ordering::Relaxed);
        if !self.has_open_requests() {
            self.0.head.store(true, Ordering::Relaxed);
        }
    }

    /// More is waited for. If that is the rest of a head, its clock starts.
    pub(crate) fn on_read_pending(&self) {
        if self.0.head.load(Ordering::Relaxed) && !self.has_open_requests() {
            self.0.waited.store(true, Ordering::Relaxed);
            self.since().get_or_insert_with(Instant::now);
        }
    }

    /// Since when the rest of a head is waited for; `None` if nothing of a head has come.
    pub(crate) fn head_since(&self) -> Option<Instant> {
        if self.0.head.load(Ordering::Relaxed) { *self.since() } else { None }
    }

    /// Returns how long the head took that is complete now.
    ///
    /// That is nothing if it came in one piece, as nearly all do, and then no clock was read.
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

    /// Notes that some input of the client will not be read to its end.
    pub(crate) fn mark_unread_input(&self) {
        self.0.has_unread_input.store(true, Ordering::Relaxed);
    }

    /// Returns whether some input was not read to its end.
    pub(crate) fn has_unread_input(&self) -> bool {
        self.0.has_unread_input.load(Ordering::Relaxed)
    }

    /// Returns how many requests have come.
    pub(crate) fn requests(&self) -> usize {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Counts bytes that the client has taken.
    ///
    /// A response is not open any more when hyper has the last of it, so it cannot count them.
    pub(crate) fn add_bytes_written(&self, bytes: usize) {
        self.0.written.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Returns how many bytes have been taken since the last call.
    pub(crate) fn take_bytes_written(&self) -> usize {
        self.0.written.swap(0, Ordering::Relaxed)
    }

    /// Returns whether any request has not been fully answered yet.
    pub(crate) fn has_open_requests(&self) -> bool {
        self.0.open.load(Ordering::Acquire) > 0
    }

    /// Returns how many requests have been answered to the end.
    ///
    /// hyper has the last bytes of the response then, and may still have to write them.
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

/// The client's half of the connection.
impl ConnectionActivity {
    /// Notes that a request waits for more of its body, and who is woken then.
    pub(crate) fn await_body(&self, waker: &Waker) {
        // In this order: the code that resets the flag wakes after that.
        self.0.client.body.register(waker);
        if !self.0.client.body_awaited.swap(true, Ordering::AcqRel) {
            self.wake_reader();
        }
    }

    /// Notes that the request does not wait for its body any more.
    pub(crate) fn have_body(&self) {
        self.0.client.body_awaited.store(false, Ordering::Release);
    }

    /// The client has closed its half.
    ///
    /// hyper asks for more only when it has passed on all that came before. So a request that waits for its body may
    /// have the last of it by now, and not know it yet. It is woken, and counts as one that waits if it still does.
    pub(crate) fn on_end_of_input(&self) {
        self.have_body();
        self.0.client.body.wake();
    }

    /// Returns whether a client that sends nothing more may still want a response.
    ///
    /// It may if a request is under way, and nothing of it is missing that was asked for.
    pub(crate) fn may_want_response(&self) -> bool {
        let client = &self.0.client;
        self.has_open_requests() && !client.body_awaited.load(Ordering::Relaxed)
    }

    /// The client has closed its half, and `waker` waits to hear whether that matters.
    pub(crate) fn half_close(&self, waker: &Waker) {
        self.0.client.reader.register(waker);
        if !self.0.client.half_closed.swap(true, Ordering::Relaxed) {
            self.0.client.told.notify_waiters();
        }
    }

    /// Waits until the client has closed its half while a request is under way.
    pub(crate) async fn until_half_closed(&self) {
        let told = self.0.client.told.notified();
        if !self.0.client.half_closed.load(Ordering::Relaxed) {
            told.await;
        }
    }

    /// Asks for a sign of life, or not any more.
    pub(crate) fn probe(&self, wanted: bool) {
        self.0.client.probe.store(wanted, Ordering::Relaxed);
        self.wake_reader();
    }

    /// Returns whether a sign of life is wanted.
    pub(crate) fn is_probe_wanted(&self) -> bool {
        self.0.client.probe.load(Ordering::Relaxed)
    }

    fn wake_reader(&self) {
        if self.0.client.half_closed.load(Ordering::Relaxed) {
            self.0.client.reader.wake();
        }
    }
}

/// A request that is open.
pub(crate) struct RequestGuard {
    activity: ConnectionActivity,
    progress: Option<Arc<SendProgress>>,
}

impl RequestGuard {
    /// Returns how far its response has come, in HTTP/2.
    pub(crate) fn progress(&self) -> Option<&Arc<SendProgress>> {
        self.progress.as_ref()
    }

    /// Returns how far the responses of all requests of its connection have come.
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
