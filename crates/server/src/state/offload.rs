//! Runs work that grows with the size of a body on other threads than the workers.
//!
//! To parse or write some hundred KiB of JSON takes milliseconds, in which a worker of tokio cannot serve other
//! clients. Such work runs on threads for blocking work instead. Only so much of it runs at the same time that the
//! workers keep processors for themselves. Small work runs on the worker, since passing it on would cost more.

use std::future::pending;
use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::budget::{Budget, LARGE_JSON, Uses};

/// The largest JSON, in bytes, that is parsed or written on the worker.
const MAX_INLINE_BYTES: usize = 64 * 1024;

/// The approximate size of a list's row as JSON, without the texts that clients chose.
pub(crate) const ROW_OVERHEAD_BYTES: usize = 256;

/// Returns whether work on this many bytes runs on another thread.
pub(crate) const fn is_large(bytes: usize) -> bool {
    bytes > MAX_INLINE_BYTES
}

/// The slots for large work. Clones share them.
#[derive(Clone)]
pub(crate) struct Offload {
    turns: Arc<Semaphore>,
    most: usize,
    uses: Uses,
}

impl Offload {
    const BUDGET: &'static Budget = &LARGE_JSON;

    /// Creates slots for `most` pieces of work at the same time. `uses` counts the slots in use.
    pub(crate) fn new(most: usize, uses: Uses) -> Self {
        let most = most.min(Semaphore::MAX_PERMITS);
        Self { turns: Arc::new(Semaphore::new(most)), most, uses }
    }

    /// Runs work on this many bytes, and returns its result.
    ///
    /// The slot is freed when the work ends, even if the client disconnects and no longer waits for it.
    pub(crate) async fn run<T: Send + 'static>(&self, bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
        // Boxed, since hardly any work is large, and all other work would carry the room for waiting.
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
            // The runtime is shutting down, and this future with it.
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
        // The work waits for something that only this thread does, and the runtime has no other worker.
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
