//! Refuses the writes that have lost a race as soon as it ends, without the writer.
//!
//! While a batch is being written, further writes of its documents that name a version in If-Match are most likely
//! stale. In the queue, each of them would be read, judged and refused in the next transaction, and all their clients
//! would send the next write at the same time. So they wait for the end of the commit, in the order of their arrival,
//! see [`waiting_writes`](crate::waiting_writes).
//!
//! A write is refused only by a version that this server has committed *during its wait*. As of that moment, the
//! version was the newest one in the database, since the row was locked until the commit. Nothing is told that was
//! true at an earlier time only. All other writes go on to the writer: if the batch fails or changes
//! nothing, if another server was faster, or after the longest wait.
//!
//! The writer who has won a race has the newest tag first. If others have waited, here or in the same batch, its next
//! write steps back for a moment, so that those who were refused can be first. Otherwise it would win again and again.
//!
//! Policies may change, on other servers too. The batch was judged under the policy that was in force in its
//! transaction, so writes under another policy do not wait for it.

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use contract::{Author, DocumentId};
use precondition::Policy;
use precondition::policy::Etags;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::commit_races::{CommitRaces, HasRaces, RaceEnd, wait_for_turn};
use crate::head::Head;
use crate::head_cache::refuse_by;
use crate::outcome::WriteOutcome;
use crate::request::WriteRequest;
use crate::waiting_writes::MAX_PAUSE;
use crate::write_job::WriteJob;

/// The writes of this server that wait for commits of its writer.
#[derive(Default)]
pub(super) struct Refusals {
    state: Mutex<RefusalState>,
    /// Notified when a batch begins.
    begun: Notify,
}

#[derive(Default)]
struct RefusalState {
    races: CommitRaces,
    /// The policy of the batch, and of all writes that wait.
    policy: Option<Policy>,
    /// The version of the last commit of documents that are waited for, with the older tags that are known.
    known: HashMap<DocumentId, Arc<Head>>,
    /// The last commits of documents for which others have waited: the author, and the end.
    won: HashMap<DocumentId, (Author, Instant)>,
}

impl Refusals {
    /// Waits while this server writes the document, and refuses the write if that makes it stale.
    pub(super) async fn refuse_after_commit(&self, request: &WriteRequest) -> Option<WriteOutcome> {
        if request.policy.etags != Etags::Version || request.conditions.sent_tags().next().is_none() {
            return None;
        }
        if self.lock().policy != Some(request.policy) {
            return None;
        }
        self.step_back(request).await;
        match wait_for_turn(self, &request.id).await {
            RaceEnd::Committed(head) => refuse_by(request, &head),
            RaceEnd::Open | RaceEnd::TimedOut => None,
        }
    }

    /// Waits for a moment if the author has just won a race for the document.
    ///
    /// The wait ends when another write of the document begins.
    async fn step_back(&self, WriteRequest { id, author, .. }: &WriteRequest) {
        loop {
            let begun = self.begun.notified();
            let mut begun = pin!(begun);
            begun.as_mut().enable();
            let left = {
                let state = self.lock();
                let won = state.won.get(id).filter(|(winner, _)| winner == author && !state.races.is_writing(id));
                won.and_then(|(_, ended)| MAX_PAUSE.checked_sub(ended.elapsed()))
            };
            let Some(left) = left else { return };
            if timeout(left, begun).await.is_err() {
                return;
            }
        }
    }

    /// Notes that a batch is being written.
    pub(super) fn begin(&self, jobs: &[WriteJob]) -> WritingBatch<'_> {
        let mut first = HashSet::new();
        let repeated = jobs.iter().map(|job| &job.request.id).filter(|id| !first.insert(*id)).cloned();
        let contended = repeated.collect();
        let mut state = self.lock();
        let policy = jobs.first().map(|job| job.request.policy);
        if jobs.iter().all(|job| Some(job.request.policy) == policy) {
            if state.policy != policy {
                state.races.release_all();
                state.policy = policy;
            }
            state.races.begin(jobs.iter().map(|job| &job.request.id));
            drop(state);
            self.begun.notify_waiters();
        }
        WritingBatch { refusals: self, contended }
    }

    fn lock(&self) -> MutexGuard<'_, RefusalState> {
        // No code panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HasRaces for Refusals {
    fn with_races<T>(&self, use_races: impl FnOnce(&mut CommitRaces) -> T) -> T {
        use_races(&mut self.lock().races)
    }
}

/// A batch that is being written.
///
/// If it is dropped before its end, the batch was not, or perhaps not, committed, and the writes that wait go on.
#[must_use]
pub(super) struct WritingBatch<'a> {
    refusals: &'a Refusals,
    /// The documents that several writes of the batch are about.
    contended: HashSet<DocumentId>,
}

impl WritingBatch<'_> {
    /// Notes the end of the batch, and refuses the first writes that wait for what it has committed.
    ///
    /// Each document comes with its newest version.
    pub(super) fn end<'a>(self, committed: impl Iterator<Item = (&'a DocumentId, &'a Arc<Head>)>) {
        let mut refused = Vec::new();
        let mut state = self.refusals.lock();
        let ended = Instant::now();
        state.won.retain(|_, (_, ended)| ended.elapsed() < MAX_PAUSE);
        for (id, head) in committed {
            let is_waited_for = state.races.is_waited_for(id);
            if is_waited_for || self.contended.contains(id) {
                state.won.insert(id.clone(), (head.stored().revision.author.clone(), ended));
            }
            if !is_waited_for {
                continue;
            }
            let head = match state.known.get(id) {
                Some(earlier) => Arc::new(head.continuing(earlier)),
                None => Arc::clone(head),
            };
            refused.extend(state.races.take_turns(id).into_iter().map(|turn| (turn, Arc::clone(&head))));
            state.known.insert(id.clone(), head);
        }
        let RefusalState { races, known, .. } = &mut *state;
        races.end();
        known.retain(|id, _| races.is_waited_for(id));
        drop(state);
        for (turn, head) in refused {
            // The client may have gone just now.
            let _ = turn.send(head);
        }
    }
}

impl Drop for WritingBatch<'_> {
    /// Lets the writes go on that wait for the batch: none, after its end.
    fn drop(&mut self) {
        let mut state = self.refusals.lock();
        for id in state.races.fail() {
            state.known.remove(&id);
        }
    }
}
