//! The store in SQLite: a file that any `sqlite3` shell opens, or memory.
//!
//! One connection writes, and a thread of its own holds it, see `writer`. Readers of a file have connections of their
//! own and never wait for the writer. In memory there is only the one connection, and they take turns: a turn is short,
//! because no disk is waited for.
//!
//! | where | what |
//! | --- | --- |
//! | `lock` | one process holds a file |
//! | `identity` | whether the file is still the one that was opened |
//! | `migrations`, `queries`, `tree` | what is in it |
//! | `seal` | checksums of rows |
//! | `kinds` | indexes for the kinds of tags that are mistakes |
//! | `writer`, `readers` | who writes, and who reads beside it |
//! | `removal` | the texts of old versions, if not all are kept |
//! | `heads` | the newest versions in memory, and why they are never wrong |
//! | `validator_cache` | of many more documents as much as a 304 takes |
//! | `subscriptions` | telling whoever watches |
//! | `read_only` | reading the file of a store that another process may have |
//! | `backup`, `check` | a copy of such a file, and what is broken in it |
//! | `check_then_act` | judging and writing as two steps, a mistake made on purpose |

mod backup;
mod check;
mod check_then_act;
mod head_cache;
mod identity;
mod kinds;
mod lock;
mod migrations;
mod queries;
mod read_only;
mod readers;
mod removal;
mod seal;
mod subscriptions;
mod tree;
mod validator_cache;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use contract::DocumentId;
use precondition::policy::{Etags, Judging};
use precondition::{EntityTag, JudgedRequest, judge};
use rusqlite::{Connection, ErrorCode};
use tokio::sync::broadcast;

use crate::Store;
use crate::error::{OpenError, StoreError};
use crate::facts::GatheredHistory;
use crate::outcome::{ReadJudgement, ReadPayload, WriteOutcome};
use crate::request::{EventQuery, JudgeRequest, ListQuery, VersionQuery, WriteRequest};
use crate::revision::{DocumentState, DocumentSummary, Page, Revision, StoreEvent, StoredVersion};
pub use backup::{BackupSummary, backup};
pub use check::{CheckSummary, StoreFlaw, StoreProblem, check};
pub use check_then_act::BetweenJudgeAndWrite;
use check_then_act::SimulatedRoundTrip;
use head_cache::HeadCache;
use identity::FileIdentity;
use kinds::Kinds;
use lock::StoreLock;
use readers::ReadConnections;
use removal::TextRemoval;
pub use removal::{MIN_KEPT_VERSIONS, Retention};
use writer::WriterThread;

/// Documents in a SQLite database.
pub struct SqliteStore {
    // In this order: the last connection to close tidies the file up, and it should be the one that can write.
    readers: ReadConnections,
    kinds: Kinds,
    writer: WriterThread,
    heads: Arc<HeadCache>,
    between: Arc<dyn BetweenJudgeAndWrite>,
    /// It is let go last of all. A store in memory needs none.
    _lock: Option<Arc<StoreLock>>,
}

impl SqliteStore {
    /// Opens a file, and makes it where there is none. No other process can then do the same.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_keeping(path, Retention::default())
    }

    /// Like [`SqliteStore::open`], and removes the texts of old versions that are not to be kept.
    ///
    /// # Errors
    ///
    /// [`OpenError`] as [`SqliteStore::open`] has it.
    pub fn open_keeping(path: &Path, keep: Retention) -> Result<Self, OpenError> {
        migrations::check(path)?;
        read_only::look_first(path)?;
        let lock = Arc::new(lock::acquire(path)?);
        let failed = |error: std::io::Error| OpenError::Database { path: path.to_owned(), reason: error.to_string() };
        let path = &path.canonicalize().map_err(failed)?;
        let (connection, is_alone) = match migrations::open_file(path) {
            // On a full disk there is no room for the index of the log that connections share.
            Err(OpenError::Full(full)) => (migrations::open_alone(path).map_err(|_| OpenError::Full(full))?, true),
            other => (other?, false),
        };
        let connection = Arc::new(Mutex::new(connection));
        let identity = Arc::new(FileIdentity::of(path).map_err(failed)?);
        let readers = if is_alone {
            tracing::warn!(
                path = %path.display(),
                "the disk is full: the store is read, and writes are refused until there is room; until the next start, \
                 other programs cannot read the file"
            );
            ReadConnections::sharing(Arc::clone(&connection))
        } else {
            ReadConnections::of_file(path).holding_lock(&lock).unless_replaced(&identity, &connection)
        };
        Self::start(connection, readers, path, Some((lock, identity)), keep)
    }

    /// A store that is gone when it is dropped.
    pub fn memory() -> Result<Self, OpenError> {
        Self::memory_keeping(Retention::default())
    }

    fn memory_keeping(keep: Retention) -> Result<Self, OpenError> {
        let connection = Arc::new(Mutex::new(migrations::open_memory()?));
        let readers = ReadConnections::sharing(Arc::clone(&connection));
        Self::start(connection, readers, Path::new(":memory:"), None, keep)
    }

    fn start(
        connection: Arc<Mutex<Connection>>,
        readers: ReadConnections,
        path: &Path,
        file: Option<(Arc<StoreLock>, Arc<FileIdentity>)>,
        keep: Retention,
    ) -> Result<Self, OpenError> {
        let failed = |error: std::io::Error| OpenError::Database { path: path.to_owned(), reason: error.to_string() };
        let heads = Arc::<HeadCache>::default();
        let (lock, identity) = file.unzip();
        let kinds = Kinds::new(Arc::clone(&connection), lock.clone());
        let writer =
            WriterThread::start(connection, Arc::clone(&heads), identity, TextRemoval::new(keep)).map_err(failed)?;
        Ok(Self { readers, kinds, writer, heads, between: Arc::new(SimulatedRoundTrip), _lock: lock })
    }

    /// Opens the store at `place` as [`crate::open`] does.
    pub(crate) fn open_place(place: &str, keep: Retention) -> Result<Self, OpenError> {
        if place == "memory:" { Self::memory_keeping(keep) } else { Self::open_keeping(place.as_ref(), keep) }
    }

    /// The same store, in which something else happens between judging and writing, where the policy has these be two
    /// steps: somebody may want to see the one, and only then let the other happen.
    #[must_use]
    pub fn with_between_hook(self, between: Arc<dyn BetweenJudgeAndWrite>) -> Self {
        Self { between, ..self }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn write(&self, request: WriteRequest) -> Result<WriteOutcome, StoreError> {
        self.kinds.prepare(request.policy.etags).await;
        match request.policy.judging {
            Judging::Atomic => self.writer.write(request, None).await,
            Judging::CheckThenAct => check_then_act::write(self, request).await,
        }
    }

    fn judge_cached(&self, question: &JudgeRequest) -> Option<ReadJudgement> {
        self.heads.judge(question)
    }

    async fn judge(&self, question: JudgeRequest) -> Result<ReadJudgement, StoreError> {
        if let Some(judged) = self.judge_cached(&question) {
            return Ok(judged);
        }
        self.kinds.prepare(question.policy.etags).await;
        let heads = Arc::clone(&self.heads);
        let judged = move |connection: &Connection| {
            let JudgeRequest { id, conditions, method, body: incoming, author, now, policy } = &question;
            let found = read_through(connection, id, &heads)?;
            let facts = queries::gather_facts(connection, id, found, conditions, None, policy.etags)?;
            let past =
                GatheredHistory { issued: &facts.issued, kind: policy.etags, sent: None, author: author.as_ref() };
            let asked = JudgedRequest { method: *method, conditions, body: *incoming, now: *now };
            let judgement = judge(&asked, &facts.found.as_target(policy.etags), policy, &past);
            Ok(ReadJudgement { judgement, payload: ReadPayload::Found(facts.found) })
        };
        self.readers.read(judged).await
    }

    async fn read(&self, id: &DocumentId) -> Result<DocumentState, StoreError> {
        if let Some(found) = self.heads.get(id) {
            return Ok(found);
        }
        let (id, heads) = (id.clone(), Arc::clone(&self.heads));
        self.readers.read(move |connection| read_through(connection, &id, &heads)).await
    }

    async fn version(&self, id: &DocumentId, number: u64) -> Result<Option<StoredVersion>, StoreError> {
        let id = id.clone();
        self.readers.read(move |connection| queries::version(connection, &id, number)).await
    }

    async fn versions(&self, query: VersionQuery) -> Result<Page<Revision>, StoreError> {
        self.readers.read(move |connection| queries::versions(connection, &query)).await
    }

    async fn has_issued(&self, id: &DocumentId, tags: Vec<EntityTag>, kind: Etags) -> Result<bool, StoreError> {
        self.kinds.prepare(kind).await;
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

/// Looks the newest version up, and keeps it.
fn read_through(connection: &Connection, id: &DocumentId, heads: &HeadCache) -> Result<DocumentState, SqliteError> {
    let since = heads.epoch();
    let found = queries::document_state(connection, id)?;
    heads.insert(id, &found, since);
    Ok(found)
}

/// What went wrong in here, before it is put into the words of every store.
#[derive(Debug, thiserror::Error)]
enum SqliteError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("the file was removed or replaced")]
    Replaced,
    #[error("version {number} of {id} is damaged")]
    Damaged { id: DocumentId, number: u64 },
}

impl From<SqliteError> for StoreError {
    fn from(fault: SqliteError) -> Self {
        match fault {
            SqliteError::Damaged { id, number } => Self::Damaged { id, number },
            SqliteError::Replaced => Self::Replaced,
            SqliteError::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => Self::Full,
            SqliteError::Sqlite(rusqlite::Error::InvalidColumnName(column)) => {
                Self::Unreadable(format!("in the column {column}"))
            }
            SqliteError::Sqlite(error) => Self::Database(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
