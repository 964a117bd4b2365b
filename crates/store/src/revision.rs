//! Versions as the store keeps them.
//!
//! They are *not* the versions of the wire, which have one entity tag. Which tag that is depends on the policy, so a
//! version of the store can make every kind of tag: see [`VersionStamp::etag`].

use std::sync::Arc;

use contract::event::{DocumentEvent, EventKind};
use contract::version::{DocumentEntry, Version};
use contract::{Author, DocumentId, Timestamp};
use precondition::policy::Etags;
use precondition::{Current, EntityTag, Target};

use crate::etag_chain::{self, StateHash};
use crate::serialized_document::SerializedDocument;

/// The identity of a version: everything that a tag can be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionStamp {
    /// 1 for the first version, and one more with each write, deletes included.
    pub version: u64,
    /// The version's tag in the chain, see [`etag_chain`].
    pub tag: EntityTag,
    /// The hash of the version's state.
    pub hash: StateHash,
    /// The time at which the version was written.
    pub at: Timestamp,
    /// Whether the version is a delete.
    pub deleted: bool,
}

impl VersionStamp {
    /// Returns the stamp of the version that follows `before`, or of the first version.
    #[must_use]
    pub fn next(before: Option<&Self>, id: &DocumentId, state: Option<&SerializedDocument>, at: Timestamp) -> Self {
        let version = before.map_or(1, |stamp| stamp.version + 1);
        let before_tag = before.map(|stamp| &stamp.tag);
        let hash = state.map_or_else(
            || etag_chain::chain_hash(id, before_tag, &[]),
            |document| document.chain_hash(id, before_tag),
        );
        Self {
            version,
            tag: etag_chain::format_tag(version, hash),
            hash: state.map_or_else(|| StateHash::of(None), SerializedDocument::hash),
            at: before.map_or(at, |stamp| stamp.at.max(at)),
            deleted: state.is_none(),
        }
    }

    /// Returns the entity tag of this version, of a kind.
    ///
    /// Only the first kind can be relied upon. The other two are mistakes of real servers: a tag of the content alone
    /// comes back when the content does, and a tag of seconds is the same for two versions within one second.
    #[must_use]
    pub fn etag(&self, kind: Etags) -> EntityTag {
        match kind {
            Etags::Version => self.tag.clone(),
            Etags::Content => etag_chain::ascii_etag(&format!("c-{}", self.hash.short())),
            Etags::Seconds => etag_chain::ascii_etag(&format!("s{}", self.second())),
        }
    }

    /// Returns what the versions with this tag have in common; `None` if the tag is not of the kind.
    ///
    /// That a version has it does not mean that its tag is this one: compare with [`VersionStamp::etag`].
    pub(crate) fn lookup_key(tag: &EntityTag, kind: Etags) -> Option<TagLookup> {
        let text = std::str::from_utf8(tag.opaque()).ok()?;
        match kind {
            Etags::Version => etag_chain::version_of_tag(tag).map(TagLookup::Number),
            Etags::Content => text.strip_prefix("c-").map(|hash| TagLookup::Hash(hash.to_owned())),
            Etags::Seconds => text.strip_prefix('s')?.parse().ok().map(TagLookup::Second),
        }
    }

    fn second(&self) -> u64 {
        self.at.as_millis() / 1000
    }
}

/// The value by which versions are looked up that may have a tag, one for each kind of tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TagLookup {
    /// The number of the version.
    Number(u64),
    /// The first 8 digits of the hash of the state.
    Hash(String),
    /// The second in which it was written.
    Second(u64),
}

/// A version without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The version's identity.
    pub stamp: VersionStamp,
    /// The version before it; `None` for the first.
    pub before: Option<VersionStamp>,
    /// The author of the write.
    pub author: Author,
    /// The tag in the condition of the write; `None` if it named none.
    pub based_on: Option<EntityTag>,
}

impl Revision {
    /// Returns the number of bytes of the texts in it that clients chose.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.author.as_str().len() + self.based_on.as_ref().map_or(0, |tag| tag.opaque().len())
    }

    /// Returns whether the version before was written within the same second.
    ///
    /// Then a date cannot tell the two apart (RFC 9110 section 8.8.2.2). Times never go backwards, so looking at the
    /// version before is enough.
    #[must_use]
    pub fn shares_second(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.second() == self.stamp.second())
    }

    /// Returns the version as it is in the lists of the wire.
    #[must_use]
    pub fn to_version(&self, kind: Etags) -> Version {
        Version {
            version: self.stamp.version,
            etag: self.stamp.etag(kind),
            author: self.author.clone(),
            at: self.stamp.at,
            parent_etag: self.before.as_ref().map(|before| before.etag(kind)),
            based_on: self.based_on.clone(),
            deleted: self.stamp.deleted,
        }
    }
}

/// One version, with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    /// The version without its text.
    pub revision: Arc<Revision>,
    /// The version's text; `None` if the version is a delete, or if its text has been removed.
    pub document: Option<SerializedDocument>,
}

impl StoredVersion {
    /// Returns the entity tag of the version, of a kind.
    #[must_use]
    pub fn etag(&self, kind: Etags) -> EntityTag {
        self.revision.stamp.etag(kind)
    }

    /// Returns whether the version had a text that was removed to save space.
    #[must_use]
    pub fn is_text_removed(&self) -> bool {
        self.document.is_none() && !self.revision.stamp.deleted
    }

    /// Returns what a judgement needs of this version while it is the current one.
    #[must_use]
    pub fn as_current(&self, kind: Etags) -> Current {
        Current {
            etag: self.etag(kind),
            version: self.revision.stamp.version,
            last_modified: self.revision.stamp.at.to_http_date(),
            shares_second: self.revision.shares_second(),
        }
    }
}

/// The state of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentState {
    /// The document never existed.
    NeverExisted,
    /// The document was deleted. This version is the delete.
    Deleted(Arc<StoredVersion>),
    /// The document exists. This is its current version.
    Exists(Arc<StoredVersion>),
}

impl DocumentState {
    /// Returns the current version, or `None` if the document does not exist.
    #[must_use]
    pub fn current(&self) -> Option<&Arc<StoredVersion>> {
        if let Self::Exists(stored) = self { Some(stored) } else { None }
    }

    /// Returns the newest version, which may be a delete, or `None` if the document never existed.
    #[must_use]
    pub fn newest(&self) -> Option<&Arc<StoredVersion>> {
        match self {
            Self::NeverExisted => None,
            Self::Deleted(stored) | Self::Exists(stored) => Some(stored),
        }
    }

    /// Returns the state as the target of a judgement.
    #[must_use]
    pub fn as_target(&self, kind: Etags) -> Target {
        match self {
            Self::NeverExisted => Target::NeverExisted,
            Self::Deleted(_) => Target::Deleted,
            Self::Exists(stored) => Target::Exists(stored.as_current(kind)),
        }
    }
}

impl From<Option<Arc<StoredVersion>>> for DocumentState {
    /// Returns the state of a document by its newest version.
    fn from(newest: Option<Arc<StoredVersion>>) -> Self {
        match newest {
            None => Self::NeverExisted,
            Some(stored) if stored.revision.stamp.deleted => Self::Deleted(stored),
            Some(stored) => Self::Exists(stored),
        }
    }
}

/// A document in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSummary {
    /// The document's id.
    pub id: DocumentId,
    /// The document's title.
    pub title: String,
    /// The parent, if it has one.
    pub parent: Option<DocumentId>,
    /// The document's current version.
    pub revision: Revision,
}

impl DocumentSummary {
    /// Returns the number of bytes of the texts in it that clients chose.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.title.len() + self.revision.bytes()
    }

    /// Returns the document as it is in the lists of the wire.
    #[must_use]
    pub fn to_entry(&self, kind: Etags) -> DocumentEntry {
        DocumentEntry {
            id: self.id.clone(),
            title: self.title.clone(),
            etag: self.revision.stamp.etag(kind),
            author: self.revision.author.clone(),
            updated_at: self.revision.stamp.at,
            parent: self.parent.clone(),
        }
    }
}

/// An event of a document. Each version is one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreEvent {
    /// The event's number in the sequence of the store, which increases in the order of the writes.
    pub sequence: u64,
    /// The document.
    pub id: DocumentId,
    /// The version that was made.
    pub revision: Arc<Revision>,
}

impl StoreEvent {
    /// Returns what happened.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        let was_there = self.revision.before.as_ref().is_some_and(|before| !before.deleted);
        match (self.revision.stamp.deleted, was_there) {
            (true, _) => EventKind::Deleted,
            (false, true) => EventKind::Changed,
            (false, false) => EventKind::Created,
        }
    }

    /// Returns the event as it is on the wire.
    #[must_use]
    pub fn to_event(&self, kind: Etags) -> DocumentEvent {
        DocumentEvent {
            id: self.id.clone(),
            etag: self.revision.stamp.etag(kind),
            author: self.revision.author.clone(),
            at: self.revision.stamp.at,
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items on it.
    pub items: Vec<T>,
    /// Whether there are more items after it.
    pub more: bool,
}

impl<T> Page<T> {
    /// Fills a page with items in their order: at most `limit`, with at most so many `bytes` together.
    ///
    /// The first item is always on the page. Items after the first one that does not fit are not taken.
    ///
    /// # Errors
    ///
    /// The first error among the items that are taken.
    pub fn fill<E>(
        items: impl IntoIterator<Item = Result<T, E>>,
        limit: usize,
        bytes: usize,
        size: impl Fn(&T) -> usize,
    ) -> Result<Self, E> {
        let (mut page, mut taken) = (Vec::new(), 0_usize);
        for item in items {
            let item = item?;
            taken = taken.saturating_add(size(&item));
            if page.len() == limit || (taken > bytes && !page.is_empty()) {
                return Ok(Self { items: page, more: true });
            }
            page.push(item);
        }
        Ok(Self { items: page, more: false })
    }
}
