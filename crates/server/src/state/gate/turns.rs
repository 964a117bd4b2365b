//! The order of release: a released request waits until the one before it is settled.
//!
//! A request is settled when it has its response. A write is settled earlier, as soon as the store has queued it
//! ([`Order::settle`]): the store carries out writes in the order of its queue, so the order can no longer change, and
//! the writes of one release can share commits. A read must see the writes released before it, so it proceeds only when
//! all earlier requests have their responses. So does a write that reads the store itself ([`Order::first`]).
//!
//! A request whose body has not arrived delays the next ones, but only for a limited time, and only once: when a
//! request has used up [`TURN_TIME`], all requests released so far stop delaying others by their bodies. They continue
//! when their bodies arrive.
//!
//! One request proceeds at a time. When it is settled, it wakes only its successor. So the work of releasing N requests
//! is proportional to N, however many of them wait for their turns.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::budget::{TURN_TIME, Uses};
use crate::lock::lock;

/// How long a released request may delay the next one.
const MAX_TURN: Duration = Duration::from_secs(TURN_TIME.default);

/// The released requests without a response, in order. Clones are the same queue.
#[derive(Clone)]
pub(crate) struct Turns {
    queue: Arc<Mutex<TurnQueue>>,
    uses: Uses,
}

#[derive(Default)]
struct TurnQueue {
    /// How many requests have been released; also the place of the next one.
    released: u64,
    /// The first place whose turn has not begun.
    next: u64,
    /// The place of the request whose turn it is and which is not settled.
    current: Option<u64>,
    /// Requests with a place below this one no longer delay others by their bodies.
    not_waited_for: u64,
    /// The requests without a response, by place.
    open: BTreeMap<u64, Waiting>,
}

/// The senders that wake a request.
struct Waiting {
    is_write: bool,
    /// Signals that the turn begins.
    begin: Option<oneshot::Sender<()>>,
    /// Signals that all earlier requests have their responses.
    first: Option<oneshot::Sender<()>>,
}

impl TurnQueue {
    fn is_first(&self, place: u64) -> bool {
        self.open.first_key_value().is_none_or(|(first, _)| place <= *first)
    }

    /// Wakes the first request if it waits to be first, and the next one if its turn can begin.
    fn advance(&mut self) {
        if let Some(mut first) = self.open.first_entry()
            && let Some(waker) = first.get_mut().first.take()
        {
            wake(waker);
        }
        if self.current.is_some() {
            return;
        }
        let Some((&place, waiting)) = self.open.range(self.next..).next() else { return };
        if !waiting.is_write && !self.is_first(place) {
            return;
        }
        self.next = place + 1;
        self.current = Some(place);
        if let Some(waker) = self.open.get_mut(&place).and_then(|waiting| waiting.begin.take()) {
            wake(waker);
        }
    }

    /// Ends the turn of a request.
    fn end(&mut self, place: u64) {
        self.open.remove(&place);
        self.settle(place);
    }

    /// Lets the next request have its turn.
    fn settle(&mut self, place: u64) {
        self.current.take_if(|current| *current == place);
        self.advance();
    }
}

/// Wakes a request.
///
/// If sending fails, the request no longer waits, and its turn ends when its [`Turn`] is dropped.
fn wake(waker: oneshot::Sender<()>) {
    let _ = waker.send(());
}

impl Turns {
    /// Creates an empty queue. `uses` counts how often a body did not arrive in time.
    pub(crate) fn new(uses: &Uses) -> Self {
        Self { queue: Arc::default(), uses: uses.clone() }
    }

    /// Puts a request at the end of the queue.
    pub(crate) fn take(&self, is_write: bool, effects: ReleaseEffects) -> Turn {
        let (begin, woken) = oneshot::channel();
        let mut queue = self.lock();
        let place = queue.released;
        queue.released += 1;
        queue.open.insert(place, Waiting { is_write, begin: Some(begin), first: None });
        queue.advance();
        Turn { order: Order { place, turns: self.clone() }, woken, awaits_body: Arc::default(), effects }
    }

    fn lock(&self) -> MutexGuard<'_, TurnQueue> {
        lock(&self.queue)
    }
}

/// The effects of a release, besides that the request is carried out.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ReleaseEffects {
    /// If the request is an applied write, its response is lost.
    pub(crate) lose_response: bool,
    /// If the request is forwarded, it is sent twice.
    pub(crate) duplicate: bool,
}

/// The right to proceed. Dropping it ends the turn, and then the next request has its turn.
pub(crate) struct Turn {
    order: Order,
    woken: oneshot::Receiver<()>,
    /// Whether the request waits for more of its body.
    awaits_body: Arc<AtomicBool>,
    effects: ReleaseEffects,
}

impl Turn {
    /// Returns whether the response to the request is to be lost, if the request is an applied write.
    pub(crate) fn loses_response(&self) -> bool {
        self.effects.lose_response
    }

    /// Returns whether the request is sent to the other server a second time, after its response.
    pub(crate) fn duplicates(&self) -> bool {
        self.effects.duplicate
    }

    /// Returns the place of the request, for its handler.
    pub(crate) fn order(&self) -> Order {
        self.order.clone()
    }

    /// Waits until the turn begins.
    pub(crate) async fn wait(&mut self) {
        // The queue keeps the sender until the turn ends, so the wait does not end early.
        let _ = (&mut self.woken).await;
    }

    /// Returns the body, wrapped to note whether the request waits for it.
    pub(crate) fn watch(&self, body: Body) -> Body {
        Body::new(WatchedBody { body, order: self.order(), awaits_body: Arc::clone(&self.awaits_body) })
    }

    /// Awaits the response. The turn ends with it, or for others already after [`MAX_TURN`].
    pub(crate) async fn respond<T>(self, answer: impl Future<Output = T>) -> T {
        let mut answer = pin!(answer);
        tokio::select! {
            response = &mut answer => return response,
            () = sleep(MAX_TURN) => {}
        }
        tracing::warn!("a released request still has no response; the next one proceeds");
        if self.awaits_body.load(Ordering::Relaxed) {
            self.order.turns.uses.refused(&TURN_TIME);
            let mut queue = self.order.turns.lock();
            queue.not_waited_for = queue.released;
        }
        drop(self);
        answer.await
    }
}

/// A body that notes whether its request waits for it.
struct WatchedBody {
    body: Body,
    order: Order,
    awaits_body: Arc<AtomicBool>,
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        self.awaits_body.store(frame.is_pending(), Ordering::Relaxed);
        if frame.is_pending() {
            self.order.await_body();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.order.turns.lock().end(self.order.place);
    }
}

/// The place of a released request among the others. Clones are the same place.
#[derive(Clone)]
pub(crate) struct Order {
    place: u64,
    turns: Turns,
}

impl Order {
    /// Waits until all earlier requests have their responses.
    pub(crate) async fn first(&self) {
        let woken = {
            let mut queue = self.turns.lock();
            if queue.is_first(self.place) {
                return;
            }
            // The turn took too long and has ended, so it waits for no others.
            let Some(waiting) = queue.open.get_mut(&self.place) else { return };
            let (first, woken) = oneshot::channel();
            waiting.first = Some(first);
            woken
        };
        // An error means that the turn ended during the wait.
        let _ = woken.await;
    }

    /// Notes that the request waits for its body. Its turn ends if bodies no longer delay others.
    fn await_body(&self) {
        let mut queue = self.turns.lock();
        if self.place < queue.not_waited_for {
            queue.end(self.place);
        }
    }

    /// Passes a write to the store, whose first poll queues it, and then lets the next request proceed.
    pub(crate) async fn settle<T>(&self, write: impl Future<Output = T>) -> T {
        let mut write = pin!(write);
        match poll_fn(|context| Poll::Ready(write.as_mut().poll(context))).await {
            Poll::Ready(written) => written,
            Poll::Pending => {
                self.turns.lock().settle(self.place);
                write.await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use futures_util::FutureExt;
    use tokio::task::{JoinSet, yield_now};

    use super::*;

    #[tokio::test]
    async fn ended_turn_wakes_its_successor_alone() {
        const REQUESTS: usize = 500;
        let turns = Turns::new(&Uses::default());
        let (polls, order) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let first = turns.take(true, ReleaseEffects::default());
        let mut requests = JoinSet::new();
        for number in 0..REQUESTS {
            let mut turn = turns.take(true, ReleaseEffects::default());
            let (polls, order) = (Arc::clone(&polls), Arc::clone(&order));
            requests.spawn(async move {
                let mut come = Box::pin(turn.wait());
                poll_fn(|context| {
                    polls.fetch_add(1, Ordering::Relaxed);
                    come.as_mut().poll(context)
                })
                .await;
                drop(come);
                order.lock().unwrap().push(number);
                // All other woken tasks are polled meanwhile.
                yield_now().await;
            });
        }
        while polls.load(Ordering::Relaxed) < REQUESTS {
            yield_now().await;
        }
        drop(first);
        requests.join_all().await;
        assert_eq!(polls.load(Ordering::Relaxed), 2 * REQUESTS, "each is woken once");
        assert!(order.lock().unwrap().iter().copied().eq(0..REQUESTS), "in the order of release");
        assert!(turns.lock().open.is_empty());
    }

    #[tokio::test]
    async fn turn_that_ends_early_is_passed_over() {
        let turns = Turns::new(&Uses::default());
        let [first, gone, mut last] = [(); 3].map(|()| turns.take(true, ReleaseEffects::default()));
        drop(gone);
        let mut come = Box::pin(last.wait());
        assert!((&mut come).now_or_never().is_none(), "the first still has its turn");
        drop(first);
        come.await;
    }

    #[tokio::test]
    async fn queued_write_lets_the_next_write_proceed() {
        let turns = Turns::new(&Uses::default());
        let [first, mut second, mut third] = [(); 3].map(|()| turns.take(true, ReleaseEffects::default()));
        let (written, answer) = oneshot::channel::<()>();
        let order = first.order();
        let mut write = Box::pin(order.settle(answer));
        assert!(second.wait().now_or_never().is_none(), "the first is not queued yet");
        assert!((&mut write).now_or_never().is_none(), "it waits for the disk");
        second.wait().now_or_never().expect("the second proceeds meanwhile");
        assert!(third.wait().now_or_never().is_none(), "one request at a time");
        drop(second);
        third.wait().now_or_never().expect("the second has its response");
        written.send(()).unwrap();
        write.await.unwrap();
    }

    #[tokio::test]
    async fn read_waits_for_the_responses_before_it() {
        let turns = Turns::new(&Uses::default());
        let write = turns.take(true, ReleaseEffects::default());
        let mut read = turns.take(false, ReleaseEffects::default());
        let mut last = turns.take(true, ReleaseEffects::default());
        assert!(write.order().settle(std::future::pending::<()>()).now_or_never().is_none());
        assert!(read.wait().now_or_never().is_none(), "the write has no response yet");
        assert!(last.wait().now_or_never().is_none(), "it must not overtake the read");
        drop(write);
        read.wait().now_or_never().expect("it sees what was written");
        assert!(last.wait().now_or_never().is_none(), "the read has no response yet");
        drop(read);
        last.wait().now_or_never().expect("it is the only one");
    }

    #[tokio::test]
    async fn look_at_the_store_waits_for_the_responses_before_it() {
        let turns = Turns::new(&Uses::default());
        let [first, mut second] = [(); 2].map(|()| turns.take(true, ReleaseEffects::default()));
        first.order().first().now_or_never().expect("it is the first");
        assert!(first.order().settle(std::future::pending::<()>()).now_or_never().is_none());
        second.wait().now_or_never().expect("the first is queued");
        let order = second.order();
        let mut look = Box::pin(order.first());
        assert!((&mut look).now_or_never().is_none());
        drop(first);
        look.now_or_never().expect("the first has its response");
    }
}
