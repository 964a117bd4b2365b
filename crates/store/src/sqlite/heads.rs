//! The newest version of documents, kept in memory, so that to ask for one that has not changed touches no disk.
//!
//! What is kept is bounded in bytes, not in documents. It is right because this process alone writes the file (see
//! `lock`), and because of the order in which things happen:
//!
//! 1. The writer calls [`Heads::begin`] with the documents of a batch. From here on they are not answered from memory,
//!    and nobody puts anything in for them.
//! 2. It commits. When exactly the batch is on the disk, and becomes visible, is for SQLite to know; it is one moment,
//!    and whoever asks meanwhile asks SQLite. So nobody sees what is not durable yet, and nobody who has seen the new
//!    version, in a list say, is then given the old one from here.
//! 3. It calls [`Heads::end`], which puts the new versions in, and only then tells the writers that they have written.
//!    So a read that begins after that finds the new version here, or nothing.
//! 4. A reader that finds nothing takes note of the moment ([`Since`]), looks into the database, and puts in what it has found, unless
//!    a batch has ended since that mark, or has begun with this document in it. So what it found cannot be older than
//!    what was put in meanwhile, nor than what was put in and thrown out again.
//!
//! To begin with 3 alone, without 1, is the tempting mistake: between the commit and the update, a list would have a
//! version that a GET does not know.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::{Document, DocumentId};
use precondition::{Judgement, Request, Target, Verdict, judge};

use crate::facts::{Past, tags_in_question};
use crate::outcome::Judged;
use crate::request::Question;
use crate::revision::{Found, Stored};

/// How many bytes are kept, more or less: some five thousand documents of a page each, or the heads of twice as many.
const ROOM: usize = 6 * 1024 * 1024;

/// The longest text that is kept. Of a longer one only what a judgement needs is: one large document should not push
/// out a thousand small ones.
const SMALL: usize = 16 * 1024;

/// What a head takes besides its texts, more or less: itself, its places in the map and the queue, its tags, and what
/// the allocator adds to each of these.
const FIXED: usize = size_of::<Stored>() + 2 * size_of::<Head>() + 3 * size_of::<DocumentId>() + 256;

/// The newest versions of some documents.
pub(super) struct Heads {
    state: Mutex<State>,
    room: usize,
}

#[derive(Default)]
struct State {
    known: HashMap<DocumentId, Head>,
    /// In the order in which they came. Whoever was asked for since gets a second turn.
    queue: VecDeque<DocumentId>,
    bytes: usize,
    /// The documents of the batch that is on its way to the disk.
    writing: HashSet<DocumentId>,
    /// How many batches have ended.
    ended: u64,
}

/// The newest version of a document.
#[derive(Clone)]
struct Head {
    stored: Arc<Stored>,
    /// Whether the text is there, if there is one.
    whole: bool,
    asked_for: bool,
}

/// A moment in the sequence of batches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Since(u64);

impl Default for Heads {
    fn default() -> Self {
        Self::with_room(ROOM)
    }
}

impl Heads {
    fn with_room(room: usize) -> Self {
        Self { state: Mutex::default(), room }
    }

    /// What is there, where that is known with its text.
    pub(super) fn found(&self, id: &DocumentId) -> Option<Found> {
        let head = self.get(id).filter(|head| head.whole)?;
        Some(Found::from(Some(Stored::clone(&head.stored))))
    }

    /// Judges, where nothing has to be looked up for it.
    pub(super) fn judge(&self, question: &Question) -> Option<Judged> {
        let head = self.get(&question.id)?;
        let Question { conditions, method, incoming, policy, .. } = question;
        let here = (!head.stored.revision.mark.deleted).then_some(&*head.stored);
        if !tags_in_question(conditions, here, policy.etags).is_empty() {
            return None;
        }
        let target = here.map_or(Target::Gone, |stored| Target::Exists(stored.as_current(policy.etags)));
        let asked = Request { method: *method, conditions, incoming: *incoming };
        let past = Past { issued: &[], kind: policy.etags, sent: None };
        let judgement = judge(&asked, &target, policy, &past);
        Some(Judged { found: head.shown_with(&judgement)?, judgement })
    }

    /// The moment before a look into the database.
    pub(super) fn now(&self) -> Since {
        Since(self.lock().ended)
    }

    /// Keeps what a reader has found in the database, where nothing can have come between.
    pub(super) fn keep(&self, id: &DocumentId, found: &Found, since: Since) {
        let Some(stored) = found.newest() else { return };
        let head = Head::of(stored);
        let mut state = self.lock();
        if state.ended == since.0 && !state.writing.contains(id) {
            state.put(id, head, self.room);
        }
    }

    /// A batch is about to be committed, with new versions of these documents.
    pub(super) fn begin<'a>(&self, batch: impl Iterator<Item = &'a DocumentId>) {
        self.lock().writing.extend(batch.cloned());
    }

    /// It is committed, and these are the new versions, in their order.
    pub(super) fn end<'a>(&self, batch: impl Iterator<Item = (&'a DocumentId, &'a Stored)>) {
        let heads: Vec<_> = batch.map(|(id, stored)| (id, Head::of(stored))).collect();
        let mut state = self.lock();
        for (id, head) in heads {
            state.put(id, head, self.room);
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

    fn get(&self, id: &DocumentId) -> Option<Head> {
        let mut state = self.lock();
        if state.writing.contains(id) {
            return None;
        }
        let head = state.known.get_mut(id)?;
        head.asked_for = true;
        Some(head.clone())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, id: &DocumentId, head: Head, room: usize) {
        self.bytes += head.bytes(id);
        match self.known.insert(id.clone(), head) {
            Some(before) => self.bytes -= before.bytes(id),
            None => self.queue.push_back(id.clone()),
        }
        while self.bytes > room {
            let Some(oldest) = self.queue.pop_front() else { break };
            match self.known.get_mut(&oldest) {
                Some(head) if head.asked_for => {
                    head.asked_for = false;
                    self.queue.push_back(oldest);
                }
                _ => self.forget(&oldest),
            }
        }
    }

    fn remove(&mut self, id: &DocumentId) {
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

impl Head {
    fn of(stored: &Stored) -> Self {
        let whole = stored.document.as_ref().is_none_or(|document| size(document) <= SMALL);
        let document = stored.document.clone().filter(|_| whole);
        let stored = Arc::new(Stored { revision: stored.revision.clone(), document });
        Self { stored, whole, asked_for: false }
    }

    /// What an answer with this judgement shows; none where that is a text that is not here.
    fn shown_with(&self, judgement: &Judgement) -> Option<Found> {
        if judgement.verdict == Verdict::NotModified {
            return Some(Found::Here(Stored { revision: self.stored.revision.clone(), document: None }));
        }
        self.whole.then(|| Found::from(Some(Stored::clone(&self.stored))))
    }

    fn bytes(&self, id: &DocumentId) -> usize {
        let author = self.stored.revision.author.as_str().len();
        FIXED + 2 * id.as_str().len() + author + self.stored.document.as_ref().map_or(0, size)
    }
}

fn size(document: &Document) -> usize {
    document.title.len() + document.content.len()
}

#[cfg(test)]
mod tests {
    use contract::Timestamp;

    use super::*;
    use crate::revision::{Mark, Revision};

    fn id(name: &str) -> DocumentId {
        name.parse().unwrap()
    }

    /// A version of a document, with a text of that many bytes.
    fn version(name: &str, before: Option<&Stored>, bytes: usize) -> Stored {
        let document = Document { title: String::new(), content: "x".repeat(bytes), parent: None };
        let before = before.map(|stored| stored.revision.mark.clone());
        let mark = Mark::following(before.as_ref(), &id(name), Some(&document), Timestamp::from_millis(0));
        let revision = Revision { mark, before, author: "bob".parse().unwrap(), based_on: None };
        Stored { revision, document: Some(document) }
    }

    fn number(heads: &Heads, name: &str) -> Option<u64> {
        heads.found(&id(name)).map(|found| found.newest().unwrap().revision.mark.version)
    }

    #[test]
    fn a_reader_that_was_overtaken_puts_nothing_in() {
        let heads = Heads::default();
        let first = version("a", None, 1);
        let second = version("a", Some(&first), 2);
        let before = heads.now();
        heads.begin([&id("a")].into_iter());
        heads.keep(&id("a"), &Found::Here(first.clone()), before);
        assert_eq!(number(&heads, "a"), None, "while it is on its way to the disk");
        heads.end([(&id("a"), &second)].into_iter());
        assert_eq!(number(&heads, "a"), Some(2));
        heads.lock().remove(&id("a"));
        heads.keep(&id("a"), &Found::Here(first), before);
        assert_eq!(number(&heads, "a"), None, "the newer one was put in, and thrown out");
        heads.keep(&id("a"), &Found::Here(second), heads.now());
        assert_eq!(number(&heads, "a"), Some(2));
    }

    #[test]
    fn what_is_on_its_way_to_the_disk_is_not_answered_from_memory() {
        let heads = Heads::default();
        heads.keep(&id("a"), &Found::Here(version("a", None, 1)), heads.now());
        heads.keep(&id("b"), &Found::Here(version("b", None, 1)), heads.now());
        heads.begin([&id("a")].into_iter());
        assert_eq!((number(&heads, "a"), number(&heads, "b")), (None, Some(1)));
        heads.abandon();
        assert_eq!((number(&heads, "a"), number(&heads, "b")), (None, Some(1)), "nobody knows what became of it");
    }

    #[test]
    fn room_is_counted_in_bytes_and_goes_to_what_is_asked_for() {
        let heads = Heads::with_room(20 * (FIXED + 1020));
        for number in 0..100 {
            let name = format!("d{number}");
            heads.keep(&id(&name), &Found::Here(version(&name, None, 1000)), heads.now());
            assert_eq!(self::number(&heads, "d0"), Some(1), "asked for each time, so it stays");
            assert!(heads.lock().bytes <= heads.room);
        }
        let known = heads.lock().known.len();
        assert!((18..=20).contains(&known), "{known}");
        assert_eq!(heads.lock().queue.len(), known);
    }

    #[test]
    fn of_a_long_text_only_the_head_is_kept() {
        let heads = Heads::default();
        heads.keep(&id("a"), &Found::Here(version("a", None, SMALL + 1)), heads.now());
        assert_eq!(number(&heads, "a"), None);
        assert!(heads.lock().bytes < SMALL && heads.lock().known.len() == 1);
    }
}
