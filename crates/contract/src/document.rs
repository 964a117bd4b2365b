//! The document, and its name.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::NameError;

/// The most bytes of UTF-8 that a title may have. A server refuses a longer one; what an older server kept may be
/// longer.
pub const MAX_TITLE_BYTES: usize = 1024;

/// What is read is what is written: the representation holds only what a client may set.
///
/// Everything *about* a version (its tag, its time, its author) stands in fields of the message, never in here. An
/// unknown member is refused by name rather than dropped in silence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The title, any text of at most 1,024 bytes of UTF-8.
    pub title: String,
    /// The text, exactly as it was sent: line ends, the missing last newline, every Unicode scalar value.
    pub content: String,
    /// The document that this one belongs under, left out where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<DocumentId>,
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
    fn a_document_without_parent_has_no_such_member() {
        let json = r#"{"title":"Draft","content":"a\r\nb"}"#;
        let document: Document = serde_json::from_str(json).unwrap();
        assert_eq!(document.content, "a\r\nb");
        assert_eq!(serde_json::to_string(&document).unwrap(), json);
        let error = serde_json::from_str::<Document>(r#"{"title":"","content":"","etag":"x"}"#).unwrap_err();
        assert!(error.to_string().contains("unknown field `etag`"), "{error}");
    }
}
