//! A cache of the validators of very many documents: the tag of the newest version, and its time.
//!
//! A head (`head_cache`) has a text, so memory holds only some thousands of them. Validators take a hundred bytes, so a
//! client that has copies of a hundred thousand documents, and asks for each whether it is still current, is answered
//! from memory. The rules by which validators may be inserted and believed are those of `head_cache`, which is the only
//! user of this cache.

use std::collections::HashMap;
use std::mem;

use contract::{DocumentId, Timestamp};
use precondition::policy::Etags;
use precondition::{Current, Target};

use crate::etag_chain;
use crate::revision::{Revision, StoredVersion};

/// The bytes of a generation, roughly: a hundred thousand documents with short names.
///
/// There are two generations.
const CAPACITY_BYTES: usize = 9 * 1024 * 1024;

/// The bytes of an entry besides the document's name, roughly.
///
/// An entry needs a slot in the map, an eighth of whose slots are always empty, and the allocator's overhead for the
/// name.
const ENTRY_OVERHEAD_BYTES: usize = (size_of::<(DocumentId, Validators)>() + 1) * 8 / 7 + 16;

/// The validators of documents, in two generations.
///
/// When the younger generation is full, it becomes the older one, and the older one is dropped. An entry that is used
/// is moved to the younger generation.
pub(crate) struct ValidatorCache {
    young: HashMap<DocumentId, Validators>,
    old: HashMap<DocumentId, Validators>,
    /// The bytes of the younger generation.
    bytes: usize,
    /// The bytes that a generation may have.
    capacity: usize,
}

/// The part of the newest version of a document that a judgement needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Validators {
    version: u64,
    at: Timestamp,
    /// The hash in the tag.
    hash: u32,
    shares_second: bool,
    deleted: bool,
}

impl Default for ValidatorCache {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), bytes: 0, capacity: CAPACITY_BYTES }
    }
}

impl ValidatorCache {
    /// Inserts the newest version of a document.
    pub(crate) fn put(&mut self, id: &DocumentId, stored: &StoredVersion) {
        match Validators::of(&stored.revision) {
            Some(validators) => self.insert(id, validators),
            None => self.remove(id),
        }
    }

    /// Returns the validators of a document, which stay for at least one more generation.
    pub(crate) fn get(&mut self, id: &DocumentId) -> Option<Validators> {
        if let Some(validators) = self.young.get(id) {
            return Some(*validators);
        }
        let validators = self.old.remove(id)?;
        self.insert(id, validators);
        Some(validators)
    }

    pub(crate) fn remove(&mut self, id: &DocumentId) {
        self.old.remove(id);
        if self.young.remove(id).is_some() {
            self.bytes -= bytes(id);
        }
    }

    fn insert(&mut self, id: &DocumentId, validators: Validators) {
        self.old.remove(id);
        if let Some(young) = self.young.get_mut(id) {
            *young = validators;
            return;
        }
        if self.bytes + bytes(id) > self.capacity {
            self.old = mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += bytes(id);
        self.young.insert(id.clone(), validators);
    }
}

fn bytes(id: &DocumentId) -> usize {
    ENTRY_OVERHEAD_BYTES + id.as_str().len()
}

impl Validators {
    /// Returns the validators of a version, or `None` if its tag does not have the form of our own tags.
    fn of(revision: &Revision) -> Option<Self> {
        let stamp = &revision.stamp;
        let validators = Self {
            version: stamp.version,
            at: stamp.at,
            hash: etag_chain::hash_of_tag(&stamp.tag)?,
            shares_second: revision.shares_second(),
            deleted: stamp.deleted,
        };
        (etag_chain::format_tag(validators.version, validators.hash) == stamp.tag).then_some(validators)
    }

    /// Returns the target of a judgement, or `None` for a kind of tags that needs more than this.
    pub(crate) fn as_target(self, kind: Etags) -> Option<Target> {
        if kind != Etags::Version {
            return None;
        }
        if self.deleted {
            return Some(Target::Deleted);
        }
        Some(Target::Exists(Current {
            etag: etag_chain::format_tag(self.version, self.hash),
            version: self.version,
            last_modified: self.at.to_http_date(),
            shares_second: self.shares_second,
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use contract::Document;

    use super::*;
    use crate::revision::VersionStamp;
    use crate::serialized_document::SerializedDocument;

    fn id(number: usize) -> DocumentId {
        format!("d{number:04}").parse().unwrap()
    }

    /// The version that follows.
    fn version(id: &DocumentId, before: Option<&StoredVersion>, text: Option<&str>, at: u64) -> StoredVersion {
        let document = |text: &str| Document { title: String::new(), content: text.to_owned(), parent: None };
        let state = text.map(|text| SerializedDocument::from(document(text)));
        let before = before.map(|stored| stored.revision.stamp.clone());
        let stamp = VersionStamp::next(before.as_ref(), id, state.as_ref(), Timestamp::from_millis(at));
        StoredVersion {
            revision: Arc::new(Revision { stamp, before, author: "bob".parse().unwrap(), based_on: None }),
            document: state,
        }
    }

    #[test]
    fn validators_are_judged_as_the_version_itself() {
        let (mut validators, id) = (ValidatorCache::default(), id(1));
        let first = version(&id, None, Some("one"), 1000);
        let second = version(&id, Some(&first), Some("two"), 1999);
        let third = version(&id, Some(&second), Some("three"), 2000);
        for stored in [&first, &second, &third] {
            validators.put(&id, stored);
            let target = validators.get(&id).unwrap().as_target(Etags::Version);
            assert_eq!(target, Some(Target::Exists(stored.as_current(Etags::Version))));
            assert_eq!(validators.get(&id).unwrap().as_target(Etags::Content), None);
        }
        validators.put(&id, &version(&id, Some(&third), None, 3000));
        assert_eq!(validators.get(&id).unwrap().as_target(Etags::Version), Some(Target::Deleted));
        validators.remove(&id);
        assert_eq!(validators.get(&id), None);
    }

    #[test]
    fn a_tag_of_another_form_is_not_kept() {
        let (mut validators, id) = (ValidatorCache::default(), id(1));
        let mut stored = version(&id, None, Some("one"), 0);
        validators.put(&id, &stored);
        for opaque in ["v1-0000000A", "v1-", "v2-0000000a", "x", "v01-0000000a"] {
            Arc::make_mut(&mut stored.revision).stamp.tag = etag_chain::ascii_etag(opaque);
            validators.put(&id, &stored);
            assert_eq!(validators.get(&id), None, "{opaque}");
        }
    }

    #[test]
    fn room_is_counted_in_bytes_and_goes_to_what_is_asked_for() {
        let mut validators = ValidatorCache { capacity: 10 * bytes(&id(0)), ..ValidatorCache::default() };
        for number in 0..100 {
            validators.put(&id(number), &version(&id(number), None, Some("one"), 0));
            assert!(validators.get(&id(0)).is_some(), "asked for each time, so it stays");
            assert!(validators.young.len() <= 10 && validators.old.len() <= 10);
            assert_eq!(validators.bytes, validators.young.len() * bytes(&id(0)));
        }
        let known = (0..100).filter(|&number| validators.young.contains_key(&id(number))).count();
        assert!(known + validators.old.len() >= 10, "{known}");
        assert!(validators.get(&id(50)).is_none());
    }
}
