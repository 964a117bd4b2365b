//! The contents of documents as texts of a merge, which share the documents' memory.
//!
//! A merge compares three texts, and the documents that they are from are kept for as long as the merge is open. With a
//! copy of each, a merge of a long text would take twice the memory.

use std::sync::Arc;

use contract::{Document, Snapshot};
use merge::LineText;

struct ContentOf(Arc<Document>);

struct ContentOfVersion(Arc<Snapshot>);

impl AsRef<[u8]> for ContentOf {
    fn as_ref(&self) -> &[u8] {
        self.0.content.as_bytes()
    }
}

impl AsRef<[u8]> for ContentOfVersion {
    fn as_ref(&self) -> &[u8] {
        self.0.document.content.as_bytes()
    }
}

/// Returns the content of a document, divided into lines.
pub(super) fn content_of(document: &Arc<Document>) -> LineText {
    LineText::of_owner(ContentOf(Arc::clone(document)))
}

/// Returns the content of a version, divided into lines.
pub(super) fn content_of_version(version: &Arc<Snapshot>) -> LineText {
    LineText::of_owner(ContentOfVersion(Arc::clone(version)))
}
