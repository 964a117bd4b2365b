//! Versions of a document, and the lists of them.

use precondition::EntityTag;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Author, Document, DocumentId, Timestamp};

/// What is known about one version, its text aside.
///
/// `parent_etag` is the version before; `based_on` is the one that the writer named in its precondition. Where the two
/// differ, an update was lost: somebody replaced a version that they had not seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// 1 for the first version, and one more with each write, deletes included.
    pub version: u64,
    /// The version's entity tag.
    pub etag: EntityTag,
    /// Who wrote it.
    pub author: Author,
    /// When it was written.
    pub at: Timestamp,
    /// The tag of the version before it, none for the first.
    pub parent_etag: Option<EntityTag>,
    /// The tag that the writer named, none where it named none.
    pub based_on: Option<EntityTag>,
    /// Whether this version is a delete.
    pub deleted: bool,
}

/// Versions of one document, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionList {
    /// One page of them.
    pub versions: Vec<Version>,
    /// What to ask for with `before` to read on; none where this was the last page.
    pub next: Option<u64>,
}

/// A document in the list of documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentEntry {
    /// Its name.
    pub id: DocumentId,
    /// Its title.
    pub title: String,
    /// The tag of its current version.
    pub etag: EntityTag,
    /// Who wrote that version.
    pub author: Author,
    /// When that version was written.
    pub updated_at: Timestamp,
    /// The document that it belongs under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<DocumentId>,
}

/// Documents, ordered by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentList {
    /// One page of them.
    pub documents: Vec<DocumentEntry>,
    /// What to ask for with `after` to read on; none where this was the last page.
    pub next: Option<DocumentId>,
}

/// A version of a document as somebody read it: the text together with its tag.
///
/// The two belong together: a tag without the text it names can satisfy a precondition, and protects nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The version's tag.
    pub etag: EntityTag,
    /// Who wrote it, where the answer said so.
    pub author: Option<Author>,
    /// When it was written, to the second, where the answer said so.
    pub at: Option<Timestamp>,
    /// The text.
    pub document: Document,
}
