//! The server-sent events of `GET /api/events`.

use precondition::EntityTag;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Author, DocumentId, Timestamp};

/// The kind of change to a document: the `event` line of a server-sent event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// The document was created, or created again after a delete.
    Created,
    /// The document has a new version.
    Changed,
    /// The document was deleted.
    Deleted,
}

impl EventKind {
    /// Returns the word in the `event` line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
        }
    }

    /// Parses the word in an `event` line; returns `None` for a word that this program does not know.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Created, Self::Changed, Self::Deleted].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The data of a server-sent event. The kind of change is in the `event` line: [`EventKind`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct DocumentEvent {
    /// The document's id.
    pub id: DocumentId,
    /// The tag of the version that the change created.
    pub etag: EntityTag,
    /// The author of the change.
    pub author: Author,
    /// The time of the change.
    pub at: Timestamp,
}
