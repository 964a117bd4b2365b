//! A version of a document that the server is known to have, as an editor keeps it.
//!
//! A [`Snapshot`] is what a response carries: its text is one string. An editor keeps the version that its text started
//! from for as long as it runs, and most of the two texts is the same. So here the text is a rope, and a version that
//! was read or saved shares all of its pieces with the text of the user.

use contract::{Author, EntityTag, Snapshot, Timestamp};
use serde::{Deserialize, Serialize};

use crate::working_copy::WorkingCopy;

/// A version of a document: its text together with its tag, cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownVersion {
    /// The version's tag.
    pub etag: EntityTag,
    /// The version's author, if a response named one.
    pub author: Option<Author>,
    /// When the version was written, to the second, if a response said so.
    pub at: Option<Timestamp>,
    /// The text.
    pub document: WorkingCopy,
}

impl KnownVersion {
    /// Returns the version with its text as one string. The whole text is copied.
    #[must_use]
    pub fn to_snapshot(&self) -> Snapshot {
        let Self { etag, author, at, document } = self;
        Snapshot { etag: etag.clone(), author: author.clone(), at: *at, document: document.to_document() }
    }
}

impl From<Snapshot> for KnownVersion {
    fn from(snapshot: Snapshot) -> Self {
        let Snapshot { etag, author, at, document } = snapshot;
        Self { etag, author, at, document: document.into() }
    }
}

impl From<&Snapshot> for KnownVersion {
    fn from(snapshot: &Snapshot) -> Self {
        let Snapshot { etag, author, at, document } = snapshot;
        Self { etag: etag.clone(), author: author.clone(), at: *at, document: document.into() }
    }
}
