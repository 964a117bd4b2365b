//! The document, its name, and the name of whoever writes it.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What is read is what is written: the representation holds only what a client may set.
///
/// Everything *about* a version (its tag, its time, its author) stands in fields of the message, never in here. An
/// unknown member is refused by name rather than dropped in silence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The title, any text.
    pub title: String,
    /// The text, exactly as it was sent: line ends, the missing last newline, every Unicode scalar value.
    pub content: String,
    /// The document that this one belongs under, left out where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<DocumentId>,
}

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameError {
    /// A document's id is 1 to 64 of `a-z 0-9 . _ -`, and begins with a letter or digit.
    #[error("an id is 1 to 64 of a-z 0-9 . _ -, and begins with a letter or digit")]
    Id,
    /// An author's name is 1 to 64 visible characters.
    #[error("a name is 1 to 64 visible characters")]
    Author,
}

/// The name of a document: 1 to 64 of `a-z 0-9 . _ -`, beginning with a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[a-z0-9][a-z0-9._-]{0,63}$"))]
pub struct DocumentId(String);

impl DocumentId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the document stands on every server: `/api/documents/{id}`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/api/documents/{}", self.0)
    }
}

impl TryFrom<String> for DocumentId {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
        let first = text.bytes().next().ok_or(NameError::Id)?;
        let begins_well = first.is_ascii_lowercase() || first.is_ascii_digit();
        if begins_well && text.len() <= 64 && text.bytes().all(legal) { Ok(Self(text)) } else { Err(NameError::Id) }
    }
}

impl FromStr for DocumentId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::try_from(text.to_owned())
    }
}

impl From<DocumentId> for String {
    fn from(id: DocumentId) -> Self {
        id.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who writes: 1 to 64 visible characters.
///
/// In a field of a message it is percent-encoded UTF-8, because a field value is not a place for anything but ASCII.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("minLength" = 1, "maxLength" = 64))]
pub struct Author(String);

/// What is percent-encoded in `Ifmatch-Author`: all but visible ASCII, and `%` itself.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'%');

impl Author {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of an `Ifmatch-Author` field.
    #[must_use]
    pub fn to_field(&self) -> String {
        utf8_percent_encode(&self.0, ENCODED).to_string()
    }

    /// Reads the value of an `Ifmatch-Author` field.
    ///
    /// Only what is encoded as it should be is read: guessing what a broken escape was meant to be, or in which charset
    /// a byte was sent, would put a name into the history that nobody has. A bare space is clear enough.
    pub fn from_field(value: &[u8]) -> Result<Self, NameError> {
        if !value.is_ascii() || !has_whole_escapes(value) {
            return Err(NameError::Author);
        }
        let text = percent_decode(value).decode_utf8().map_err(|_| NameError::Author)?;
        Self::try_from(text.into_owned())
    }
}

/// Whether two hex digits follow each percent sign (RFC 3986 section 2.1).
fn has_whole_escapes(value: &[u8]) -> bool {
    let mut after_signs = value.split(|&byte| byte == b'%').skip(1);
    after_signs.all(|after| after.get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

/// A character that a person can see: no control, and none of the characters that are there only to be invisible or
/// to turn the direction of what follows.
fn is_visible(c: char) -> bool {
    let invisible = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    !c.is_control() && !invisible
}

impl TryFrom<String> for Author {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        let counted = (1..=64).contains(&text.chars().count());
        let seen = text.chars().all(is_visible) && text.chars().any(|c| !c.is_whitespace());
        if counted && seen { Ok(Self(text)) } else { Err(NameError::Author) }
    }
}

impl FromStr for Author {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::try_from(text.to_owned())
    }
}

impl From<Author> for String {
    fn from(author: Author) -> Self {
        author.0
    }
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_what_the_contract_says() {
        let longest = "a".repeat(64);
        for good in ["a", "7", "welcome", "a.b_c-d", &longest] {
            assert_eq!(good.parse::<DocumentId>().unwrap().as_str(), good);
        }
        let too_long = "a".repeat(65);
        for bad in ["", ".a", "-a", "_a", "A", "a b", "a/b", "ä", "a%", &too_long] {
            assert_eq!(bad.parse::<DocumentId>(), Err(NameError::Id), "{bad}");
        }
    }

    #[test]
    fn authors_travel_as_percent_encoded_utf_8() {
        let author: Author = "Zoë 100%".parse().unwrap();
        assert_eq!(author.to_field(), "Zo%C3%AB%20100%25");
        assert_eq!(Author::from_field(author.to_field().as_bytes()), Ok(author));
        assert_eq!(Author::from_field(b"bob").unwrap().as_str(), "bob");
        assert_eq!(Author::from_field(b"Zoe Q").unwrap().as_str(), "Zoe Q");
        let unencoded = [&b"%"[..], b"J%ZZ", b"J%4", b"J%C3%A", b"%%41", b"%+4", "Zoë".as_bytes(), b"caf\xe9"];
        for bad in [&b""[..], b"%1b[31m", b"%FF", b"%E2%80%AEevil", b"%20"].into_iter().chain(unencoded) {
            assert_eq!(Author::from_field(bad), Err(NameError::Author), "{bad:?}");
        }
    }

    #[test]
    fn a_document_without_parent_has_no_such_member() {
        let json = r#"{"title":"Draft","content":"a\r\nb"}"#;
        let document: Document = serde_json::from_str(json).unwrap();
        assert_eq!(document.content, "a\r\nb");
        assert_eq!(serde_json::to_string(&document).unwrap(), json);
        let error = serde_json::from_str::<Document>(r#"{"title":"","content":"","etag":"x"}"#).unwrap_err();
        assert!(error.to_string().contains("unknown field `etag`"), "{error}");
    }
}
