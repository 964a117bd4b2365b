//! Every version of every document, judged and written in one transaction.
//!
//! A lost update happens between looking and writing. So there is no way in here to look first and write later:
//! [`Store::write`] takes the conditions *and* the change, judges the one and carries out the other, and nothing comes
//! between. What it decides, and why, stands in one place that knows no database: [`decide`]. The databases gather the
//! facts for it inside their own transaction, and append what it decided in the same one.
//!
//! | module | its subject |
//! | --- | --- |
//! | [`request`] | what can be asked of a store |
//! | [`outcome`] | what can become of a write |
//! | [`revision`], [`etag_chain`] | versions, and the entity tags that chain them |
//! | [`facts`], [`decide`] | what a judgement rests on, and the judgement with its consequences |
//! | [`sqlite`] | the store in a file, or in memory |
//!
//! What is *not* here: HTTP. Status codes and fields are the server's business, and the rules of conditions are those
//! of the crate [`precondition`].

pub mod decide;
pub mod error;
pub mod etag_chain;
pub mod facts;
pub mod merge_patch;
pub mod outcome;
pub mod request;
pub mod revision;
pub mod sqlite;

use std::sync::Arc;

use async_trait::async_trait;
use contract::DocumentId;
use precondition::EntityTag;
use precondition::policy::Etags;
use tokio::sync::broadcast;

pub use error::{BackupError, OpenError, StoreError};
pub use outcome::{ReadJudgement, ReadPayload, WriteConflict, WriteEffect, WriteOutcome};
pub use request::{DocumentChange, EventQuery, JudgeRequest, ListQuery, VersionQuery, WriteRequest};
pub use revision::{DocumentState, Page, Revision, StoreEvent, StoredVersion, VersionStamp};
pub use sqlite::{
    BackupSummary, BetweenJudgeAndWrite, CheckSummary, MIN_KEPT_VERSIONS, Retention, SqliteStore, StoreFlaw,
    StoreProblem, backup, check,
};

/// Documents with all their versions.
///
/// Every version is kept, deletes included, and its number is never used again for that document. Only the texts of old
/// versions are removed, if the store was opened with a [`Retention`] that says so.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Judges the conditions and, where they hold, makes the change: one atomic step.
    ///
    /// An outcome other than an error says that the store is sure: what it calls written is on the disk.
    ///
    /// Writes are carried out in the order in which their futures are first polled, unless the policy of one of them
    /// has it be judged and written in two steps.
    async fn write(&self, request: WriteRequest) -> Result<WriteOutcome, StoreError>;

    /// Judges only, and changes nothing.
    ///
    /// Right for reads, and for refusals before a body has come. A write that is told to proceed here is judged again
    /// by [`Store::write`], and only that judgement counts.
    async fn judge(&self, question: JudgeRequest) -> Result<ReadJudgement, StoreError>;

    /// The same at once, where nothing has to be looked up for it; none where [`Store::judge`] has to.
    ///
    /// Most reads ask for what has not changed, and a future for each of them would cost more than the judgement.
    /// A store that always has to look says none.
    fn judge_cached(&self, _question: &JudgeRequest) -> Option<ReadJudgement> {
        None
    }

    /// The document as it is now.
    async fn read(&self, id: &DocumentId) -> Result<DocumentState, StoreError>;

    /// One version of a document, a delete included; none where it never had that many. Its text may have been removed
    /// ([`StoredVersion::is_text_removed`]).
    async fn version(&self, id: &DocumentId, number: u64) -> Result<Option<StoredVersion>, StoreError>;

    /// What is known about the versions of a document, newest first; none at all where it never existed.
    async fn versions(&self, query: VersionQuery) -> Result<Page<Revision>, StoreError>;

    /// Returns whether any version of the document has, or had, one of these tags of the kind `kind`.
    async fn has_issued(&self, id: &DocumentId, tags: Vec<EntityTag>, kind: Etags) -> Result<bool, StoreError>;

    /// The documents that exist, ordered by id.
    async fn list(&self, query: ListQuery) -> Result<Page<revision::DocumentSummary>, StoreError>;

    /// What happened after a point in the store's sequence, oldest first.
    async fn events(&self, query: EventQuery) -> Result<Vec<StoreEvent>, StoreError>;

    /// The number of the newest event, 0 where nothing has happened yet.
    async fn latest_sequence(&self) -> Result<u64, StoreError>;

    /// What happens from now on, to one document or to all. A receiver that falls behind is told so, and reads on with
    /// [`Store::events`].
    fn subscribe(&self, about: Option<&DocumentId>) -> broadcast::Receiver<StoreEvent>;

    /// Whether the store can read and write right now.
    async fn health(&self) -> Result<(), StoreError>;
}

/// Opens a store: `memory:`, which is gone with the process, or the path of a SQLite file, made where there is none.
///
/// It is async for the sake of stores across a network.
pub async fn open(place: &str) -> Result<Arc<dyn Store>, OpenError> {
    open_keeping(place, Retention::default()).await
}

/// Like [`open`], and removes the texts of old versions that are not to be kept.
///
/// # Errors
///
/// [`OpenError`] if there can be no store at that place.
#[expect(clippy::unused_async, reason = "a store across a network has to wait for it, and callers should not care")]
pub async fn open_keeping(place: &str, keep: Retention) -> Result<Arc<dyn Store>, OpenError> {
    if let Some((scheme, _)) = place.split_once("://") {
        // Only the scheme is told on: what follows may have a password in it.
        return Err(OpenError::Scheme(scheme.to_owned()));
    }
    Ok(Arc::new(SqliteStore::open_place(place, keep)?))
}
