//! Documents that are being written, and the writes that wait to see whether that makes them stale.
//!
//! A backend notes the documents of a batch before it commits ([`CommitRaces::begin`]), and what became of them. Writes
//! of the same documents that arrive meanwhile wait ([`wait_for_turn`]). In which order and how long, see
//! [`waiting_writes`](crate::waiting_writes).

use std::collections::{HashMap, HashSet};
use std::mem;
use std::sync::Arc;
use std::time::Instant;

use contract::DocumentId;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::head::Head;
use crate::waiting_writes::{MAX_PAUSE, MAX_WAIT, RefusalTurn, WaitingWrites};

/// The documents of the batch that is being written, and the writes that wait for commits.
#[derive(Default)]
pub(crate) struct CommitRaces {
    writing: HashSet<DocumentId>,
    /// Only documents that have any.
    waiting: HashMap<DocumentId, WaitingWrites>,
}

/// A value with the races of one store, behind its lock.
pub(crate) trait HasRaces: Sync {
    /// Calls `use_races` while the lock is held.
    fn with_races<T>(&self, use_races: impl FnOnce(&mut CommitRaces) -> T) -> T;
}

/// The end of a wait.
pub(crate) enum RaceEnd {
    /// A commit has ended during the wait, and this is the newest version of the document as of its end.
    Committed(Arc<Head>),
    /// No version is being committed, or the commit has failed: the write may have to be made.
    Open,
    /// The write has waited for long enough.
    TimedOut,
}

/// Waits while the document is being committed, but not for ever.
///
/// See [`waiting_writes`](crate::waiting_writes) for the longest wait.
pub(crate) async fn wait_for_turn(store: &impl HasRaces, id: &DocumentId) -> RaceEnd {
    let Some(turn) = store.with_races(|races| races.join(id)) else { return RaceEnd::Open };
    let mut place = WaitingPlace { store, id, turn: Some(turn) };
    let begun = Instant::now();
    loop {
        match timeout(MAX_PAUSE, place.turn()).await {
            Ok(Some(head)) => return RaceEnd::Committed(head),
            Ok(None) => return RaceEnd::Open,
            Err(_) if begun.elapsed() < MAX_WAIT && store.with_races(|races| races.is_busy(id)) => {}
            Err(_) => return RaceEnd::TimedOut,
        }
    }
}

/// The place of a write among those that wait.
///
/// If it is dropped before the write's turn, it is given up.
struct WaitingPlace<'a, S: HasRaces> {
    store: &'a S,
    id: &'a DocumentId,
    /// `None` once the turn has come.
    turn: Option<RefusalTurn>,
}

impl<S: HasRaces> WaitingPlace<'_, S> {
    /// Waits for the turn.
    ///
    /// Returns the version by which the write is refused, or `None` if the commit has failed.
    async fn turn(&mut self) -> Option<Arc<Head>> {
        let head = self.turn.as_mut()?.await;
        self.turn = None;
        head.ok()
    }
}

impl<S: HasRaces> Drop for WaitingPlace<'_, S> {
    fn drop(&mut self) {
        if self.turn.take().is_some() {
            self.store.with_races(|races| races.remove_gone(self.id));
        }
    }
}

impl CommitRaces {
    /// Notes that these documents are being written.
    pub(crate) fn begin<'a>(&mut self, batch: impl Iterator<Item = &'a DocumentId>) {
        self.writing.extend(batch.cloned());
    }

    /// Returns whether the document is being written.
    pub(crate) fn is_writing(&self, id: &DocumentId) -> bool {
        self.writing.contains(id)
    }

    /// Returns whether writes wait for commits of the document.
    #[cfg(feature = "postgres")]
    pub(crate) fn is_waited_for(&self, id: &DocumentId) -> bool {
        self.waiting.contains_key(id)
    }

    /// Returns whether no write waits.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds a write to those that wait for the end of a commit.
    ///
    /// Returns `None` if the document is not being written.
    fn join(&mut self, id: &DocumentId) -> Option<RefusalTurn> {
        self.writing.contains(id).then(|| self.waiting.entry(id.clone()).or_default().join())
    }

    /// Returns whether a version of the document is being committed, or has been just now.
    fn is_busy(&self, id: &DocumentId) -> bool {
        self.writing.contains(id) || self.waiting.get(id).is_some_and(WaitingWrites::is_busy)
    }

    /// Removes the places that were given up.
    fn remove_gone(&mut self, id: &DocumentId) {
        if let Some(waiting) = self.waiting.get_mut(id) {
            waiting.remove_gone();
            if waiting.is_empty() {
                self.waiting.remove(id);
            }
        }
    }

    /// Returns the writes that are refused now that a version of the document is committed.
    pub(crate) fn take_turns(&mut self, id: &DocumentId) -> Vec<oneshot::Sender<Arc<Head>>> {
        let Some(waiting) = self.waiting.get_mut(id) else { return Vec::new() };
        let turns = waiting.take_turns();
        if waiting.is_empty() {
            self.waiting.remove(id);
        }
        turns
    }

    /// Notes the end of the batch. Writes that still wait do so for the next one.
    pub(crate) fn end(&mut self) {
        self.writing.clear();
    }

    /// Notes that the batch was not, or perhaps not, committed. Writes that wait for it go on.
    ///
    /// Returns its documents: none, after the end of the batch.
    pub(crate) fn fail(&mut self) -> HashSet<DocumentId> {
        let left = mem::take(&mut self.writing);
        self.waiting.retain(|id, _| !left.contains(id));
        left
    }

    /// Lets all writes go on that wait.
    #[cfg(feature = "postgres")]
    pub(crate) fn release_all(&mut self) {
        self.waiting.clear();
    }
}
