//! What `GET /api/events` tells.

use precondition::EntityTag;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Author, DocumentId, Timestamp};

/// What happened to a document: the `event` line of a server-sent event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// There is one where there was none.
    Created,
    /// It has a new version.
    Changed,
    /// It was deleted.
    Deleted,
}

impl EventKind {
    /// The word in the `event` line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
        }
    }

    /// Reads the word of an `event` line; none for a word that this program does not know.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Created, Self::Changed, Self::Deleted].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The data of a server-sent event. What happened stands in its `event` line, see [`EventKind`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct DocumentEvent {
    /// Which document.
    pub id: DocumentId,
    /// The tag of the version that the change made.
    pub etag: EntityTag,
    /// Who made it.
    pub author: Author,
    /// When.
    pub at: Timestamp,
}
