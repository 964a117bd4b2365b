//! Versions as the store keeps them.
//!
//! They are *not* what stands on the wire: there a version has an entity tag, and which one depends on the policy. So
//! what the store hands out can make every kind of tag, and [`VersionStamp::etag`] is the one place where that is done.

use contract::event::{DocumentEvent, EventKind};
use contract::version::{DocumentEntry, Version};
use contract::{Author, Document, DocumentId, Timestamp};
use precondition::policy::Etags;
use precondition::{Current, EntityTag, Target};

use crate::etag_chain::{self, StateHash};

/// What tells one version from the others: everything that a tag can be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionStamp {
    /// 1 for the first version, and one more with each write, deletes included.
    pub version: u64,
    /// Its place in the chain, see [`etag_chain`].
    pub tag: EntityTag,
    /// The hash of its state.
    pub hash: StateHash,
    /// When it was written.
    pub at: Timestamp,
    /// Whether it is a delete.
    pub deleted: bool,
}

impl VersionStamp {
    /// The mark of the version that follows `before`, or of the first one.
    #[must_use]
    pub fn next(before: Option<&Self>, id: &DocumentId, state: Option<&Document>, at: Timestamp) -> Self {
        let version = before.map_or(1, |mark| mark.version + 1);
        let bytes = etag_chain::state_bytes(state);
        Self {
            version,
            tag: etag_chain::version_tag_of_bytes(id, version, before.map(|mark| &mark.tag), &bytes),
            hash: StateHash::of_bytes(&bytes),
            at: before.map_or(at, |mark| mark.at.max(at)),
            deleted: state.is_none(),
        }
    }

    /// The entity tag of this version, of the kind that the policy wants.
    ///
    /// Only the first kind is one that can be relied upon. The other two are mistakes that real servers make: a tag of
    /// the content alone comes back when the content does, and a tag of seconds is the same for two versions within
    /// one.
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

/// What a tag says about the versions that have it: each kind is looked up by one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TagLookup {
    /// The number of the version.
    Number(u64),
    /// The first 8 digits of the hash of the state.
    Hash(String),
    /// The second in which it was written.
    Second(u64),
}

/// What is known about a version, its text aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// What tells it from the others.
    pub stamp: VersionStamp,
    /// The version before it, none for the first.
    pub before: Option<VersionStamp>,
    /// Who wrote it.
    pub author: Author,
    /// The tag that the writer named, none where it named none.
    pub based_on: Option<EntityTag>,
}

impl Revision {
    /// The bytes of the texts in it that clients chose.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.author.as_str().len() + self.based_on.as_ref().map_or(0, |tag| tag.opaque().len())
    }

    /// Whether the version before was written within the same second, so that a date cannot tell the two apart
    /// (RFC 9110 section 8.8.2.2). Times never go backwards, so looking at that one is enough.
    #[must_use]
    pub fn shares_second(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.second() == self.stamp.second())
    }

    /// The version as it stands in lists.
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
    /// What is known about it.
    pub revision: Revision,
    /// Its text; `None` if the version is a delete, or if its text has been removed.
    pub document: Option<Document>,
}

impl StoredVersion {
    /// The entity tag, of the kind that the policy wants.
    #[must_use]
    pub fn etag(&self, kind: Etags) -> EntityTag {
        self.revision.stamp.etag(kind)
    }

    /// Whether the version had a text that has been removed to save space.
    #[must_use]
    pub fn is_text_removed(&self) -> bool {
        self.document.is_none() && !self.revision.stamp.deleted
    }

    /// What a judgement has to know about this version while it is the current one.
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

/// What is there under an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentState {
    /// Nothing, and there never was.
    NeverExisted,
    /// Nothing any more: this version is the delete.
    Deleted(StoredVersion),
    /// A document, and this is its current version.
    Exists(StoredVersion),
}

impl DocumentState {
    /// The current version; none where there is no document.
    #[must_use]
    pub fn current(&self) -> Option<&StoredVersion> {
        if let Self::Exists(stored) = self { Some(stored) } else { None }
    }

    /// The newest version, a delete included.
    #[must_use]
    pub fn newest(&self) -> Option<&StoredVersion> {
        match self {
            Self::NeverExisted => None,
            Self::Deleted(stored) | Self::Exists(stored) => Some(stored),
        }
    }

    /// The same in the words of the judgement.
    #[must_use]
    pub fn as_target(&self, kind: Etags) -> Target {
        match self {
            Self::NeverExisted => Target::NeverExisted,
            Self::Deleted(_) => Target::Deleted,
            Self::Exists(stored) => Target::Exists(stored.as_current(kind)),
        }
    }
}

impl From<Option<StoredVersion>> for DocumentState {
    /// What the newest version of a document says about it.
    fn from(newest: Option<StoredVersion>) -> Self {
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
    /// Its name.
    pub id: DocumentId,
    /// Its title.
    pub title: String,
    /// The document that it belongs under.
    pub parent: Option<DocumentId>,
    /// What is known about its current version.
    pub revision: Revision,
}

impl DocumentSummary {
    /// The bytes of the texts in it that clients chose.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.title.len() + self.revision.bytes()
    }

    /// The document as it stands in lists.
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

/// Something that happened to a document: each version is one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreEvent {
    /// Its place in the store's sequence: it goes up with each event, and the order is that of the writes.
    pub sequence: u64,
    /// Which document.
    pub id: DocumentId,
    /// The version that was made.
    pub revision: Revision,
}

impl StoreEvent {
    /// What happened.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        let was_there = self.revision.before.as_ref().is_some_and(|before| !before.deleted);
        match (self.revision.stamp.deleted, was_there) {
            (true, _) => EventKind::Deleted,
            (false, true) => EventKind::Changed,
            (false, false) => EventKind::Created,
        }
    }

    /// The event as it is told.
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

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Whether there is more after it.
    pub more: bool,
}
