//! What can become of a write, and of a question.

use contract::{Author, DocumentId};
use precondition::{EntityTag, Judgement};

use crate::revision::{DocumentState, StoredVersion};

/// What became of a write.
#[derive(Debug)]
pub struct WriteOutcome {
    /// How its conditions were judged.
    pub judgement: Judgement,
    /// What it did.
    pub effect: WriteEffect,
    /// The version that was replaced by a writer who had not seen it, in the policy's kind of tag. Only under a policy
    /// that ignores conditions.
    pub overwrote: Option<EntityTag>,
    /// Who made the very change that the request sends, where it comes too late for that: the version was replaced
    /// since ([`Superseded`](precondition::FailureReason::Superseded)). It need not be the one who asks.
    pub applied_by: Option<Author>,
}

impl WriteOutcome {
    /// The version that the write made; none where it made none.
    #[must_use]
    pub fn appended(&self) -> Option<&StoredVersion> {
        match &self.effect {
            WriteEffect::Created(stored) | WriteEffect::Changed(stored) | WriteEffect::Deleted(stored) => Some(stored),
            _ => None,
        }
    }
}

/// What a write did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteEffect {
    /// There is a document where there was none.
    Created(StoredVersion),
    /// The document has a new version.
    Changed(StoredVersion),
    /// What was sent is what is current: no new version, and this is the current one.
    Unchanged(StoredVersion),
    /// The same write had been applied before, and its answer was lost: this is the version that it made then.
    Replayed(StoredVersion),
    /// The document is gone, and this version says so.
    Deleted(StoredVersion),
    /// The judgement said no, and says why. This is what it found.
    Refused(DocumentState),
    /// The conditions hold, and other documents stand in the way.
    Conflict(WriteConflict),
    /// The conditions hold, and the patch makes something that is no document: in words, what is wrong with it.
    InvalidDocument(String),
    /// The conditions hold, and the patch makes a document of so many bytes, which is more than the limit.
    TooLarge(usize),
}

/// What stands in the way of a write whose conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteConflict {
    /// A document with that id exists, and was to be created.
    Exists(Box<StoredVersion>),
    /// Documents belong under the one that was to be deleted.
    Children {
        /// The first of them by id, at most [`MAX_CHILDREN_LISTED`](crate::facts::MAX_CHILDREN_LISTED).
        first: Vec<DocumentId>,
        /// How many there are.
        count: u64,
    },
    /// The parent does not exist.
    NoParent(DocumentId),
    /// The parent is the document itself, or belongs under it.
    Cycle(DocumentId),
    /// Under this parent, the document or one that belongs under it would be nested deeper than
    /// [`MAX_DEPTH`](crate::facts::MAX_DEPTH) levels.
    TooDeep(DocumentId),
}

/// A judgement without a change.
#[derive(Debug)]
pub struct ReadJudgement {
    /// How the conditions were judged.
    pub judgement: Judgement,
    /// What there is to be shown.
    pub payload: ReadPayload,
}

/// What a judgement leaves to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there is one a request, and a box would be an allocation for each")]
pub enum ReadPayload {
    /// The tag of the current version, and no more: the verdict is
    /// [`NotModified`](precondition::Verdict::NotModified), and who asked has the rest.
    Tag(EntityTag),
    /// What the conditions were judged against.
    Found(DocumentState),
}
