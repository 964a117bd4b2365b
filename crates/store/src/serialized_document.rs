//! A document together with its JSON, which is sent, hashed and counted.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use contract::Document;

use crate::etag_chain::{self, StateHash};

/// A document, its representation in JSON, and the hash of that. Clones share all three.
///
/// Serializing and hashing a document takes longer than evaluating the conditions of its write. So both are done at
/// most once, and only when they are needed: many writes are refused before. The store does both before a write is
/// queued, because they depend on the document alone and should not take the time of the one writer.
#[derive(Clone)]
pub struct SerializedDocument(Arc<Parts>);

struct Parts {
    document: Document,
    representation: OnceLock<Representation>,
}

struct Representation {
    json: Bytes,
    hash: StateHash,
}

impl SerializedDocument {
    /// Returns the body of a GET of the document: the bytes that [`etag_chain`] hashes.
    #[must_use]
    pub fn json(&self) -> &Bytes {
        &self.representation().json
    }

    /// Returns the hash of [`json`](Self::json).
    #[expect(clippy::must_use_candidate, reason = "the hash may be computed now to be needed later")]
    pub fn hash(&self) -> StateHash {
        self.representation().hash
    }

    /// Returns the bytes of the title and the content together.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        self.title.len() + self.content.len()
    }

    fn representation(&self) -> &Representation {
        self.0.representation.get_or_init(|| {
            let json = etag_chain::state_bytes(Some(&self.0.document));
            Representation { hash: StateHash::of_bytes(&json), json: json.into() }
        })
    }
}

impl From<Document> for SerializedDocument {
    fn from(document: Document) -> Self {
        Self(Arc::new(Parts { document, representation: OnceLock::new() }))
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
