//! Versions of a document, and the lists of versions and documents.

use precondition::EntityTag;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Author, Document, DocumentId, Timestamp};

/// The metadata of one version, without its text.
///
/// `parent_etag` is the previous version; `based_on` is the version that the writer named in the precondition. If the
/// two differ, an update was lost: the writer replaced a version that they had not seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// The number: 1 for the first version, increased by one with each write, deletes included.
    pub version: u64,
    /// The version's entity tag.
    pub etag: EntityTag,
    /// The version's author.
    pub author: Author,
    /// When the version was written.
    pub at: Timestamp,
    /// The tag of the previous version; null for the first.
    pub parent_etag: Option<EntityTag>,
    /// The tag that the writer named; null if they named none.
    pub based_on: Option<EntityTag>,
    /// Whether this version is a delete.
    pub deleted: bool,
}

/// Versions of one document, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionList {
    /// The versions of this page.
    pub versions: Vec<Version>,
    /// The value of `before` for the next page; null on the last page.
    pub next: Option<u64>,
}

/// A document in the list of documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentEntry {
    /// The document's id.
    pub id: DocumentId,
    /// The document's title.
    pub title: String,
    /// The tag of the current version.
    pub etag: EntityTag,
    /// The author of the current version.
    pub author: Author,
    /// When the current version was written.
    pub updated_at: Timestamp,
    /// The id of the parent document, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<DocumentId>,
}

/// Documents, ordered by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentList {
    /// The documents of this page.
    pub documents: Vec<DocumentEntry>,
    /// The value of `after` for the next page; null on the last page.
    pub next: Option<DocumentId>,
}

/// A version of a document as a client read it: the text together with its tag.
///
/// The two belong together: a tag without its text can satisfy a precondition, but protects nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The version's tag.
    pub etag: EntityTag,
    /// The version's author, if the response named one.
    pub author: Option<Author>,
    /// When the version was written, to the second, if the response said so.
    pub at: Option<Timestamp>,
    /// The text.
    pub document: Document,
}
