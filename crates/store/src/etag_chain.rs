//! Entity tags as a chain that can be verified.
//!
//! The tag of a version is `"v{number}-{hash}"`. The hash is the first 8 hex digits of SHA-256 over these bytes:
//!
//! ```text
//! the document's id            welcome
//! a line feed
//! the tag of the version       "v4-1b0c52d7"     (nothing for the first version)
//! before, as it is sent
//! a line feed
//! the state                    {"title":"…","content":"…"}     (nothing for a delete)
//! ```
//!
//! The state is the body of a GET of that version, byte for byte: JSON without white space, members in the order
//! `title`, `content`, `parent`; without a parent, the last member is left out. So the chain can be recomputed in a
//! shell:
//!
//! ```sh
//! { printf 'welcome\n"v4-1b0c52d7"\n'; curl -s "$SERVER/api/documents/welcome/versions/5"; } | sha256sum | cut -c1-8
//! ```
//!
//! A hash of the state alone would not do: a text that comes back (A, then B, then A again) would have its old tag, and
//! a write based on the first A would pass. The number alone would not do either: after a restore from a backup, the
//! same number would name another text.

use std::fmt;
use std::str::FromStr;

use contract::{Document, DocumentId};
use precondition::EntityTag;
use sha2::{Digest, Sha256};

/// SHA-256 over a state: the bytes of the document as JSON, or no bytes at all for a delete.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StateHash([u8; 32]);

impl StateHash {
    /// Returns the hash of a document, or of a delete.
    #[must_use]
    pub fn of(state: Option<&Document>) -> Self {
        Self::of_bytes(&state_bytes(state))
    }

    /// Like `of`, for an already serialized state.
    pub(crate) fn of_bytes(state: &[u8]) -> Self {
        Self(Sha256::digest(state).into())
    }

    /// Returns the first 8 hex digits, which are enough to tell the versions of one document apart by eye.
    #[must_use]
    pub fn short(&self) -> String {
        hex(&self.0[..4])
    }
}

impl fmt::Display for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The error for a text that is not 64 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 hex digits")]
pub struct ParseHashError;

impl FromStr for StateHash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Self, ParseHashError> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(ParseHashError);
        }
        let mut bytes = [0; 32];
        for (byte, position) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[position..position + 2], 16).map_err(|_| ParseHashError)?;
        }
        Ok(Self(bytes))
    }
}

/// Returns the representation of a document, as it is sent and hashed. A delete has no bytes.
#[must_use]
pub fn state_bytes(state: Option<&Document>) -> Vec<u8> {
    state.map(contract::json::document).unwrap_or_default()
}

/// Returns the tag of the version `number`, which follows the version with the tag `before`.
#[must_use]
pub fn version_tag(id: &DocumentId, number: u64, before: Option<&EntityTag>, state: Option<&Document>) -> EntityTag {
    format_tag(number, chain_hash(id, before, &state_bytes(state)))
}

/// Returns the first four bytes of the hash that is in the tag of a version.
pub(crate) fn chain_hash(id: &DocumentId, before: Option<&EntityTag>, state: &[u8]) -> u32 {
    let mut hash = Sha256::new();
    hash.update(id.as_str());
    hash.update(b"\n");
    hash.update(before.map_or_else(Vec::new, EntityTag::to_bytes));
    hash.update(b"\n");
    hash.update(state);
    let hash = hash.finalize();
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

/// Returns the tag with this number and these first four bytes of the hash.
pub(crate) fn format_tag(number: u64, hash: u32) -> EntityTag {
    ascii_etag(&format!("v{number}-{hash:08x}"))
}

/// Returns the hash in a tag of our own form, or `None` if it has another form.
pub(crate) fn hash_of_tag(tag: &EntityTag) -> Option<u32> {
    let (_, hash) = std::str::from_utf8(tag.opaque()).ok()?.split_once('-')?;
    u32::from_str_radix(hash, 16).ok()
}

/// Returns the number in a tag of our own form, or `None` if it has another form.
///
/// A number does not mean that the tag was ever issued: the store compares the whole tag.
#[must_use]
pub fn version_of_tag(tag: &EntityTag) -> Option<u64> {
    let text = std::str::from_utf8(tag.opaque()).ok()?;
    let (number, _) = text.strip_prefix('v')?.split_once('-')?;
    number.parse().ok()
}

/// Returns a tag of letters, digits and dashes.
pub(crate) fn ascii_etag(opaque: &str) -> EntityTag {
    EntityTag::strong(opaque).expect("letters, digits and dashes are legal in a tag")
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(content: &str) -> Document {
        Document { title: "Draft".into(), content: content.into(), parent: None }
    }

    #[test]
    fn a_tag_is_what_the_shell_computes() {
        let id: DocumentId = "welcome".parse().unwrap();
        // printf 'welcome\n\n{"title":"Draft","content":"one"}' | sha256sum
        let first = version_tag(&id, 1, None, Some(&document("one")));
        assert_eq!(first.to_string(), FIRST);
        // printf 'welcome\n%s\n' "$FIRST" | sha256sum
        let delete = version_tag(&id, 2, Some(&first), None);
        assert_eq!(delete.to_string(), DELETE);
    }

    const FIRST: &str = "\"v1-f68bb7af\"";
    const DELETE: &str = "\"v2-c981d824\"";

    #[test]
    fn the_same_state_after_another_has_another_tag() {
        let id: DocumentId = "a".parse().unwrap();
        let first = version_tag(&id, 1, None, Some(&document("A")));
        let second = version_tag(&id, 2, Some(&first), Some(&document("B")));
        let third = version_tag(&id, 3, Some(&second), Some(&document("A")));
        assert_ne!(first.opaque()[3..], third.opaque()[3..]);
    }

    #[test]
    fn a_hash_is_read_back() {
        let hash = StateHash::of(Some(&document("x")));
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(hash.short(), hash.to_string()[..8]);
        let too_long = format!("{hash}0");
        for bad in ["", "zz", &too_long, &"é".repeat(32)] {
            assert_eq!(bad.parse::<StateHash>(), Err(ParseHashError), "{bad}");
        }
    }

    #[test]
    fn the_number_is_read_from_our_own_form_only() {
        let number = |opaque: &str| version_of_tag(&EntityTag::strong(opaque).unwrap());
        assert_eq!(number("v12-d4f8c2a1"), Some(12));
        for other in ["12", "v12", "x12-d4f8c2a1", "v-d4f8c2a1", "v99999999999999999999-d4f8c2a1", ""] {
            assert_eq!(number(other), None, "{other}");
        }
    }
}
