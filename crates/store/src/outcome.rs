//! The outcomes of writes, and of judgements without a change.

use std::sync::Arc;

use contract::{Author, DocumentId};
use precondition::{EntityTag, Judgement};

use crate::revision::{DocumentState, StoredVersion};

/// The outcome of a write.
#[derive(Debug)]
pub struct WriteOutcome {
    /// The judgement of its conditions.
    pub judgement: Judgement,
    /// The effect of the write.
    pub effect: WriteEffect,
    /// The tag of the version that was overwritten unseen, of the policy's kind.
    ///
    /// Only a policy that ignores conditions allows this.
    pub overwrote: Option<EntityTag>,
    /// The author of the same change, if it was made before and a newer version has replaced it.
    ///
    /// See [`Superseded`](precondition::FailureReason::Superseded). This need not be the author of the request.
    pub applied_by: Option<Author>,
}

impl WriteOutcome {
    /// Returns the version that the write made, or `None` if it made none.
    #[must_use]
    pub fn appended(&self) -> Option<&Arc<StoredVersion>> {
        match &self.effect {
            WriteEffect::Created(stored) | WriteEffect::Changed(stored) | WriteEffect::Deleted(stored) => Some(stored),
            _ => None,
        }
    }
}

/// The effect of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteEffect {
    /// The document was created, or created again after a delete.
    Created(Arc<StoredVersion>),
    /// The document has a new version.
    Changed(Arc<StoredVersion>),
    /// The document is already as the request wants it. There is no new version; this is the current one.
    Unchanged(Arc<StoredVersion>),
    /// This write was applied before, and its response was lost. This is the version that it made then.
    Replayed(Arc<StoredVersion>),
    /// The document was deleted. This version is the delete.
    Deleted(Arc<StoredVersion>),
    /// The write was refused; the judgement says why. This is the document that it was judged against.
    Refused(DocumentState),
    /// The conditions hold, but other documents prevent the write.
    Conflict(WriteConflict),
    /// The conditions hold, but the result of the patch is not a valid document. The text says why.
    InvalidDocument(String),
    /// The conditions hold, but the result of the patch has this many bytes, which is more than the limit.
    TooLarge(usize),
}

/// The documents that prevent a write whose conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteConflict {
    /// The document that was to be created exists.
    Exists(Arc<StoredVersion>),
    /// Documents belong under the one that was to be deleted.
    Children {
        /// The first of them by id, at most [`MAX_CHILDREN_LISTED`](crate::facts::MAX_CHILDREN_LISTED).
        first: Vec<DocumentId>,
        /// How many there are.
        count: u64,
    },
    /// The parent does not exist.
    NoParent(DocumentId),
    /// The parent is the document itself, or one of its descendants.
    Cycle(DocumentId),
    /// Under this parent, the document or one of its descendants would be nested too deeply.
    ///
    /// The limit is [`MAX_DEPTH`](crate::facts::MAX_DEPTH).
    TooDeep(DocumentId),
}

/// The outcome of a judgement without a change.
#[derive(Debug)]
pub struct ReadJudgement {
    /// The judgement of the conditions.
    pub judgement: Judgement,
    /// The document or the tag, for the response.
    pub payload: ReadPayload,
    /// The revision of the [shared settings](crate::SharedSettings) in the state that was judged.
    ///
    /// `None` if it was not read, or if the store has none.
    pub settings: Option<u64>,
}

/// The content of a response to a read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadPayload {
    /// Only the tag of the current version, since the client has the rest.
    ///
    /// The verdict is [`NotModified`](precondition::Verdict::NotModified).
    Tag(EntityTag),
    /// The document that the conditions were judged against.
    Found(DocumentState),
}
