//! [`SqliteStore`]: the interface of a store, carried out by the writer, the readers and the cache.

use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use contract::DocumentId;
use precondition::EntityTag;
use precondition::policy::{Etags, Judging};
use rusqlite::Connection;
use tokio::sync::broadcast;

use super::error::{SqliteError, SqliteOpenError};
use super::identity::FileIdentity;
use super::lock::{self, StoreLock};
use super::readers::ReadConnections;
use super::removal::TextRemoval;
use super::tag_indexes::TagIndexes;
use super::write_queue::WriteQueue;
use super::{migrations, queries, read_only};
use crate::check_then_act::BetweenJudgeAndWrite;
use crate::decide::{decide, judge_read};
use crate::error::StoreError;
use crate::head::Head;
use crate::head_cache::HeadCache;
use crate::options::StoreOptions;
use crate::outcome::{ReadJudgement, WriteOutcome};
use crate::request::{EventQuery, JudgeRequest, ListQuery, VersionQuery, WriteRequest};
use crate::revision::{DocumentState, DocumentSummary, Page, Revision, StoreEvent, StoredVersion};
use crate::store::Store;

/// Documents in a SQLite database.
pub struct SqliteStore {
    // Fields are dropped in this order: the last connection to close tidies the file up, and should be able to write.
    readers: ReadConnections,
    tag_indexes: TagIndexes,
    writer: WriteQueue,
    cache: Arc<HeadCache>,
    between: Arc<dyn BetweenJudgeAndWrite>,
    /// Released last of all. `None` for a store in memory.
    _lock: Option<Arc<StoreLock>>,
}

impl SqliteStore {
    /// Opens a file, and creates it if it is missing.
    ///
    /// Until the store is dropped, no other process can open it.
    ///
    /// # Errors
    ///
    /// [`SqliteOpenError`] if the path cannot be that of a store, or another process has it.
    pub fn open(path: &Path) -> Result<Self, SqliteOpenError> {
        Self::open_with(path, StoreOptions::default())
    }

    /// Opens a file, as [`SqliteStore::open`] does, with these options.
    ///
    /// # Errors
    ///
    /// [`SqliteOpenError`] if the path cannot be that of a store, or another process has it.
    pub fn open_with(path: &Path, options: StoreOptions) -> Result<Self, SqliteOpenError> {
        migrations::check_path(path)?;
        read_only::check_before_open(path)?;
        let lock = Arc::new(lock::acquire(path)?);
        let path = &path.canonicalize().map_err(|error| SqliteOpenError::from_io(path, &error))?;
        let (connection, is_alone) = match migrations::open_file(path) {
            // A full disk has no room for the index of the log, which connections share.
            Err(SqliteOpenError::Full(full)) => {
                (migrations::open_alone(path).map_err(|_| SqliteOpenError::Full(full))?, true)
            }
            other => (other?, false),
        };
        let connection = Arc::new(Mutex::new(connection));
        let identity = FileIdentity::of(path).map_err(|error| SqliteOpenError::from_io(path, &error))?;
        let identity = Arc::new(identity);
        let readers = if is_alone {
            tracing::warn!(
                path = %path.display(),
                "the disk is full: the store refuses writes until there is room; until the next start, other programs \
                 cannot read the file"
            );
            ReadConnections::sharing(Arc::clone(&connection))
        } else {
            ReadConnections::of_file(path).holding_lock(&lock).unless_replaced(&identity, &connection)
        };
        Self::start(connection, readers, path, Some((lock, identity)), options)
    }

    /// Opens a store in memory, which is gone when it is dropped.
    ///
    /// # Errors
    ///
    /// [`SqliteOpenError`] if there is no memory or no thread for it.
    pub fn memory() -> Result<Self, SqliteOpenError> {
        Self::memory_with(StoreOptions::default())
    }

    /// Opens a store in memory, as [`SqliteStore::memory`] does, with these options.
    ///
    /// # Errors
    ///
    /// [`SqliteOpenError`] if there is no memory or no thread for it.
    pub fn memory_with(options: StoreOptions) -> Result<Self, SqliteOpenError> {
        let connection = Arc::new(Mutex::new(migrations::open_memory()?));
        let readers = ReadConnections::sharing(Arc::clone(&connection));
        Self::start(connection, readers, Path::new(":memory:"), None, options)
    }

    fn start(
        connection: Arc<Mutex<Connection>>,
        readers: ReadConnections,
        path: &Path,
        file: Option<(Arc<StoreLock>, Arc<FileIdentity>)>,
        options: StoreOptions,
    ) -> Result<Self, SqliteOpenError> {
        let cache = Arc::<HeadCache>::default();
        let (lock, identity) = file.unzip();
        let tag_indexes = TagIndexes::new(Arc::clone(&connection), lock.clone());
        let writer = WriteQueue::start(connection, Arc::clone(&cache), identity, TextRemoval::new(options.retention))
            .map_err(|error| SqliteOpenError::from_io(path, &error))?;
        Ok(Self { readers, tag_indexes, writer, cache, between: options.between, _lock: lock })
    }

    /// Judges on a snapshot, waits for the hook, and then writes with that judgement: see `check_then_act`.
    async fn check_then_act(&self, request: WriteRequest) -> Result<WriteOutcome, StoreError> {
        let asked = request.clone();
        let judge = move |connection: &Connection| {
            let WriteRequest { id, conditions, change, policy, .. } = &asked;
            let head = queries::head(connection, id)?;
            let facts = queries::gather_facts(connection, id, head.as_ref(), conditions, Some(change), policy.etags)?;
            Ok(decide(&asked, &facts))
        };
        let planned = self.readers.read(judge).await?;
        if planned.appended().is_none() {
            return Ok(planned);
        }
        self.between.wait(&request).await;
        self.writer.write(request, Some(planned.judgement)).await
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn write(&self, request: WriteRequest) -> Result<WriteOutcome, StoreError> {
        self.tag_indexes.ensure(request.policy.etags).await;
        match request.policy.judging {
            Judging::Atomic => self.writer.write(request, None).await,
            Judging::CheckThenAct => self.check_then_act(request).await,
        }
    }

    fn refuse_cached(&self, request: &WriteRequest) -> Option<WriteOutcome> {
        self.cache.refuse(request)
    }

    async fn refuse_after_commit(&self, request: &WriteRequest) -> Option<WriteOutcome> {
        self.cache.refuse_after_commit(request).await
    }

    fn judge_cached(&self, question: &JudgeRequest) -> Option<ReadJudgement> {
        self.cache.judge(question)
    }

    async fn judge(&self, question: JudgeRequest) -> Result<ReadJudgement, StoreError> {
        if let Some(judged) = self.judge_cached(&question) {
            return Ok(judged);
        }
        self.tag_indexes.ensure(question.policy.etags).await;
        let cache = Arc::clone(&self.cache);
        let judge = move |connection: &Connection| {
            let JudgeRequest { id, conditions, policy, .. } = &question;
            let head = read_through(connection, id, &cache)?;
            let facts = queries::gather_facts(connection, id, head.as_deref(), conditions, None, policy.etags)?;
            Ok(judge_read(&question, facts))
        };
        self.readers.read(judge).await
    }

    async fn read(&self, id: &DocumentId) -> Result<DocumentState, StoreError> {
        if let Some(found) = self.cache.get(id) {
            return Ok(found);
        }
        let (id, cache) = (id.clone(), Arc::clone(&self.cache));
        let read = move |connection: &Connection| {
            let head = read_through(connection, &id, &cache)?;
            Ok(DocumentState::from(head.map(|head| Arc::clone(head.stored()))))
        };
        self.readers.read(read).await
    }

    async fn version(&self, id: &DocumentId, number: u64) -> Result<Option<Arc<StoredVersion>>, StoreError> {
        let id = id.clone();
        self.readers.read(move |connection| Ok(queries::version(connection, &id, number)?.map(Arc::new))).await
    }

    async fn versions(&self, query: VersionQuery) -> Result<Page<Revision>, StoreError> {
        self.readers.read(move |connection| queries::versions(connection, &query)).await
    }

    async fn has_issued(&self, id: &DocumentId, tags: Vec<EntityTag>, kind: Etags) -> Result<bool, StoreError> {
        self.tag_indexes.ensure(kind).await;
        let id = id.clone();
        self.readers.read(move |connection| queries::has_issued(connection, &id, &tags, kind)).await
    }

    async fn list(&self, query: ListQuery) -> Result<Page<DocumentSummary>, StoreError> {
        self.readers.read(move |connection| queries::list(connection, &query)).await
    }

    async fn events(&self, query: EventQuery) -> Result<Vec<StoreEvent>, StoreError> {
        self.readers.read(move |connection| queries::events(connection, &query)).await
    }

    async fn latest_sequence(&self) -> Result<u64, StoreError> {
        self.readers.read(queries::latest_sequence).await
    }

    fn subscribe(&self, about: Option<&DocumentId>) -> broadcast::Receiver<StoreEvent> {
        self.writer.subscribe(about)
    }

    async fn health(&self) -> Result<(), StoreError> {
        self.latest_sequence().await?;
        self.writer.health()
    }
}

/// Reads the newest version from the database, and inserts it into the cache.
fn read_through(connection: &Connection, id: &DocumentId, cache: &HeadCache) -> Result<Option<Arc<Head>>, SqliteError> {
    let since = cache.epoch();
    let head = queries::head(connection, id)?.map(Arc::new);
    if let Some(head) = &head {
        cache.insert(id, head, since);
    }
    Ok(head)
}

#[cfg(test)]
mod tests;
