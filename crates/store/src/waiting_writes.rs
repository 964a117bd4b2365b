//! Writes that wait for the end of a commit, and are refused then, a few for each commit.
//!
//! Many clients may write one document at the same time, and try again as soon as they are refused. If all were refused
//! after each commit, all would send the next write at once, only one of these could succeed, and the work for all
//! others would delay it. So the writes wait in the order of their arrival, and after each commit the first few are
//! refused. While their clients try again, the others wait for the next commit. None waits for long: if no further
//! commit begins within a moment, all are refused.
//!
//! What is *not* here: how a write is refused, and when it waits, see [`HeadCache`](crate::head_cache::HeadCache).

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::head::Head;

/// How many writes are refused after a commit.
///
/// More than one, so that the writer who has just written does not win each race for the next version. With four, a
/// tenth fewer writes succeed.
const REFUSED_PER_COMMIT: usize = 2;

/// How long a write waits for a further commit of its document to begin.
pub(crate) const MAX_PAUSE: Duration = Duration::from_millis(2);

/// How long a write waits, however many commits there are.
pub(crate) const MAX_WAIT: Duration = Duration::from_millis(50);

/// A write's place among those that wait. It is given the version by which the write is refused.
pub(crate) type RefusalTurn = oneshot::Receiver<Arc<Head>>;

/// The writes that wait for the next versions of a document, in the order of their arrival.
#[derive(Default)]
pub(crate) struct WaitingWrites {
    waiting: VecDeque<oneshot::Sender<Arc<Head>>>,
    /// When the last commit ended; `None` if none has since the first write waits.
    committed: Option<Instant>,
}

impl WaitingWrites {
    /// Adds a write.
    pub(crate) fn join(&mut self) -> RefusalTurn {
        let (sender, turn) = oneshot::channel();
        self.waiting.push_back(sender);
        turn
    }

    /// Notes the end of a commit, and returns the writes that are refused now.
    pub(crate) fn take_turns(&mut self) -> Vec<oneshot::Sender<Arc<Head>>> {
        self.committed = Some(Instant::now());
        let mut first = Vec::new();
        while first.len() < REFUSED_PER_COMMIT
            && let Some(next) = self.waiting.pop_front()
        {
            // The others have waited for too long, or their clients have gone.
            if !next.is_closed() {
                first.push(next);
            }
        }
        first
    }

    /// Removes the writes that no longer wait.
    pub(crate) fn remove_gone(&mut self) {
        self.waiting.retain(|waiting| !waiting.is_closed());
    }

    /// Returns whether no write waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Returns whether a commit has ended just now, so that another one may soon begin.
    pub(crate) fn is_busy(&self) -> bool {
        self.committed.is_some_and(|committed| committed.elapsed() < MAX_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_writes_that_still_wait_are_refused_after_each_commit() {
        let mut writes = WaitingWrites::default();
        assert!(!writes.is_busy() && writes.is_empty());
        let mut turns: Vec<_> = (0..2 * REFUSED_PER_COMMIT).map(|_| writes.join()).collect();
        drop(turns.remove(1));
        let first = writes.take_turns();
        assert!(writes.is_busy() && !writes.is_empty());
        assert_eq!(first.len(), REFUSED_PER_COMMIT);
        drop(first);
        let refused: Vec<bool> = turns.iter_mut().map(|turn| turn.try_recv() == Err(closed())).collect();
        assert_eq!(refused.iter().position(|refused| !refused), Some(REFUSED_PER_COMMIT), "the first of them");
        assert_eq!(writes.take_turns().len(), REFUSED_PER_COMMIT - 1);
        assert!(writes.is_empty());
    }

    fn closed() -> oneshot::error::TryRecvError {
        oneshot::error::TryRecvError::Closed
    }
}
