//! Requests to a store.

use contract::{Author, DocumentId, Timestamp};
use precondition::{BodyState, Conditions, HttpDate, Method, Policy};
use serde_json::Value;

use crate::serialized_document::SerializedDocument;

/// A change, with the conditions under which it may be made.
#[derive(Debug, Clone)]
pub struct WriteRequest {
    /// The document.
    pub id: DocumentId,
    /// The conditions of the request, judged in the same step that makes the change.
    pub conditions: Conditions,
    /// The change.
    pub change: DocumentChange,
    /// The author of the request.
    pub author: Author,
    /// The time of judging and of the new version.
    ///
    /// If the version before has a later time, the new version gets that time: within a document, time never goes
    /// backwards, whatever the clock does.
    pub at: Timestamp,
    /// The policy: how conditions are judged, and what tags are made of.
    pub policy: Policy,
    /// The revision of the policy, if it is a setting that the servers of the store share.
    ///
    /// If another revision is in force when the write is judged, the result is
    /// [`StoreError::SettingsChanged`](crate::StoreError::SettingsChanged). A store without
    /// [shared settings](crate::Store::shared_settings) ignores it.
    pub policy_revision: Option<u64>,
    /// The revision of all settings that the servers of the store share, if it has to be in force as well.
    ///
    /// The result is the same if it is not. It is named by a server that has not asked for the settings before. Only
    /// [`Judging::Atomic`](precondition::policy::Judging::Atomic) judges in the step in which it is compared.
    pub settings_revision: Option<u64>,
}

impl WriteRequest {
    /// Serializes and hashes the document that the change has, if it has one.
    ///
    /// Most writes that succeed name one version in If-Match, so the hash in their tag is known then.
    pub(crate) fn serialize(&self) {
        let document = match &self.change {
            DocumentChange::Put(document) | DocumentChange::Create(document) => document,
            // The result depends on the current version.
            DocumentChange::Patch { .. } | DocumentChange::Delete => return,
        };
        document.hash();
        if let Some(named) = self.conditions.sent_tags().next() {
            document.prepare_tag(&self.id, named);
        }
    }
}

/// A change of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentChange {
    /// Replaces the document by this one, or creates it.
    Put(SerializedDocument),
    /// Applies a merge patch (RFC 7396) to the version that is current when the patch is applied.
    Patch {
        /// The patch.
        patch: Value,
        /// The number of bytes that title and content of the result may have together.
        limit: usize,
    },
    /// Deletes the document. Its versions stay, and the delete is one of them.
    Delete,
    /// Creates the document if it does not exist. No other condition is judged.
    Create(SerializedDocument),
}

impl DocumentChange {
    /// Returns the change that replaces the document by this one, or creates it.
    #[must_use]
    pub fn put(document: impl Into<SerializedDocument>) -> Self {
        Self::Put(document.into())
    }

    /// Returns the change that creates the document if it does not exist.
    #[must_use]
    pub fn create(document: impl Into<SerializedDocument>) -> Self {
        Self::Create(document.into())
    }

    /// Returns the method for the judgement, or `None` if no condition is judged.
    #[must_use]
    pub fn method(&self) -> Option<Method> {
        match self {
            Self::Put(_) => Some(Method::Put),
            Self::Patch { .. } => Some(Method::Patch),
            Self::Delete => Some(Method::Delete),
            Self::Create(_) => None,
        }
    }

    /// Returns the parent that the change wants, or `None` if it does not name one.
    #[must_use]
    pub fn parent(&self) -> Option<DocumentId> {
        match self {
            Self::Put(document) | Self::Create(document) => document.parent.clone(),
            Self::Patch { patch, .. } => patch.get("parent")?.as_str()?.parse().ok(),
            Self::Delete => None,
        }
    }
}

/// Conditions that are judged without changing anything.
#[derive(Debug, Clone)]
pub struct JudgeRequest {
    /// The document.
    pub id: DocumentId,
    /// The conditions of the request.
    pub conditions: Conditions,
    /// The method of the request.
    pub method: Method,
    /// Whether its body has been read.
    pub body: BodyState,
    /// The author of the request; `None` for a read, for which the author does not matter.
    pub author: Option<Author>,
    /// The time of judging, by the same clock as [`WriteRequest::at`].
    pub now: HttpDate,
    /// The policy: how conditions are judged, and what tags are made of.
    pub policy: Policy,
}

/// A query for a page of the versions of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionQuery {
    /// The document.
    pub id: DocumentId,
    /// If set, only versions with smaller numbers.
    pub before: Option<u64>,
    /// The most items on a page.
    pub limit: usize,
    /// The most bytes of client-chosen text on a page.
    ///
    /// The first item is on the page even if its text is longer.
    pub bytes: usize,
}

/// A query for a page of the documents that exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// If set, only documents whose ids come after this one.
    pub after: Option<DocumentId>,
    /// The most items on a page.
    pub limit: usize,
    /// The most bytes of client-chosen text on a page.
    ///
    /// The first item is on the page even if its text is longer.
    pub bytes: usize,
}

/// A query for events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// Only events with numbers after this one; 0 for all.
    pub after: u64,
    /// If set, only events about this document.
    pub id: Option<DocumentId>,
    /// The most events to return.
    pub limit: usize,
}
