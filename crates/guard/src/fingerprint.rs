//! The identity of a representation: equal fingerprints are the same representation.
//!
//! A body that fits into memory is hashed, together with the fields that say how to read it. A longer one is identified
//! by the server's own entity tag, if that is strong, and then it is not kept in memory. The hash is the better
//! evidence: many servers make 'strong' tags of a size and a time in seconds, and give two versions the same one.

use std::fmt::Write as _;

use precondition::EntityTag;
use sha2::{Digest, Sha256};

/// The identity of a representation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    hash: [u8; 32],
    is_of_content: bool,
}

impl Fingerprint {
    /// How many bytes of the hash are in a tag.
    pub(crate) const SHORT_BYTES: usize = 6;

    /// Returns the fingerprint of a whole representation: the fields that describe its body, and the body.
    ///
    /// Each field is preceded by its length, so that two lists of fields are never the same bytes.
    pub(crate) fn of_content(fields: &[&[u8]], body: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(fields.len().to_le_bytes());
        for field in fields {
            hash.update(field.len().to_le_bytes());
            hash.update(field);
        }
        hash.update(body);
        Self { hash: hash.finalize().into(), is_of_content: true }
    }

    /// Returns the fingerprint of a representation that is too long to be hashed.
    ///
    /// It is that of the server's strong tag for it.
    pub(crate) fn of_tag(tag: &EntityTag) -> Self {
        Self { hash: Sha256::digest(tag.to_bytes()).into(), is_of_content: false }
    }

    /// Returns whether equal fingerprints are equal bytes, and not only equal tags of the server.
    pub(crate) fn is_of_content(&self) -> bool {
        self.is_of_content
    }

    /// Returns the first bytes of the hash in hexadecimal digits, for a tag.
    pub(crate) fn short(&self) -> String {
        let mut text = String::with_capacity(2 * Self::SHORT_BYTES);
        for byte in &self.hash[..Self::SHORT_BYTES] {
            // Writing to a String never fails.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_is_not_confused_with_its_neighbour() {
        let of = |fields: &[&[u8]]| Fingerprint::of_content(fields, b"body");
        assert_ne!(of(&[b"ab", b""]), of(&[b"a", b"b"]));
        assert_ne!(of(&[b"ab"]), Fingerprint::of_content(&[], b"abbody"));
        assert_eq!(of(&[b"ab"]), of(&[b"ab"]));
    }

    #[test]
    fn tag_and_content_are_different_evidence() {
        let tag = Fingerprint::of_tag(&"\"a\"".parse().unwrap());
        assert!(!tag.is_of_content());
        assert_ne!(tag, Fingerprint::of_content(&[], b"\"a\""));
        assert_ne!(tag, Fingerprint::of_tag(&"\"b\"".parse().unwrap()));
        assert_eq!(tag.short().len(), 12);
    }
}
