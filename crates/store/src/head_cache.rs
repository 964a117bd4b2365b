//! A second-chance (CLOCK) cache of the newest versions: most reads and refusals need no database.
//!
//! The cache is bounded in bytes, not in documents. It suits only a backend that makes every write to its database
//! itself, such as the one process that writes a file. A server that shares its database with other servers learns of
//! their writes too late, so its backend must not answer from this cache.
//!
//! The cache never returns an outdated version, because of the order of these steps:
//!
//! 1. The writer calls `HeadCache::begin` with the documents of a batch. Until step 3, the cache does not return them,
//!    and no reader inserts them.
//! 2. The writer commits. Until step 3, readers ask the database, which decides when the batch is durable and visible.
//!    So no reader sees a version that is not durable yet. And a reader that has seen the new version, in a list for
//!    example, does not get the old one from the cache afterwards.
//! 3. The writer calls `Committing::end`, which inserts the new versions, and only then acknowledges the writes. So a
//!    read that begins after an acknowledgement finds the new version in the cache, or none. Stale writes that have
//!    waited for this moment are refused then, each by its own task.
//! 4. A reader that finds no version in the cache notes the [`Epoch`], reads the database, and inserts the version,
//!    unless a batch has ended after that epoch, or a batch with this document has begun. So a reader never inserts a
//!    version older than one that the writer inserted meanwhile, even if the newer one was evicted again.
//!
//! Without step 1, a list between the commit and the update of the cache could show a version that a GET does not.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::DocumentId;
use precondition::policy::Etags;
use precondition::{Judgement, Target, Verdict};

use crate::commit_races::{CommitRaces, HasRaces, RaceEnd, wait_for_turn};
use crate::decide::{decide_unwritten, judge_target};
use crate::facts::{Descendants, IssuedTag, WriteFacts, tags_to_look_up};
use crate::head::Head;
use crate::outcome::{ReadJudgement, ReadPayload, WriteOutcome};
use crate::request::{JudgeRequest, WriteRequest};
use crate::revision::{DocumentState, Revision, StoredVersion};
use crate::validator_cache::ValidatorCache;

/// The bytes of all heads, roughly: five thousand documents of a page, or twice as many without texts.
///
/// The validators of many more documents are kept besides (`validator_cache`).
const CAPACITY_BYTES: usize = 6 * 1024 * 1024;

/// The longest text that is kept: one large document should not evict a thousand small ones.
///
/// A head with a longer text is kept without its text, which is enough for most judgements.
const MAX_CACHED_TEXT_BYTES: usize = 16 * 1024;

/// The bytes of a head besides its texts, roughly.
///
/// These are the version, its places in the map and the queue, its tags, and the overhead of the allocator for each.
const ENTRY_OVERHEAD_BYTES: usize = size_of::<StoredVersion>()
    + size_of::<Revision>()
    + size_of::<Head>()
    + 2 * size_of::<CachedHead>()
    + 3 * size_of::<DocumentId>()
    + 256;

/// The newest versions of some documents.
pub struct HeadCache {
    state: Mutex<CacheState>,
    capacity: usize,
}

#[derive(Default)]
struct CacheState {
    heads: HashMap<DocumentId, CachedHead>,
    /// Second-chance (CLOCK) queue: an entry that was used since its insertion is queued again once.
    queue: VecDeque<DocumentId>,
    bytes: usize,
    /// The validators of these documents and of many more: as much as a 304 takes.
    validators: ValidatorCache,
    /// The documents of the batch that is being committed, and the writes that wait for commits.
    races: CommitRaces,
    /// The number of batches that have ended.
    ended: u64,
}

/// A head with its place in the cache.
struct CachedHead {
    head: Arc<Head>,
    is_referenced: bool,
}

/// A moment in the sequence of batches.
#[derive(Debug, Clone, Copy)]
pub struct Epoch(u64);

impl Default for HeadCache {
    fn default() -> Self {
        Self::with_capacity(CAPACITY_BYTES)
    }
}

impl HeadCache {
    fn with_capacity(bytes: usize) -> Self {
        Self { state: Mutex::default(), capacity: bytes }
    }

    /// Returns the document, or `None` if its newest version, with its text, is not in memory.
    #[must_use]
    pub fn get(&self, id: &DocumentId) -> Option<DocumentState> {
        self.head(id).map(|head| head.state())
    }

    /// Returns the head of a document, or `None` if its newest version, with its text, is not in memory.
    pub(crate) fn head(&self, id: &DocumentId) -> Option<Arc<Head>> {
        self.lock().get(id).filter(|head| !head.lacks_text())
    }

    /// Returns the outcome of a write that is refused, or that was applied before.
    ///
    /// Returns `None` if the write may have to be made, or if something has to be looked up in the database.
    ///
    /// Nothing is written here, so no transaction is needed: the outcome is right as of the moment at which the head
    /// was read, like that of a read. No head is returned while a version of the document is being committed, so this
    /// moment is never between the commit and the acknowledgement. It may be before the turn of writes that are queued
    /// already. None of them can make a stale tag current, because a tag is never issued twice.
    #[must_use]
    pub fn refuse(&self, request: &WriteRequest) -> Option<WriteOutcome> {
        if request.policy.etags != Etags::Version {
            // A tag of another kind is shared by versions.
            return None;
        }
        refuse_by(request, &*self.head(&request.id)?)
    }

    /// Waits while the document is being committed, and then refuses as [`HeadCache::refuse`] does.
    ///
    /// Returns `None` without waiting if none is being committed, or if the write names no version in If-Match. A write
    /// that names one is most likely stale after the commit. In the queue of the writer, it would delay the next write
    /// that is not. In which order and how long writes wait, see [`waiting_writes`](crate::waiting_writes).
    ///
    /// The outcome is right as of the end of a commit, or of the wait: a moment during this call. If the commit fails,
    /// the write may have to be made.
    pub(crate) async fn refuse_after_commit(&self, request: &WriteRequest) -> Option<WriteOutcome> {
        if request.policy.etags != Etags::Version || request.conditions.sent_tags().next().is_none() {
            return None;
        }
        match wait_for_turn(self, &request.id).await {
            RaceEnd::Committed(head) => refuse_by(request, &head),
            RaceEnd::TimedOut => self.refuse(request),
            RaceEnd::Open => None,
        }
    }

    /// Judges a request that changes nothing.
    ///
    /// Returns `None` if something has to be looked up in the database.
    #[must_use]
    pub fn judge(&self, question: &JudgeRequest) -> Option<ReadJudgement> {
        let (target, head) = self.target(question)?;
        let issued = match &head {
            Some(head) if question.policy.etags == Etags::Version => head.issued_for(&question.conditions)?,
            _ => {
                let current = target.current().map(|current| &current.etag);
                tags_to_look_up(&question.conditions, current).is_empty().then(Vec::new)?
            }
        };
        let judgement = judge_target(question, &target, &issued);
        Some(ReadJudgement { payload: payload_for(&judgement, target, head)?, judgement, settings: None })
    }

    /// Returns the target of a judgement and, if it is in memory, the head.
    fn target(&self, JudgeRequest { id, policy, .. }: &JudgeRequest) -> Option<(Target, Option<Arc<Head>>)> {
        let mut state = self.lock();
        if let Some(head) = state.get(id) {
            drop(state);
            return Some((head.as_target(policy.etags), Some(head)));
        }
        if state.races.is_writing(id) {
            return None;
        }
        Some((state.validators.get(id)?.as_target(policy.etags)?, None))
    }

    /// Returns the current moment. A reader asks for it before it reads the database.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        Epoch(self.lock().ended)
    }

    /// Inserts what a reader has found in the database, unless it may be out of date already.
    ///
    /// `since` is the moment before the reader read the database.
    pub(crate) fn insert(&self, id: &DocumentId, head: &Arc<Head>, since: Epoch) {
        let mut state = self.lock();
        if state.ended == since.0 && !state.races.is_writing(id) {
            state.put(id, Arc::clone(head), self.capacity);
        }
    }

    /// Inserts a head and older tags that the writer has found in the database.
    ///
    /// The writer calls this for a write that it refused, before `HeadCache::begin`, and only if the batch has not
    /// changed the document. So what it has found is committed, and no later version exists. The next write with such a
    /// tag is refused from memory.
    pub(crate) fn learn(&self, id: &DocumentId, head: &Arc<Head>, issued: &[Arc<IssuedTag>], kind: Etags) {
        let mut learned = Head::clone(head);
        if kind == Etags::Version {
            for issued in issued {
                learned.learn(Arc::clone(issued));
            }
        }
        let mut state = self.lock();
        if state.heads.get(id).is_none_or(|cached| *cached.head != learned) {
            state.put(id, Arc::new(learned), self.capacity);
        }
    }

    /// Notes that a batch is about to be committed, with new versions of these documents.
    pub(crate) fn begin<'a>(&self, batch: impl Iterator<Item = &'a DocumentId>) -> Committing<'_> {
        self.lock().races.begin(batch);
        Committing { cache: self }
    }

    /// Returns whether no write waits for a commit.
    #[cfg(test)]
    pub(crate) fn is_waited_for_by_none(&self) -> bool {
        self.lock().races.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, CacheState> {
        // No code panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HasRaces for HeadCache {
    fn with_races<T>(&self, use_races: impl FnOnce(&mut CommitRaces) -> T) -> T {
        use_races(&mut self.lock().races)
    }
}

/// A batch that is being committed.
///
/// If it is dropped before its end, the batch was not, or perhaps not, committed: its documents are removed, and the
/// writes that wait for them go on.
#[must_use]
pub(crate) struct Committing<'a> {
    cache: &'a HeadCache,
}

impl Committing<'_> {
    /// Notes that the batch is committed, and inserts the newest versions of its documents.
    pub(crate) fn end<'a>(self, batch: impl Iterator<Item = (&'a DocumentId, Arc<Head>)>) {
        let mut state = self.cache.lock();
        let mut refused = Vec::new();
        for (id, head) in batch {
            refused.extend(state.races.take_turns(id).into_iter().map(|turn| (turn, Arc::clone(&head))));
            state.put(id, head, self.cache.capacity);
        }
        state.races.end();
        state.ended += 1;
        drop(state);
        for (turn, head) in refused {
            // The client may have gone just now.
            let _ = turn.send(head);
        }
    }
}

impl Drop for Committing<'_> {
    /// Removes what is left of the batch: nothing, after its end.
    fn drop(&mut self) {
        let mut state = self.cache.lock();
        let left = state.races.fail();
        if left.is_empty() {
            return;
        }
        for id in left {
            state.remove(&id);
        }
        state.ended += 1;
    }
}

impl CacheState {
    fn get(&mut self, id: &DocumentId) -> Option<Arc<Head>> {
        if self.races.is_writing(id) {
            return None;
        }
        let cached = self.heads.get_mut(id)?;
        cached.is_referenced = true;
        Some(Arc::clone(&cached.head))
    }

    fn put(&mut self, id: &DocumentId, head: Arc<Head>, capacity: usize) {
        self.validators.put(id, head.stored());
        let is_long = head.stored().document.as_ref().is_some_and(|text| text.text_bytes() > MAX_CACHED_TEXT_BYTES);
        let head = if is_long { Arc::new(head.without_text()) } else { head };
        let cached = CachedHead { head, is_referenced: false };
        self.bytes += cached.bytes(id);
        if let Some(before) = self.heads.get_mut(id) {
            self.bytes -= before.bytes(id);
            *before = cached;
        } else {
            self.heads.insert(id.clone(), cached);
            self.queue.push_back(id.clone());
        }
        self.evict(capacity);
    }

    /// Removes heads until the rest fits.
    fn evict(&mut self, capacity: usize) {
        while self.bytes > capacity {
            let Some(oldest) = self.queue.pop_front() else { break };
            match self.heads.get_mut(&oldest) {
                Some(head) if head.is_referenced => {
                    head.is_referenced = false;
                    self.queue.push_back(oldest);
                }
                _ => self.remove_head(&oldest),
            }
        }
    }

    fn remove(&mut self, id: &DocumentId) {
        self.validators.remove(id);
        if self.heads.contains_key(id) {
            self.queue.retain(|queued| queued != id);
            self.remove_head(id);
        }
    }

    fn remove_head(&mut self, id: &DocumentId) {
        if let Some(head) = self.heads.remove(id) {
            self.bytes -= head.bytes(id);
        }
    }
}

impl CachedHead {
    fn bytes(&self, id: &DocumentId) -> usize {
        ENTRY_OVERHEAD_BYTES + 2 * id.as_str().len() + self.head.bytes()
    }
}

/// Returns the outcome of a write that is refused, or that was applied before.
///
/// Returns `None` as [`HeadCache::refuse`] does. `head` is the newest version of the document.
pub(crate) fn refuse_by(request: &WriteRequest, head: &Head) -> Option<WriteOutcome> {
    let issued = head.issued_for(&request.conditions)?;
    let facts = WriteFacts { found: head.state(), issued, below: Descendants::default(), ancestors: Vec::new() };
    decide_unwritten(request, &facts)
}

/// Returns what a response with this judgement shows, or `None` if its text is not in memory.
pub(crate) fn payload_for(judgement: &Judgement, target: Target, head: Option<Arc<Head>>) -> Option<ReadPayload> {
    if let (Verdict::NotModified, Target::Exists(current)) = (&judgement.verdict, target) {
        return Some(ReadPayload::Tag(current.etag));
    }
    let head = head.filter(|head| !head.lacks_text())?;
    Some(ReadPayload::Found(head.state()))
}

#[cfg(test)]
mod tests;
