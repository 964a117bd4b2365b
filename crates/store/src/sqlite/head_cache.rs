//! The newest version of documents, kept in memory, so that to ask for one that has not changed touches no disk.
//!
//! What is kept is bounded in bytes, not in documents. It is right because this process alone writes the file (see
//! `lock`), and because of the order in which things happen:
//!
//! 1. The writer calls [`HeadCache::begin`] with the documents of a batch. From here on they are not answered from
//!    memory, and nobody puts anything in for them.
//! 2. It commits. When exactly the batch is on the disk, and becomes visible, is for SQLite to know; it is one moment,
//!    and whoever asks meanwhile asks SQLite. So nobody sees what is not durable yet, and nobody who has seen the new
//!    version, in a list say, is then given the old one from here.
//! 3. It calls [`HeadCache::end`], which puts the new versions in, and only then tells the writers that they have
//!    written. So a read that begins after that finds the new version here, or nothing.
//! 4. A reader that finds nothing takes note of the moment ([`Epoch`]), looks into the database, and puts in what it
//!    has found, unless a batch has ended since that mark, or has begun with this document in it. So what it found
//!    cannot be older than what was put in meanwhile, nor than what was put in and thrown out again.
//!
//! To begin with 3 alone, without 1, is the tempting mistake: between the commit and the update, a list would have a
//! version that a GET does not know.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::{Document, DocumentId};
use precondition::policy::Etags;
use precondition::{JudgedRequest, Judgement, Target, Verdict, judge};

use super::validator_cache::ValidatorCache;
use crate::facts::{GatheredHistory, tags_to_look_up};
use crate::outcome::{ReadJudgement, ReadPayload};
use crate::request::JudgeRequest;
use crate::revision::{DocumentState, StoredVersion};

/// How many bytes of heads are kept, more or less: some five thousand documents of a page each, or twice as many
/// without their texts. What is kept of many more stands in [`validator_cache`](super::validator_cache).
const CAPACITY_BYTES: usize = 6 * 1024 * 1024;

/// The longest text that is kept. Of a longer one only what a judgement needs is: one large document should not push
/// out a thousand small ones.
const MAX_CACHED_TEXT_BYTES: usize = 16 * 1024;

/// What a head takes besides its texts, more or less: itself, its places in the map and the queue, its tags, and what
/// the allocator adds to each of these.
const ENTRY_OVERHEAD_BYTES: usize =
    size_of::<StoredVersion>() + 2 * size_of::<CachedHead>() + 3 * size_of::<DocumentId>() + 256;

/// The newest versions of some documents.
pub(super) struct HeadCache {
    state: Mutex<CacheState>,
    capacity: usize,
}

#[derive(Default)]
struct CacheState {
    known: HashMap<DocumentId, CachedHead>,
    /// In the order in which they came. Whoever was asked for since gets a second turn.
    queue: VecDeque<DocumentId>,
    bytes: usize,
    /// Of these and of many more, as much as a 304 takes.
    outlines: ValidatorCache,
    /// The documents of the batch that is on its way to the disk.
    writing: HashSet<DocumentId>,
    /// How many batches have ended.
    ended: u64,
}

/// The newest version of a document.
#[derive(Clone)]
struct CachedHead {
    stored: Arc<StoredVersion>,
    /// Whether the text is there, if there is one.
    has_text: bool,
    is_referenced: bool,
}

/// A moment in the sequence of batches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Epoch(u64);

impl Default for HeadCache {
    fn default() -> Self {
        Self::with_capacity(CAPACITY_BYTES)
    }
}

impl HeadCache {
    fn with_capacity(room: usize) -> Self {
        Self { state: Mutex::default(), capacity: room }
    }

    /// What is there, where that is known with its text.
    pub(super) fn get(&self, id: &DocumentId) -> Option<DocumentState> {
        let head = self.lock().get(id).filter(|head| head.has_text)?;
        Some(DocumentState::from(Some(StoredVersion::clone(&head.stored))))
    }

    /// Judges, where nothing has to be looked up for it.
    pub(super) fn judge(&self, question: &JudgeRequest) -> Option<ReadJudgement> {
        let (target, head) = self.target(question)?;
        let JudgeRequest { conditions, method, body: incoming, author, now, policy, .. } = question;
        if !tags_to_look_up(conditions, target.current().map(|current| &current.etag)).is_empty() {
            return None;
        }
        let asked = JudgedRequest { method: *method, conditions, body: *incoming, now: *now };
        let past = GatheredHistory { issued: &[], kind: policy.etags, sent: None, author: author.as_ref() };
        let judgement = judge(&asked, &target, policy, &past);
        Some(ReadJudgement { payload: payload_for(&judgement, target, head)?, judgement })
    }

    /// What there is under an id; and the head, where there is one.
    fn target(&self, JudgeRequest { id, policy, .. }: &JudgeRequest) -> Option<(Target, Option<CachedHead>)> {
        let mut state = self.lock();
        if let Some(head) = state.get(id) {
            drop(state);
            return Some((head.as_target(policy.etags), Some(head)));
        }
        if state.writing.contains(id) {
            return None;
        }
        Some((state.outlines.get(id)?.as_target(policy.etags)?, None))
    }

    /// The moment before a look into the database.
    pub(super) fn epoch(&self) -> Epoch {
        Epoch(self.lock().ended)
    }

    /// Keeps what a reader has found in the database, where nothing can have come between.
    pub(super) fn insert(&self, id: &DocumentId, found: &DocumentState, since: Epoch) {
        let Some(stored) = found.newest() else { return };
        let head = CachedHead::of(stored);
        let mut state = self.lock();
        if state.ended == since.0 && !state.writing.contains(id) {
            state.put(id, head, self.capacity);
        }
    }

    /// A batch is about to be committed, with new versions of these documents.
    pub(super) fn begin<'a>(&self, batch: impl Iterator<Item = &'a DocumentId>) {
        self.lock().writing.extend(batch.cloned());
    }

    /// It is committed, and these are the new versions, in their order.
    pub(super) fn end<'a>(&self, batch: impl Iterator<Item = (&'a DocumentId, &'a StoredVersion)>) {
        let heads: Vec<_> = batch.map(|(id, stored)| (id, CachedHead::of(stored))).collect();
        let mut state = self.lock();
        for (id, head) in heads {
            state.put(id, head, self.capacity);
        }
        state.writing.clear();
        state.ended += 1;
    }

    /// It was not committed, or nobody can tell.
    pub(super) fn abandon(&self) {
        let mut state = self.lock();
        for id in std::mem::take(&mut state.writing) {
            state.remove(&id);
        }
        state.ended += 1;
    }

    fn lock(&self) -> MutexGuard<'_, CacheState> {
        // Nothing in here panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheState {
    fn get(&mut self, id: &DocumentId) -> Option<CachedHead> {
        if self.writing.contains(id) {
            return None;
        }
        let head = self.known.get_mut(id)?;
        head.is_referenced = true;
        Some(head.clone())
    }

    fn put(&mut self, id: &DocumentId, head: CachedHead, room: usize) {
        self.outlines.put(id, &head.stored);
        self.bytes += head.bytes(id);
        match self.known.insert(id.clone(), head) {
            Some(before) => self.bytes -= before.bytes(id),
            None => self.queue.push_back(id.clone()),
        }
        while self.bytes > room {
            let Some(oldest) = self.queue.pop_front() else { break };
            match self.known.get_mut(&oldest) {
                Some(head) if head.is_referenced => {
                    head.is_referenced = false;
                    self.queue.push_back(oldest);
                }
                _ => self.forget(&oldest),
            }
        }
    }

    fn remove(&mut self, id: &DocumentId) {
        self.outlines.remove(id);
        if self.known.contains_key(id) {
            self.queue.retain(|queued| queued != id);
            self.forget(id);
        }
    }

    fn forget(&mut self, id: &DocumentId) {
        if let Some(head) = self.known.remove(id) {
            self.bytes -= head.bytes(id);
        }
    }
}

impl CachedHead {
    fn of(stored: &StoredVersion) -> Self {
        let whole = stored.document.as_ref().is_none_or(|document| size(document) <= MAX_CACHED_TEXT_BYTES);
        let document = stored.document.clone().filter(|_| whole);
        let stored = Arc::new(StoredVersion { revision: stored.revision.clone(), document });
        Self { stored, has_text: whole, is_referenced: false }
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

/// What an answer with this judgement shows; none where that is a text that is not here.
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
