//! A document as its user edits it: cheap to clone, however long the text is.

use std::fmt;

use contract::{Document, DocumentId};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use text::Text;

/// A document as its user edits it.
///
/// Clones share the content, so a clone costs the same for every length of the text. A [`Document`] is made of it only
/// if the whole text is needed as one string: for a request, a merge, or a file.
///
/// Its JSON is that of the document, and is written without such a copy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkingCopy {
    /// The title.
    pub title: String,
    /// The text.
    #[serde(serialize_with = "serialize_text", deserialize_with = "deserialize_text")]
    pub content: Text,
    /// The id of the parent document, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<DocumentId>,
}

impl WorkingCopy {
    /// Returns the document. The whole text is copied.
    #[must_use]
    pub fn to_document(&self) -> Document {
        Document { title: self.title.clone(), content: self.content.to_string(), parent: self.parent.clone() }
    }
}

impl From<&Document> for WorkingCopy {
    fn from(document: &Document) -> Self {
        let Document { title, content, parent } = document;
        Self { title: title.clone(), content: Text::from(content.as_str()), parent: parent.clone() }
    }
}

impl From<Document> for WorkingCopy {
    fn from(document: Document) -> Self {
        Self::from(&document)
    }
}

impl PartialEq<Document> for WorkingCopy {
    fn eq(&self, other: &Document) -> bool {
        self.title == other.title && self.parent == other.parent && self.content == other.content
    }
}

impl PartialEq<WorkingCopy> for Document {
    fn eq(&self, other: &WorkingCopy) -> bool {
        other == self
    }
}

fn serialize_text<S: Serializer>(text: &Text, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(text)
}

fn deserialize_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
    struct TextVisitor;

    impl Visitor<'_> for TextVisitor {
        type Value = Text;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }

        fn visit_str<E>(self, text: &str) -> Result<Text, E> {
            Ok(Text::from(text))
        }
    }

    deserializer.deserialize_str(TextVisitor)
}
