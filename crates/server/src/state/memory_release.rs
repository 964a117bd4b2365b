//! Returns memory to the system after a burst, when the server is quiet again.
//!
//! The pools of received and sent bytes tell how much is in use. If that was [`BURST`] bytes or more, and then less for
//! [`QUIET`], this module asks the program to release free memory. A server with only small requests has no bursts and
//! pays nothing. How memory is released is up to the program, see
//! [`ServerOptions::release_memory`](crate::ServerOptions::release_memory).

use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::ServerState;
use crate::budget::memory_pool::MemoryPool;
use crate::budget::memory_pool::peak::BURST;

/// How long the server must be quiet.
const QUIET: Duration = Duration::from_secs(2);

/// Calls `release` after each burst, on a thread for blocking work. Never returns.
pub(crate) async fn release_after_bursts(app: ServerState, release: impl Fn() + Clone + Send + 'static) {
    let pools = [&app.receiving, &app.sending];
    loop {
        tokio::select! {
            () = pools[0].peak().burst() => {}
            () = pools[1].peak().burst() => {}
        }
        loop {
            sleep(QUIET).await;
            // Both peaks are taken, so that both start again.
            let peaks = pools.map(MemoryPool::take_peak);
            if peaks.iter().all(|peak| *peak < BURST) {
                break;
            }
        }
        // An error means that `release` panicked. It is called again after the next burst.
        let _ = spawn_blocking(release.clone()).await;
        tracing::debug!("free memory was released");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use store::SqliteStore;
    use tokio::sync::watch;

    use super::*;
    use crate::options::ServerOptions;
    use crate::state::SharedState;

    #[tokio::test(start_paused = true)]
    async fn memory_is_released_once_after_each_burst() {
        let (_stop, stopped) = watch::channel(false);
        let app = SharedState::new(Arc::new(SqliteStore::memory().unwrap()), ServerOptions::default(), stopped);
        let released = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&released);
        let release = move || {
            counted.fetch_add(1, Ordering::SeqCst);
        };
        let waiting = tokio::spawn(release_after_bursts(Arc::clone(&app), release));
        let count_later = || async {
            sleep(QUIET * 10).await;
            released.load(Ordering::SeqCst)
        };
        for (round, pool) in [&app.receiving, &app.sending].into_iter().enumerate() {
            let share = pool.share();
            drop(share.take(BURST - 1).unwrap());
            assert_eq!(count_later().await, round, "there was no burst");
            let loan = share.take(BURST).unwrap();
            assert_eq!(count_later().await, round, "the burst has not ended");
            drop(loan);
            assert_eq!(count_later().await, round + 1);
            assert_eq!(count_later().await, round + 1, "once is enough");
        }
        waiting.abort();
    }
}
