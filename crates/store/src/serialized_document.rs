//! A document together with its JSON, which is sent, hashed and counted.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use contract::{Document, DocumentId};
use precondition::EntityTag;

use crate::etag_chain::{self, StateHash};

/// A document, its representation in JSON, and the hashes of that. Clones share them all.
///
/// Serializing and hashing a document takes longer than evaluating the conditions of its write. So both are done at
/// most once, and only when they are needed: many writes are refused before. The store does both before a write is
/// queued, because they depend on the request alone and should not take the time of the one writer.
#[derive(Clone)]
pub struct SerializedDocument(Arc<Parts>);

struct Parts {
    document: Document,
    representation: OnceLock<Representation>,
    /// The hash in the tag that the next version will have if it follows the version that its writer names.
    link: OnceLock<ChainLink>,
}

struct Representation {
    json: Bytes,
    hash: StateHash,
}

/// The hash in a tag, and what it depends on besides the document.
struct ChainLink {
    id: DocumentId,
    before: EntityTag,
    hash: u32,
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

    /// Computes the hash in the tag of a version with this document that follows the version with this tag.
    ///
    /// Nothing depends on whether the version will follow that one, or another.
    pub(crate) fn prepare_tag(&self, id: &DocumentId, before: &EntityTag) {
        self.0.link.get_or_init(|| {
            let hash = etag_chain::chain_hash(id, Some(before), self.json());
            ChainLink { id: id.clone(), before: before.clone(), hash }
        });
    }

    /// Returns the hash in the tag of a version with this document.
    pub(crate) fn chain_hash(&self, id: &DocumentId, before: Option<&EntityTag>) -> u32 {
        match self.0.link.get() {
            Some(link) if link.id == *id && Some(&link.before) == before => link.hash,
            _ => etag_chain::chain_hash(id, before, self.json()),
        }
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
        Self(Arc::new(Parts { document, representation: OnceLock::new(), link: OnceLock::new() }))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prepared_tag_is_used_for_the_version_that_it_was_prepared_for() {
        let document = || Document { title: String::new(), content: "text".to_owned(), parent: None };
        let (id, other): (DocumentId, DocumentId) = ("a".parse().unwrap(), "b".parse().unwrap());
        let (named, newer) = (etag_chain::format_tag(1, 7), etag_chain::format_tag(2, 7));
        let prepared = SerializedDocument::from(document());
        prepared.prepare_tag(&id, &named);
        prepared.prepare_tag(&id, &newer);
        for (id, before) in [(&id, Some(&named)), (&id, Some(&newer)), (&id, None), (&other, Some(&named))] {
            let expected = etag_chain::chain_hash(id, before, prepared.json());
            assert_eq!(prepared.chain_hash(id, before), expected);
            assert_eq!(SerializedDocument::from(document()).chain_hash(id, before), expected);
        }
    }
}
