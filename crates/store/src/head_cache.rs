//! A second-chance (CLOCK) cache of the newest versions, by which most reads need no database.
//!
//! The cache is bounded in bytes, not in documents. It is for a backend that knows of every write to its database, as
//! the only process that writes a file does. If several servers share a database, none of them knows of the writes of
//! the others in time, and a backend for them must not answer from here.
//!
//! What the cache returns is right because of the order of these steps:
//!
//! 1. The writer calls [`HeadCache::begin`] with the documents of a batch. From now on they are not answered from
//!    memory, and no reader inserts them.
//! 2. The writer commits. The moment in which the batch is durable and becomes visible is the database's business, and
//!    readers in between ask the database. So no reader sees a version that is not durable yet, and no reader that has
//!    seen the new version, in a list for example, gets the old one from here afterwards.
//! 3. The writer calls [`HeadCache::end`], which inserts the new versions, and only then acknowledges the writes. So a
//!    read that begins after an acknowledgement finds the new version here, or nothing.
//! 4. A reader that finds nothing notes the [`Epoch`], reads the database, and inserts what it has found, unless a
//!    batch has ended since that epoch, or a batch with this document has begun. So what it inserts is never older
//!    than what was inserted meanwhile, even if that was evicted again.
//!
//! Without step 1, a list could have a version between the commit and the update that a GET does not know.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::{Document, DocumentId};
use precondition::policy::Etags;
use precondition::{Judgement, Target, Verdict};

use crate::decide::judge_target;
use crate::facts::tags_to_look_up;
use crate::outcome::{ReadJudgement, ReadPayload};
use crate::request::JudgeRequest;
use crate::revision::{DocumentState, StoredVersion};
use crate::validator_cache::ValidatorCache;

/// The bytes of all heads, roughly: five thousand documents of a page, or twice as many without texts.
///
/// The validators of many more documents are kept besides (`validator_cache`).
const CAPACITY_BYTES: usize = 6 * 1024 * 1024;

/// The longest text that is kept.
///
/// Of a longer text only the head is kept, which is enough for most judgements.
///
/// One large document should not evict a thousand small ones.
const MAX_CACHED_TEXT_BYTES: usize = 16 * 1024;

/// The bytes of a head besides its texts, roughly.
///
/// These are the version, its places in the map and the queue, its tags, and the overhead of the allocator for each.
const ENTRY_OVERHEAD_BYTES: usize =
    size_of::<StoredVersion>() + 2 * size_of::<CachedHead>() + 3 * size_of::<DocumentId>() + 256;

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
    /// The documents of the batch that is being committed.
    writing: HashSet<DocumentId>,
    /// The number of batches that have ended.
    ended: u64,
}

/// The newest version of a document.
#[derive(Clone)]
struct CachedHead {
    stored: Arc<StoredVersion>,
    /// Whether the text is here, if the version has one.
    has_text: bool,
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
        let head = self.lock().get(id).filter(|head| head.has_text)?;
        Some(DocumentState::from(Some(StoredVersion::clone(&head.stored))))
    }

    /// Judges a request that changes nothing.
    ///
    /// Returns `None` if something has to be looked up in the database.
    #[must_use]
    pub fn judge(&self, question: &JudgeRequest) -> Option<ReadJudgement> {
        let (target, head) = self.target(question)?;
        let current = target.current().map(|current| &current.etag);
        if !tags_to_look_up(&question.conditions, current).is_empty() {
            return None;
        }
        let judgement = judge_target(question, &target, &[]);
        Some(ReadJudgement { payload: payload_for(&judgement, target, head)?, judgement })
    }

    /// Returns the target of a judgement and, if it is in memory, the head.
    fn target(&self, JudgeRequest { id, policy, .. }: &JudgeRequest) -> Option<(Target, Option<CachedHead>)> {
        let mut state = self.lock();
        if let Some(head) = state.get(id) {
            drop(state);
            return Some((head.as_target(policy.etags), Some(head)));
        }
        if state.writing.contains(id) {
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
    pub fn insert(&self, id: &DocumentId, found: &DocumentState, since: Epoch) {
        let Some(stored) = found.newest() else { return };
        let head = CachedHead::of(stored);
        let mut state = self.lock();
        if state.ended == since.0 && !state.writing.contains(id) {
            state.put(id, head, self.capacity);
        }
    }

    /// Notes that a batch is about to be committed, with new versions of these documents.
    pub fn begin<'a>(&self, batch: impl Iterator<Item = &'a DocumentId>) {
        self.lock().writing.extend(batch.cloned());
    }

    /// Notes that the batch is committed, and inserts its versions in their order.
    pub fn end<'a>(&self, batch: impl Iterator<Item = (&'a DocumentId, &'a StoredVersion)>) {
        let heads: Vec<_> = batch.map(|(id, stored)| (id, CachedHead::of(stored))).collect();
        let mut state = self.lock();
        for (id, head) in heads {
            state.put(id, head, self.capacity);
        }
        state.writing.clear();
        state.ended += 1;
    }

    /// Removes the documents of a batch that was not committed, or of which this is unknown.
    pub fn abandon(&self) {
        let mut state = self.lock();
        for id in std::mem::take(&mut state.writing) {
            state.remove(&id);
        }
        state.ended += 1;
    }

    fn lock(&self) -> MutexGuard<'_, CacheState> {
        // No code panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheState {
    fn get(&mut self, id: &DocumentId) -> Option<CachedHead> {
        if self.writing.contains(id) {
            return None;
        }
        let head = self.heads.get_mut(id)?;
        head.is_referenced = true;
        Some(head.clone())
    }

    fn put(&mut self, id: &DocumentId, head: CachedHead, capacity: usize) {
        self.validators.put(id, &head.stored);
        self.bytes += head.bytes(id);
        match self.heads.insert(id.clone(), head) {
            Some(before) => self.bytes -= before.bytes(id),
            None => self.queue.push_back(id.clone()),
        }
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
    fn of(stored: &StoredVersion) -> Self {
        let has_text = stored.document.as_ref().is_none_or(|document| size(document) <= MAX_CACHED_TEXT_BYTES);
        let document = stored.document.clone().filter(|_| has_text);
        let stored = Arc::new(StoredVersion { revision: stored.revision.clone(), document });
        Self { stored, has_text, is_referenced: false }
    }

    fn as_target(&self, kind: Etags) -> Target {
        let stored = &self.stored;
        if stored.revision.stamp.deleted { Target::Deleted } else { Target::Exists(stored.as_current(kind)) }
    }

    fn bytes(&self, id: &DocumentId) -> usize {
        let author = self.stored.revision.author.as_str().len();
        ENTRY_OVERHEAD_BYTES + 2 * id.as_str().len() + author + self.stored.document.as_ref().map_or(0, size)
    }
}

/// Returns what a response with this judgement shows, or `None` if its text is not in memory.
fn payload_for(judgement: &Judgement, target: Target, head: Option<CachedHead>) -> Option<ReadPayload> {
    if let (Verdict::NotModified, Target::Exists(current)) = (&judgement.verdict, target) {
        return Some(ReadPayload::Tag(current.etag));
    }
    let head = head.filter(|head| head.has_text)?;
    Some(ReadPayload::Found(DocumentState::from(Some(StoredVersion::clone(&head.stored)))))
}

fn size(document: &Document) -> usize {
    document.title.len() + document.content.len()
}

#[cfg(test)]
mod tests;
