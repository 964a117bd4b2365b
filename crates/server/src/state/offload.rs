//! Work that grows with the size of a body, off the workers that answer other clients.
//!
//! Reading or making JSON of some hundred KiB takes milliseconds, in which a worker of tokio answers no other client.
//! Such work runs on threads for blocking work instead, and only so much of it at one time that the workers keep
//! processors for themselves. Small work is done on the spot: to hand it over would cost more than to do it.

use std::future::pending;
use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::budget::{Budget, LARGE_JSON, Uses};

/// The most bytes of JSON that are read or made on the spot.
const MAX_INLINE_BYTES: usize = 64 * 1024;

/// About how many bytes a row of a list has in JSON, besides the texts that clients chose.
pub(crate) const ROW_OVERHEAD_BYTES: usize = 256;

/// Returns whether work on so many bytes is handed over.
pub(crate) const fn is_large(bytes: usize) -> bool {
    bytes > MAX_INLINE_BYTES
}

/// The turns of large work. Clones share them.
#[derive(Clone)]
pub(crate) struct Offload {
    turns: Arc<Semaphore>,
    most: usize,
    uses: Uses,
}

impl Offload {
    const BUDGET: &'static Budget = &LARGE_JSON;

    /// Creates turns for so much work at one time, whose use is counted there.
    pub(crate) fn new(most: usize, uses: Uses) -> Self {
        let most = most.min(Semaphore::MAX_PERMITS);
        Self { turns: Arc::new(Semaphore::new(most)), most, uses }
    }

    /// Does work on so many bytes, and returns what came of it.
    ///
    /// A turn ends with the work and not with the wait for it, so a client that goes away frees none before its time.
    pub(crate) async fn run<T: Send + 'static>(&self, bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
        // In a box, since hardly any work is large, and otherwise all of it would carry the room for waiting.
        if is_large(bytes) { Box::pin(self.run_in_turn(work)).await } else { work() }
    }

    async fn run_in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let turn = if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            turn
        } else {
            self.uses.refused(Self::BUDGET);
            Arc::clone(&self.turns).acquire_owned().await.expect("the turns are never closed")
        };
        self.count();
        let offload = self.clone();
        let done = spawn_blocking(move || {
            let done = work();
            drop(turn);
            offload.count();
            done
        });
        match done.await.map_err(tokio::task::JoinError::try_into_panic) {
            Ok(done) => done,
            Err(Ok(panic)) => resume_unwind(panic),
            // The runtime ends, and this future with it.
            Err(Err(_)) => pending().await,
        }
    }

    fn count(&self) {
        self.uses.set(Self::BUDGET, self.most - self.turns.available_permits());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[tokio::test]
    async fn large_work_leaves_the_worker_to_others() {
        let offload = Offload::new(1, Uses::default());
        let here = thread::current().id();
        assert_eq!(offload.run(MAX_INLINE_BYTES, || thread::current().id()).await, here);
        let (send, receive) = mpsc::channel();
        // The work waits for something that only this thread does, and this runtime has no other.
        let large = tokio::spawn(async move { offload.run(MAX_INLINE_BYTES + 1, move || receive.recv()).await });
        while !large.is_finished() {
            let _ = send.send(7);
            tokio::task::yield_now().await;
        }
        assert_eq!(large.await.unwrap(), Ok(7));
    }

    #[tokio::test]
    async fn abandoned_work_keeps_its_turn_until_it_ends() {
        let offload = Offload::new(1, Uses::default());
        let (start, started) = mpsc::channel();
        let (end, ended) = mpsc::channel::<()>();
        let (first, work) = (offload.clone(), move || {
            start.send(()).unwrap();
            let _ = ended.recv();
        });
        let abandoned = tokio::spawn(async move { first.run(MAX_INLINE_BYTES + 1, work).await });
        while started.try_recv().is_err() {
            tokio::task::yield_now().await;
        }
        abandoned.abort();
        assert!(abandoned.await.unwrap_err().is_cancelled());
        assert_eq!(offload.turns.available_permits(), 0);
        drop(end);
        assert_eq!(offload.run(MAX_INLINE_BYTES + 1, || 7).await, 7);
    }

    #[tokio::test]
    async fn panic_in_large_work_is_the_callers() {
        let offload = Offload::new(1, Uses::default());
        let work = offload.clone();
        let panicked = tokio::spawn(async move { work.run(MAX_INLINE_BYTES + 1, || panic!("a test")).await });
        assert!(panicked.await.unwrap_err().is_panic());
        assert_eq!(offload.run(MAX_INLINE_BYTES + 1, || 7).await, 7);
    }
}
