//! The interface of a store, which every backend implements.

use std::sync::Arc;

use async_trait::async_trait;
use contract::DocumentId;
use precondition::EntityTag;
use precondition::policy::Etags;
use tokio::sync::broadcast;

use crate::database_status::DatabaseStatus;
use crate::error::StoreError;
use crate::outcome::{ReadJudgement, WriteOutcome};
use crate::request::{EventQuery, JudgeRequest, ListQuery, VersionQuery, WriteRequest};
use crate::revision::{DocumentState, DocumentSummary, Page, Revision, StoreEvent, StoredVersion};
use crate::shared_settings::SharedSettings;

/// Documents with all their versions.
///
/// Every version is kept, deletes included, and its number is never used again for that document. Only the texts of old
/// versions are removed, if the store was opened with a [`Retention`](crate::Retention) that says so.
///
/// A result is never older than a write that was acknowledged before the call, by any handle on the same database. So a
/// backend may answer from memory only if it knows of every write, as it does if no other process writes.
///
/// The rules are tests that run against any backend: the macro `store_contract!`, with the feature `contract-tests`.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Judges the conditions and, if they hold, makes the change, as one atomic step.
    ///
    /// Returns only once the outcome is certain: a version that it reports as written is durable.
    ///
    /// Writes are carried out in the order in which their futures are first polled, unless the policy of one of them
    /// makes judging and writing two steps.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the outcome is not known, or the database cannot be written. A refusal is not an error.
    async fn write(&self, request: WriteRequest) -> Result<WriteOutcome, StoreError>;

    /// Returns the outcome of a write that is refused, or that was applied before, from memory alone.
    ///
    /// Returns `None` if the write may have to be made, or if something has to be looked up. The outcome is right as of
    /// a moment during the call, but that may be before the turn of writes that are queued. A caller to whom the order
    /// matters uses [`Store::write`] alone.
    ///
    /// Under contention most writes are refused, and only one writes: so refusals should not wait for the writer. A
    /// store whose database other processes write to returns `None`.
    fn refuse_cached(&self, _request: &WriteRequest) -> Option<WriteOutcome> {
        None
    }

    /// Waits while the document is being committed, and refuses the write if that makes it stale.
    ///
    /// Returns `None` if the write may have to be made, without waiting if no version is being committed. As for
    /// [`Store::refuse_cached`], the order of queued writes does not matter.
    async fn refuse_after_commit(&self, _request: &WriteRequest) -> Option<WriteOutcome> {
        None
    }

    /// Judges the conditions of a request without changing anything.
    ///
    /// This is for reads, and for refusing a write before its body is read. A write that may proceed by this judgement
    /// is judged again by [`Store::write`], and only that judgement counts.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the document cannot be read.
    async fn judge(&self, question: JudgeRequest) -> Result<ReadJudgement, StoreError>;

    /// Judges as [`Store::judge`] does, from memory alone. Returns `None` if something has to be looked up.
    ///
    /// Most reads ask for a document that has not changed, and a future for each of them would cost more than the
    /// judgement. A store that always has to look returns `None`.
    fn judge_cached(&self, _question: &JudgeRequest) -> Option<ReadJudgement> {
        None
    }

    /// Returns the document as it is now.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the document cannot be read.
    async fn read(&self, id: &DocumentId) -> Result<DocumentState, StoreError>;

    /// Returns one version of a document, which may be a delete, or `None` if there is no such version.
    ///
    /// The text of an old version may have been removed ([`StoredVersion::is_text_removed`]).
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the version cannot be read.
    async fn version(&self, id: &DocumentId, number: u64) -> Result<Option<Arc<StoredVersion>>, StoreError>;

    /// Returns a page of the versions of a document, newest first, without their texts.
    ///
    /// The page is empty if the document never existed.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the versions cannot be read.
    async fn versions(&self, query: VersionQuery) -> Result<Page<Revision>, StoreError>;

    /// Returns whether one of these tags, of this kind, was ever the tag of a version of the document.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the versions cannot be read.
    async fn has_issued(&self, id: &DocumentId, tags: Vec<EntityTag>, kind: Etags) -> Result<bool, StoreError>;

    /// Returns a page of the documents that exist, ordered by id.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the documents cannot be read.
    async fn list(&self, query: ListQuery) -> Result<Page<DocumentSummary>, StoreError>;

    /// Returns the events after a point in the store's sequence, oldest first.
    ///
    /// An event is never returned before all events with smaller numbers can be. So a reader that goes on after the
    /// last number it has seen misses none.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the events cannot be read.
    async fn events(&self, query: EventQuery) -> Result<Vec<StoreEvent>, StoreError>;

    /// Returns the number of the newest event, or 0 if there is none yet.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the number cannot be read.
    async fn latest_sequence(&self) -> Result<u64, StoreError>;

    /// Returns a receiver of the events from now on, about one document or about all.
    ///
    /// Events arrive in the order of their numbers, each after its version can be read. A receiver that falls behind
    /// gets an error that says so, and continues with [`Store::events`].
    fn subscribe(&self, about: Option<&DocumentId>) -> broadcast::Receiver<StoreEvent>;

    /// Returns the settings that all servers of the store share.
    ///
    /// Returns `None` if one server has the store for itself, and so keeps its settings alone.
    fn shared_settings(&self) -> Option<Arc<dyn SharedSettings>> {
        None
    }

    /// Returns whether the store can read and write right now.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a read fails, or if the most recent write failed.
    async fn health(&self) -> Result<(), StoreError>;

    /// Returns the state of the connections to a database server, or `None` for a store without one.
    fn database_status(&self) -> Option<DatabaseStatus> {
        None
    }
}
