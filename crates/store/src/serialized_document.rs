//! A document together with its JSON, which is sent, hashed and counted.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use contract::Document;

use crate::etag_chain::{self, StateHash};

/// A document, its representation in JSON, and the hash of that. Clones share all three.
///
/// Serializing and hashing a document takes longer than evaluating the conditions of its write. Both depend on the
/// document alone, so they are done once and before the write is queued, and not by the one writer.
#[derive(Clone)]
pub struct SerializedDocument(Arc<Parts>);

struct Parts {
    document: Document,
    json: Bytes,
    hash: StateHash,
}

impl SerializedDocument {
    /// Returns the body of a GET of the document: the bytes that [`etag_chain`] hashes.
    #[must_use]
    pub fn json(&self) -> &Bytes {
        &self.0.json
    }

    /// Returns the hash of [`json`](Self::json).
    #[must_use]
    pub fn hash(&self) -> StateHash {
        self.0.hash
    }

    /// Returns the bytes of the title and the content together.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        self.title.len() + self.content.len()
    }
}

impl From<Document> for SerializedDocument {
    fn from(document: Document) -> Self {
        let json = etag_chain::state_bytes(Some(&document));
        Self(Arc::new(Parts { hash: StateHash::of_bytes(&json), json: json.into(), document }))
    }
}

impl Deref for SerializedDocument {
    type Target = Document;

    fn deref(&self) -> &Document {
        &self.0.document
    }
}

impl PartialEq for SerializedDocument {
    fn eq(&self, other: &Self) -> bool {
        self.0.document == other.0.document
    }
}

impl Eq for SerializedDocument {}

impl fmt::Debug for SerializedDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.document.fmt(f)
    }
}
