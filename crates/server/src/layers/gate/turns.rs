//! The order of release: a released request proceeds when the one that was released before it has its response.
//!
//! A turn that ends wakes its successor and no other request. So the work of releasing N requests grows with N, however
//! many of them wait for their turns.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::response::Response;
use tokio::sync::oneshot;
use tokio::time::sleep;

/// How long a released request may keep the next one waiting: a client that never sends its body must not block others.
const TURN: Duration = Duration::from_secs(10);

/// The requests that were released and have no response yet, in the order of their release. Clones are the same queue.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<Queue>>);

#[derive(Default)]
struct Queue {
    /// How many requests have been released: the place of the next one.
    released: u64,
    /// By its place, how to wake each of them. The first has its turn, and has been woken.
    open: BTreeMap<u64, oneshot::Sender<()>>,
}

impl Queue {
    /// Wakes the request that is first.
    ///
    /// A request becomes the first one only once, so nothing is lost by taking its waker out.
    fn wake_first(&mut self) {
        if let Some(mut first) = self.open.first_entry() {
            let (spent, _) = oneshot::channel();
            // An error means that the request has stopped waiting. Its turn ends by being dropped.
            let _ = first.insert(spent).send(());
        }
    }
}

impl Turns {
    /// Puts a request at the end of the queue.
    pub(super) fn take(&self, lose_response: bool) -> Turn {
        let (wake, woken) = oneshot::channel();
        let mut queue = self.lock();
        let place = queue.released;
        queue.released += 1;
        let is_first = queue.open.is_empty();
        queue.open.insert(place, wake);
        if is_first {
            queue.wake_first();
        }
        Turn { place, turns: self.clone(), woken, lose_response }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing in here panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to proceed. Dropping it ends it, and then the next request has its turn.
pub(in crate::layers) struct Turn {
    place: u64,
    turns: Turns,
    woken: oneshot::Receiver<()>,
    lose_response: bool,
}

impl Turn {
    /// Returns whether the response is to be lost, if it is to a write that was applied.
    pub(in crate::layers) fn loses_response(&self) -> bool {
        self.lose_response
    }

    /// Waits until the requests that were released before have had their turns.
    pub(super) async fn come(&mut self) {
        // The queue keeps the sender until the turn ends, so the wait cannot end for want of one.
        let _ = (&mut self.woken).await;
    }

    /// Answers the request, and then ends the turn, or else after [`TURN`].
    pub(super) async fn take(self, answer: impl Future<Output = Response>) -> Response {
        let mut answer = pin!(answer);
        tokio::select! {
            response = &mut answer => return response,
            () = sleep(TURN) => {}
        }
        tracing::warn!("a released request has no response yet; the next one proceeds");
        drop(self);
        answer.await
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut queue = self.turns.lock();
        let was_first = queue.open.first_key_value().is_some_and(|(place, _)| *place == self.place);
        queue.open.remove(&self.place);
        if was_first {
            queue.wake_first();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::FutureExt;
    use tokio::task::{JoinSet, yield_now};

    use super::*;

    #[tokio::test]
    async fn ended_turn_wakes_its_successor_alone() {
        const REQUESTS: usize = 500;
        let turns = Turns::default();
        let (polls, order) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let first = turns.take(false);
        let mut requests = JoinSet::new();
        for number in 0..REQUESTS {
            let mut turn = turns.take(false);
            let (polls, order) = (Arc::clone(&polls), Arc::clone(&order));
            requests.spawn(async move {
                let mut come = Box::pin(turn.come());
                poll_fn(|context| {
                    polls.fetch_add(1, Ordering::Relaxed);
                    come.as_mut().poll(context)
                })
                .await;
                drop(come);
                order.lock().unwrap().push(number);
                // Whatever else was woken is polled meanwhile.
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
        let turns = Turns::default();
        let [first, gone, mut last] = [(); 3].map(|()| turns.take(false));
        drop(gone);
        let mut come = Box::pin(last.come());
        assert!((&mut come).now_or_never().is_none(), "the first still has its turn");
        drop(first);
        come.await;
    }
}
