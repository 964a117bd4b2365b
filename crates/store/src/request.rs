//! What can be asked of a store.

use contract::{Author, Document, DocumentId, Timestamp};
use precondition::{BodyState, Conditions, HttpDate, Method, Policy};
use serde_json::Value;

/// A change, and the conditions under which it may be made.
#[derive(Debug, Clone)]
pub struct WriteRequest {
    /// Which document.
    pub id: DocumentId,
    /// The conditions of the request, judged in the same step that makes the change.
    pub conditions: Conditions,
    /// What to do.
    pub change: DocumentChange,
    /// Who asks for it.
    pub author: Author,
    /// The time of judging and of the new version. Where the version before has a later one, that one is taken: within
    /// a document time never goes backwards, whatever the clock does.
    pub at: Timestamp,
    /// How conditions are judged, and what tags are made of.
    pub policy: Policy,
}

/// What to do to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentChange {
    /// Put this in its place, or make it where there is none.
    Put(Document),
    /// Apply a merge patch (RFC 7396) to whatever is current when the patch is applied.
    Patch {
        /// The patch.
        patch: Value,
        /// The most bytes that title and content of the result may have together.
        limit: usize,
    },
    /// Delete it. The versions stay, and the delete is one of them.
    Delete,
    /// Make it, and only where there is none. No condition is judged: the change itself is one.
    Create(Document),
}

impl DocumentChange {
    /// The method, in the words of the judgement; none where no condition is judged.
    #[must_use]
    pub fn method(&self) -> Option<Method> {
        match self {
            Self::Put(_) => Some(Method::Put),
            Self::Patch { .. } => Some(Method::Patch),
            Self::Delete => Some(Method::Delete),
            Self::Create(_) => None,
        }
    }

    /// The parent that the change wants the document to have, where it says one.
    #[must_use]
    pub fn parent(&self) -> Option<DocumentId> {
        match self {
            Self::Put(document) | Self::Create(document) => document.parent.clone(),
            Self::Patch { patch, .. } => patch.get("parent")?.as_str()?.parse().ok(),
            Self::Delete => None,
        }
    }
}

/// Conditions to be judged without changing anything.
#[derive(Debug, Clone)]
pub struct JudgeRequest {
    /// Which document.
    pub id: DocumentId,
    /// The conditions of the request.
    pub conditions: Conditions,
    /// What the request would do.
    pub method: Method,
    /// Whether its body is still to come.
    pub body: BodyState,
    /// The author of the request; `None` for a read, where it does not matter.
    pub author: Option<Author>,
    /// The time of asking, by the same clock as [`WriteRequest::at`].
    pub now: HttpDate,
    /// How conditions are judged, and what tags are made of.
    pub policy: Policy,
}

/// Which versions of a document to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionQuery {
    /// Which document.
    pub id: DocumentId,
    /// Only versions with a smaller number than this.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: usize,
    /// The page ends before a version whose texts would be more than so many bytes together; it has one at least.
    pub bytes: usize,
}

/// Which documents to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// Only documents whose id comes after this one.
    pub after: Option<DocumentId>,
    /// At most so many.
    pub limit: usize,
    /// The page ends before a document whose texts would be more than so many bytes together; it has one at least.
    pub bytes: usize,
}

/// Which events to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// Only events after this number.
    pub after: u64,
    /// Only events about this document.
    pub id: Option<DocumentId>,
    /// At most so many.
    pub limit: usize,
}
