//! The rules of a check, for any backend: which problems there are, and how a version is verified.
//!
//! The hash of a version covers its text; its tag covers its text, the document's id and the tag of the version before.
//! So if one of these does not fit the other two, it is the damaged one.

use contract::{Document, DocumentId};
use precondition::EntityTag;
use thiserror::Error;

use crate::etag_chain::{self, StateHash};

/// The number of problems from which on missing numbers are not listed.
///
/// A damaged number may be very large.
pub(crate) const MAX_MISSING_LISTED: usize = 10_000;

/// A problem in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreProblem {
    /// The document; `None` if it is about the store as a whole.
    pub document: Option<String>,
    /// The number of the version; `None` if it is about the whole document.
    pub version: Option<i64>,
    /// The flaw.
    pub flaw: StoreFlaw,
}

/// A flaw of a version, a document or the store.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreFlaw {
    /// The text is damaged.
    #[error("its text is damaged: neither its hash nor its tag fits the text")]
    Text,
    /// The hash is damaged.
    #[error("its hash is damaged: the text fits the tag, but not the hash")]
    Hash,
    /// The tag is damaged, or the version is not the one that followed the version before.
    #[error("its tag is {stored}, but its text and the tag of the previous version give {computed}")]
    Tag {
        /// The tag in the store.
        stored: String,
        /// The tag that follows from the text and the version before.
        computed: String,
    },
    /// A column holds a value that the program never writes.
    #[error("its {0} is damaged")]
    Column(&'static str),
    /// The text is gone, and no removal is recorded.
    #[error("its text is missing, although it was not removed to save space")]
    NoText,
    /// A number is missing or out of order.
    #[error("version {0} is missing")]
    Missing(i64),
    /// The events are not in the order of the versions.
    #[error("its place in the event stream is before that of the previous version")]
    Sequence,
    /// The checksum of the row is wrong, and nothing else shows what is damaged.
    #[error("its author, its time or another column is damaged: the checksum of the row is wrong")]
    Seal,
    /// The row of the document does not agree with its newest version.
    #[error("its entry in the list of documents does not fit its newest version")]
    Current,
    /// There are versions of a document that is not in the list of documents.
    #[error("it has versions, but is not in the list of documents")]
    Unlisted,
    /// There is a document without a version.
    #[error("it is in the list of documents, but has no version")]
    NoVersion,
    /// The database as a whole is damaged: SQLite's own check, or the counter of events.
    #[error("the database is damaged: {0}")]
    Database(String),
}

/// The result of a check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CheckSummary {
    /// The number of the schema; 0 for an empty file.
    pub schema: i64,
    /// The documents, deleted ones included.
    pub documents: u64,
    /// The versions.
    pub versions: u64,
    /// The versions whose texts have been removed to save space.
    pub removed: u64,
    /// The problems.
    pub problems: u64,
}

/// The values of a row.
pub(crate) struct CheckedVersion {
    /// The document.
    pub(crate) id: DocumentId,
    /// The tag.
    pub(crate) tag: EntityTag,
    /// The hash of the state.
    pub(crate) hash: StateHash,
    /// The text.
    pub(crate) state: TextState,
}

/// The text of a version.
pub(crate) enum TextState {
    /// The text is there.
    Here(Document),
    /// The version is a delete.
    Deleted,
    /// The text has been removed to save space.
    Removed,
}

impl TextState {
    /// Returns the parent in the text.
    pub(crate) fn parent(self) -> Option<String> {
        if let Self::Here(document) = self { document.parent.map(|parent| parent.to_string()) } else { None }
    }
}

impl CheckedVersion {
    /// Returns the tag that follows from the rest, and what is wrong.
    ///
    /// `tags_before` has the tags that the version before may have had. It is `None` if that version is missing.
    pub(crate) fn judge(
        &self,
        number: i64,
        tags_before: Option<[Option<EntityTag>; 2]>,
        first: bool,
    ) -> (Option<EntityTag>, Option<StoreFlaw>) {
        let number = u64::try_from(number).unwrap_or(0);
        let state = match &self.state {
            TextState::Here(document) => Some(document),
            TextState::Deleted => None,
            // Without the text the tag cannot be computed; the tag of the next version covers it.
            TextState::Removed => {
                let wrong = etag_chain::version_of_tag(&self.tag) != Some(number);
                let computed = format!("another one, of version {number}");
                return (None, wrong.then(|| StoreFlaw::Tag { stored: self.tag.to_string(), computed }));
            }
        };
        let hash_fits = StateHash::of(state) == self.hash;
        let of = |before: Option<&EntityTag>| etag_chain::version_tag(&self.id, number, before, state);
        let possible: Vec<EntityTag> = match tags_before {
            Some(tags) => tags.iter().flatten().map(|before| of(Some(before))).collect(),
            None if first => vec![of(None)],
            None => Vec::new(),
        };
        let tag_fits = possible.contains(&self.tag);
        // Without the version before, only the number in the tag can be compared.
        let unknown = possible.is_empty() && etag_chain::version_of_tag(&self.tag) == Some(number);
        let flaw = match (hash_fits, tag_fits, possible.first()) {
            (true, true, _) => None,
            (true, false, None) if unknown => None,
            (false, true, _) => Some(StoreFlaw::Hash),
            (false, false, _) => Some(StoreFlaw::Text),
            (true, false, computed) => Some(StoreFlaw::Tag {
                stored: self.tag.to_string(),
                computed: computed.map_or_else(|| format!("another one, of version {number}"), EntityTag::to_string),
            }),
        };
        // The next version was made on this tag, unless the tag is what is damaged.
        let computed = matches!(flaw, Some(StoreFlaw::Tag { .. })).then(|| possible.first().cloned()).flatten();
        (computed, flaw)
    }
}
