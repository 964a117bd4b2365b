//! Of very many documents as much as it takes to say that they have not changed: the tag of the newest version, and its
//! time.
//!
//! A head ([`head_cache`](super::head_cache)) has a text, so memory holds only some thousands of them. An outline takes
//! a hundred bytes, so whoever has copies of a hundred thousand documents and asks for each whether it is still current
//! is told without a look at the disk. What is *not* here is when an outline may be put in or believed: that is argued
//! in `heads`, and is the same for both.

use std::collections::HashMap;
use std::mem;

use contract::{DocumentId, Timestamp};
use precondition::policy::Etags;
use precondition::{Current, Target};

use crate::etag_chain;
use crate::revision::{Revision, StoredVersion};

/// How many bytes a generation takes, more or less: a hundred thousand documents with short names. There are two.
const CAPACITY_BYTES: usize = 9 * 1024 * 1024;

/// What an outline takes besides its name, more or less: its place in the map, of which an eighth is always empty, and
/// what the allocator adds to the name.
const ENTRY_OVERHEAD_BYTES: usize = (size_of::<(DocumentId, Validators)>() + 1) * 8 / 7 + 16;

/// Outlines, as many as there is room for, in two generations: when the younger one is full it becomes the older one,
/// and the one that was older is forgotten. Whatever is asked for is young again.
pub(super) struct ValidatorCache {
    young: HashMap<DocumentId, Validators>,
    old: HashMap<DocumentId, Validators>,
    /// Of the young ones.
    bytes: usize,
    room: usize,
}

/// The newest version of a document, by what it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Validators {
    version: u64,
    at: Timestamp,
    /// Of the chain, as it stands in the tag.
    hash: u32,
    shares_second: bool,
    deleted: bool,
}

impl Default for ValidatorCache {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), bytes: 0, room: CAPACITY_BYTES }
    }
}

impl ValidatorCache {
    /// Puts in the newest version of a document.
    pub(super) fn put(&mut self, id: &DocumentId, stored: &StoredVersion) {
        match Validators::of(&stored.revision) {
            Some(outline) => self.insert(id, outline),
            None => self.remove(id),
        }
    }

    pub(super) fn get(&mut self, id: &DocumentId) -> Option<Validators> {
        if let Some(outline) = self.young.get(id) {
            return Some(*outline);
        }
        let outline = self.old.remove(id)?;
        self.insert(id, outline);
        Some(outline)
    }

    pub(super) fn remove(&mut self, id: &DocumentId) {
        self.old.remove(id);
        if self.young.remove(id).is_some() {
            self.bytes -= bytes(id);
        }
    }

    fn insert(&mut self, id: &DocumentId, outline: Validators) {
        self.old.remove(id);
        if let Some(young) = self.young.get_mut(id) {
            *young = outline;
            return;
        }
        if self.bytes + bytes(id) > self.room {
            self.old = mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += bytes(id);
        self.young.insert(id.clone(), outline);
    }
}

fn bytes(id: &DocumentId) -> usize {
    ENTRY_OVERHEAD_BYTES + id.as_str().len()
}

impl Validators {
    /// None of a version whose tag is not made as tags are made here.
    fn of(revision: &Revision) -> Option<Self> {
        let mark = &revision.stamp;
        let outline = Self {
            version: mark.version,
            at: mark.at,
            hash: etag_chain::hash_of_tag(&mark.tag)?,
            shares_second: revision.shares_second(),
            deleted: mark.deleted,
        };
        (etag_chain::format_tag(outline.version, outline.hash) == mark.tag).then_some(outline)
    }

    /// The same in the words of the judgement. For the other kinds of tags more would have to be known.
    pub(super) fn as_target(self, kind: Etags) -> Option<Target> {
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
    use contract::Document;

    use super::*;
    use crate::revision::VersionStamp;

    fn id(number: usize) -> DocumentId {
        format!("d{number:04}").parse().unwrap()
    }

    /// The version that follows.
    fn version(id: &DocumentId, before: Option<&StoredVersion>, text: Option<&str>, at: u64) -> StoredVersion {
        let state = text.map(|text| Document { title: String::new(), content: text.to_owned(), parent: None });
        let before = before.map(|stored| stored.revision.stamp.clone());
        let mark = VersionStamp::next(before.as_ref(), id, state.as_ref(), Timestamp::from_millis(at));
        StoredVersion {
            revision: Revision { stamp: mark, before, author: "bob".parse().unwrap(), based_on: None },
            document: state,
        }
    }

    #[test]
    fn an_outline_is_judged_as_the_version_itself() {
        let (mut outlines, id) = (ValidatorCache::default(), id(1));
        let first = version(&id, None, Some("one"), 1000);
        let second = version(&id, Some(&first), Some("two"), 1999);
        let third = version(&id, Some(&second), Some("three"), 2000);
        for stored in [&first, &second, &third] {
            outlines.put(&id, stored);
            let target = outlines.get(&id).unwrap().as_target(Etags::Version);
            assert_eq!(target, Some(Target::Exists(stored.as_current(Etags::Version))));
            assert_eq!(outlines.get(&id).unwrap().as_target(Etags::Content), None);
        }
        outlines.put(&id, &version(&id, Some(&third), None, 3000));
        assert_eq!(outlines.get(&id).unwrap().as_target(Etags::Version), Some(Target::Deleted));
        outlines.remove(&id);
        assert_eq!(outlines.get(&id), None);
    }

    #[test]
    fn a_tag_of_another_form_is_not_kept() {
        let (mut outlines, id) = (ValidatorCache::default(), id(1));
        let mut stored = version(&id, None, Some("one"), 0);
        outlines.put(&id, &stored);
        for opaque in ["v1-0000000A", "v1-", "v2-0000000a", "x", "v01-0000000a"] {
            stored.revision.stamp.tag = etag_chain::ascii_etag(opaque);
            outlines.put(&id, &stored);
            assert_eq!(outlines.get(&id), None, "{opaque}");
        }
    }

    #[test]
    fn room_is_counted_in_bytes_and_goes_to_what_is_asked_for() {
        let mut outlines = ValidatorCache { room: 10 * bytes(&id(0)), ..ValidatorCache::default() };
        for number in 0..100 {
            outlines.put(&id(number), &version(&id(number), None, Some("one"), 0));
            assert!(outlines.get(&id(0)).is_some(), "asked for each time, so it stays");
            assert!(outlines.young.len() <= 10 && outlines.old.len() <= 10);
            assert_eq!(outlines.bytes, outlines.young.len() * bytes(&id(0)));
        }
        let known = (0..100).filter(|&number| outlines.young.contains_key(&id(number))).count();
        assert!(known + outlines.old.len() >= 10, "{known}");
        assert!(outlines.get(&id(50)).is_none());
    }
}
