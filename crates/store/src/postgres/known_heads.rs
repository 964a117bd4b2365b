//! The newest versions that this server has seen; the database confirms each before it is used.
//!
//! Another server may have written since, and after a failover a number may have been given out again. So nothing is
//! decided by what is in here alone: a statement compares the number and the checksum of each version with those in the
//! database, and takes effect only if they agree. The checksum covers the whole version but its text, and the text by
//! its hash, so two versions with one number never have the same.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::DocumentId;

use crate::head::Head;
use crate::seal::Seal;

/// The bytes of a generation, roughly: some thousand documents of a page. There are two generations.
const CAPACITY_BYTES: usize = 4 * 1024 * 1024;

/// The longest text that is kept. A version with a longer one is kept without its text.
const MAX_TEXT_BYTES: usize = 16 * 1024;

/// The bytes of an entry besides its texts, roughly.
const ENTRY_OVERHEAD_BYTES: usize = 1024;

/// A version that was seen as the newest one of its document.
#[derive(Clone)]
pub(super) struct KnownHead {
    /// The version, perhaps without its text.
    pub(super) head: Arc<Head>,
    /// The checksum of its row.
    pub(super) seal: Seal,
}

/// The newest versions that were seen, in two generations.
///
/// When the younger generation is full, it becomes the older one, and the older one is dropped. An entry that is used
/// is moved to the younger generation.
#[derive(Default)]
pub(super) struct KnownHeads {
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: HashMap<DocumentId, KnownHead>,
    old: HashMap<DocumentId, KnownHead>,
    /// The bytes of the younger generation, with those of entries that were replaced.
    bytes: usize,
}

impl KnownHeads {
    /// Returns the version of a document that was seen last.
    pub(super) fn get(&self, id: &DocumentId) -> Option<KnownHead> {
        let mut generations = self.lock();
        if let Some(known) = generations.young.get(id) {
            return Some(known.clone());
        }
        let known = generations.old.remove(id)?;
        generations.insert(id.clone(), known.clone());
        Some(known)
    }

    /// Keeps a version and the checksum of its row, in the place of the version that was seen before.
    pub(super) fn insert(&self, id: &DocumentId, head: &Arc<Head>, seal: Seal) {
        let is_long = head.stored().document.as_ref().is_some_and(|document| document.text_bytes() > MAX_TEXT_BYTES);
        let head = if is_long { Arc::new(head.without_text()) } else { Arc::clone(head) };
        self.lock().insert(id.clone(), KnownHead { head, seal });
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        // No code panics while it holds the lock.
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn insert(&mut self, id: DocumentId, known: KnownHead) {
        self.bytes += ENTRY_OVERHEAD_BYTES + known.head.bytes();
        self.old.remove(&id);
        self.young.insert(id, known);
        if self.bytes > CAPACITY_BYTES {
            self.old = mem::take(&mut self.young);
            self.bytes = 0;
        }
    }
}
