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
//! | `schema`, `rows`, `tree` | what is in it |
//! | `seal` | checksums of rows |
//! | `kinds` | indexes for the kinds of tags that are mistakes |
//! | `writer`, `readers` | who writes, and who reads beside it |
//! | `removal` | the texts of old versions, if not all are kept |
//! | `heads` | the newest versions in memory, and why they are never wrong |
//! | `outlines` | of many more documents as much as a 304 takes |
//! | `news` | telling whoever watches |
//! | `beside` | reading the file of a store that another process may have |
//! | `backup`, `check` | a copy of such a file, and what is broken in it |
//! | `apart` | judging and writing as two steps, a mistake made on purpose |

mod apart;
mod backup;
mod beside;
mod check;
mod heads;
mod identity;
mod kinds;
mod lock;
mod news;
mod outlines;
mod readers;
mod removal;
mod rows;
mod schema;
mod seal;
mod tree;
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
use crate::facts::Past;
use crate::outcome::{Judged, Outcome, Shown};
use crate::request::{EventQuery, ListQuery, Question, VersionQuery, WriteRequest};
use crate::revision::{Found, Happened, Listed, Page, Revision, Stored};
pub use apart::Between;
use apart::RoundTrip;
pub use backup::{BackedUp, backup};
pub use check::{Checked, Flaw, Problem, check};
use heads::Heads;
use identity::Identity;
use kinds::Kinds;
use lock::Lock;
use readers::Readers;
use removal::Removal;
pub use removal::{ALWAYS_KEPT, Keep};
use writer::Writer;

/// Documents in a SQLite database.
pub struct Sqlite {
    // In this order: the last connection to close tidies the file up, and it should be the one that can write.
    readers: Readers,
    kinds: Kinds,
    writer: Writer,
    heads: Arc<Heads>,
    between: Arc<dyn Between>,
    /// It is let go last of all. A store in memory needs none.
    _lock: Option<Arc<Lock>>,
}

impl Sqlite {
    /// Opens a file, and makes it where there is none. No other process can then do the same.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_keeping(path, Keep::default())
    }

    /// Like [`Sqlite::open`], and removes the texts of old versions that are not to be kept.
    ///
    /// # Errors
    ///
    /// [`OpenError`] as [`Sqlite::open`] has it.
    pub fn open_keeping(path: &Path, keep: Keep) -> Result<Self, OpenError> {
        schema::check(path)?;
        beside::look_first(path)?;
        let lock = Arc::new(lock::take(path)?);
        let failed = |error: std::io::Error| OpenError::Database { path: path.to_owned(), reason: error.to_string() };
        let path = &path.canonicalize().map_err(failed)?;
        let (connection, is_alone) = match schema::open_file(path) {
            // On a full disk there is no room for the index of the log that connections share.
            Err(OpenError::Full(full)) => (schema::open_alone(path).map_err(|_| OpenError::Full(full))?, true),
            other => (other?, false),
        };
        let connection = Arc::new(Mutex::new(connection));
        let identity = Arc::new(Identity::of(path).map_err(failed)?);
        let readers = if is_alone {
            tracing::warn!(
                path = %path.display(),
                "the disk is full: the store is read, and writes are refused until there is room; until the next start, \
                 other programs cannot read the file"
            );
            Readers::sharing(Arc::clone(&connection))
        } else {
            Readers::of_file(path).under(&lock).unless_replaced(&identity, &connection)
        };
        Self::start(connection, readers, path, Some((lock, identity)), keep)
    }

    /// A store that is gone when it is dropped.
    pub fn memory() -> Result<Self, OpenError> {
        Self::memory_keeping(Keep::default())
    }

    fn memory_keeping(keep: Keep) -> Result<Self, OpenError> {
        let connection = Arc::new(Mutex::new(schema::open_memory()?));
        let readers = Readers::sharing(Arc::clone(&connection));
        Self::start(connection, readers, Path::new(":memory:"), None, keep)
    }

    fn start(
        connection: Arc<Mutex<Connection>>,
        readers: Readers,
        path: &Path,
        file: Option<(Arc<Lock>, Arc<Identity>)>,
        keep: Keep,
    ) -> Result<Self, OpenError> {
        let failed = |error: std::io::Error| OpenError::Database { path: path.to_owned(), reason: error.to_string() };
        let heads = Arc::<Heads>::default();
        let (lock, identity) = file.unzip();
        let kinds = Kinds::new(Arc::clone(&connection), lock.clone());
        let writer = Writer::start(connection, Arc::clone(&heads), identity, Removal::new(keep)).map_err(failed)?;
        Ok(Self { readers, kinds, writer, heads, between: Arc::new(RoundTrip), _lock: lock })
    }

    /// Opens the store at `place` as [`crate::open`] does.
    pub(crate) fn at(place: &str, keep: Keep) -> Result<Self, OpenError> {
        if place == "memory:" { Self::memory_keeping(keep) } else { Self::open_keeping(place.as_ref(), keep) }
    }

    /// The same store, in which something else happens between judging and writing, where the policy has these be two
    /// steps: somebody may want to see the one, and only then let the other happen.
    #[must_use]
    pub fn with_between(self, between: Arc<dyn Between>) -> Self {
        Self { between, ..self }
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn write(&self, request: WriteRequest) -> Result<Outcome, StoreError> {
        self.kinds.prepare(request.policy.etags).await;
        match request.policy.judging {
            Judging::Atomic => self.writer.write(request, None).await,
            Judging::CheckThenAct => apart::write(self, request).await,
        }
    }

    fn judge_at_once(&self, question: &Question) -> Option<Judged> {
        self.heads.judge(question)
    }

    async fn judge(&self, question: Question) -> Result<Judged, StoreError> {
        if let Some(judged) = self.judge_at_once(&question) {
            return Ok(judged);
        }
        self.kinds.prepare(question.policy.etags).await;
        let heads = Arc::clone(&self.heads);
        let judged = move |connection: &Connection| {
            let Question { id, conditions, method, incoming, author, now, policy } = &question;
            let found = look(connection, id, &heads)?;
            let facts = rows::facts(connection, id, found, conditions, None, policy.etags)?;
            let past = Past { issued: &facts.issued, kind: policy.etags, sent: None, author: author.as_ref() };
            let asked = JudgedRequest { method: *method, conditions, body: *incoming, now: *now };
            let judgement = judge(&asked, &facts.found.as_target(policy.etags), policy, &past);
            Ok(Judged { judgement, shown: Shown::Found(facts.found) })
        };
        self.readers.read(judged).await
    }

    async fn read(&self, id: &DocumentId) -> Result<Found, StoreError> {
        if let Some(found) = self.heads.found(id) {
            return Ok(found);
        }
        let (id, heads) = (id.clone(), Arc::clone(&self.heads));
        self.readers.read(move |connection| look(connection, &id, &heads)).await
    }

    async fn version(&self, id: &DocumentId, number: u64) -> Result<Option<Stored>, StoreError> {
        let id = id.clone();
        self.readers.read(move |connection| rows::version(connection, &id, number)).await
    }

    async fn versions(&self, query: VersionQuery) -> Result<Page<Revision>, StoreError> {
        self.readers.read(move |connection| rows::versions(connection, &query)).await
    }

    async fn has_issued(&self, id: &DocumentId, tags: Vec<EntityTag>, kind: Etags) -> Result<bool, StoreError> {
        self.kinds.prepare(kind).await;
        let id = id.clone();
        self.readers.read(move |connection| rows::has_issued(connection, &id, &tags, kind)).await
    }

    async fn list(&self, query: ListQuery) -> Result<Page<Listed>, StoreError> {
        self.readers.read(move |connection| rows::list(connection, &query)).await
    }

    async fn events(&self, query: EventQuery) -> Result<Vec<Happened>, StoreError> {
        self.readers.read(move |connection| rows::events(connection, &query)).await
    }

    async fn latest(&self) -> Result<u64, StoreError> {
        self.readers.read(rows::latest).await
    }

    fn subscribe(&self, about: Option<&DocumentId>) -> broadcast::Receiver<Happened> {
        self.writer.subscribe(about)
    }

    async fn health(&self) -> Result<(), StoreError> {
        self.latest().await?;
        self.writer.health()
    }
}

/// Looks the newest version up, and keeps it.
fn look(connection: &Connection, id: &DocumentId, heads: &Heads) -> Result<Found, Fault> {
    let since = heads.now();
    let found = rows::found(connection, id)?;
    heads.keep(id, &found, since);
    Ok(found)
}

/// What went wrong in here, before it is put into the words of every store.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("the file was removed or replaced")]
    Replaced,
    #[error("version {number} of {id} is damaged")]
    Damaged { id: DocumentId, number: u64 },
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Damaged { id, number } => Self::Damaged { id, number },
            Fault::Replaced => Self::Replaced,
            Fault::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => Self::Full,
            Fault::Sqlite(rusqlite::Error::InvalidColumnName(column)) => {
                Self::Unreadable(format!("in the column {column}"))
            }
            Fault::Sqlite(error) => Self::Database(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
