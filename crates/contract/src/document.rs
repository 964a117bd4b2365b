//! The document and its id.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::NameError;

/// The maximum length of a title, in bytes of UTF-8.
///
/// A server refuses longer ones; older stores may contain some.
pub const MAX_TITLE_BYTES: usize = 1024;

/// A document: exactly what a client may set, so a client reads what it has written.
///
/// Everything *about* a version (its tag, its time, its author) is in header fields, never in the document. An unknown
/// member is refused by name, not silently dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The title: any text of at most 1,024 bytes of UTF-8.
    pub title: String,
    /// The text, exactly as it was sent: line endings, a missing final newline, every Unicode scalar value.
    pub content: String,
    /// The id of the parent document; omitted if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<DocumentId>,
}

/// The id of a document: 1 to 64 characters from `a-z 0-9 . _ -`, beginning with a letter or digit.
///
/// # Examples
///
/// ```
/// use contract::DocumentId;
///
/// let id: DocumentId = "welcome".parse()?;
/// assert_eq!(id.path(), "/api/documents/welcome");
/// assert!("Welcome".parse::<DocumentId>().is_err());
/// # Ok::<(), contract::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[a-z0-9][a-z0-9._-]{0,63}$"))]
pub struct DocumentId(String);

impl DocumentId {
    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the document's path on every server: `/api/documents/{id}`.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_http_contract() {
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
    fn document_without_a_parent_has_no_such_member() {
        let json = r#"{"title":"Draft","content":"a\r\nb"}"#;
        let document: Document = serde_json::from_str(json).unwrap();
        assert_eq!(document.content, "a\r\nb");
        assert_eq!(serde_json::to_string(&document).unwrap(), json);
        let error = serde_json::from_str::<Document>(r#"{"title":"","content":"","etag":"x"}"#).unwrap_err();
        assert!(error.to_string().contains("unknown field `etag`"), "{error}");
    }
}
