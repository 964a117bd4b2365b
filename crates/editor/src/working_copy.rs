//! A document as its user edits it: cheap to clone, however long the text is.

use contract::{Document, DocumentId};
use text::Text;

/// A document as its user edits it.
///
/// Clones share the content, so a clone costs the same for every length of the text. A [`Document`] is made of it only
/// if the whole text is needed as one string: for a request, a merge, or a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkingCopy {
    /// The title.
    pub title: String,
    /// The text.
    pub content: Text,
    /// The id of the parent document, if there is one.
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
