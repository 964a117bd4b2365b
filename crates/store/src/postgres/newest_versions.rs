//! Asks the database which version of a document is the newest: one query for all reads that wait.
//!
//! A read of a document that is in memory needs to know only whether that version is still the newest one. It asks by
//! itself, without another task in between, if few others do. Reads that arrive while queries are in progress wait, and
//! the next query serves all of them. Each query begins after the reads that it serves, so none of them gets an answer
//! that is older than itself.
//!
//! A query also returns the revision of the settings that all servers share, as of the same state of the database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::DocumentId;
use tokio::sync::oneshot;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::connections::{Connector, repeat_if_lost};
use super::counters::StoreCounters;
use super::driven_connections::DrivenConnections;
use super::error::PostgresError;
use super::rows::{seal, unsigned, value};
use crate::database_status::PoolStatus;
use crate::error::StoreError;
use crate::seal::Seal;

/// The number of queries at the same time. With more, each would serve fewer reads.
const MAX_QUERIES: usize = 2;

/// The number of reads that share a query.
const MAX_READS: usize = 128;

/// The newest versions of documents, and the revision of the settings.
const NEWEST: &str = "
    SELECT c.last AS settings, d.id, d.number, d.newest_seal
    FROM ifmatch.setting_counter c LEFT JOIN ifmatch.document d ON d.id = ANY ($1)
    WHERE c.single";

/// The newest version of one document, and the revision of the settings.
const NEWEST_OF_ONE: &str = "
    SELECT c.last AS settings, d.id, d.number, d.newest_seal
    FROM ifmatch.setting_counter c LEFT JOIN ifmatch.document d ON d.id = $1
    WHERE c.single";

/// The newest version of a document in one state of the database.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewestStamp {
    /// Its number and the checksum of its row; `None` if the document never existed.
    pub(super) version: Option<(u64, Seal)>,
    /// The revision of the settings that all servers share.
    pub(super) settings: u64,
}

/// The reads that wait for a query.
pub(super) struct NewestVersions {
    connections: DrivenConnections,
    counters: Arc<StoreCounters>,
    state: Mutex<ReadQueue>,
}

#[derive(Default)]
struct ReadQueue {
    waiting: Vec<WaitingRead>,
    /// The queries in progress. If there are fewer than [`MAX_QUERIES`], no reads wait.
    running: usize,
}

struct WaitingRead {
    id: DocumentId,
    reply: oneshot::Sender<Result<NewestStamp, StoreError>>,
}

impl NewestVersions {
    pub(super) fn new(connector: Connector, id: &str, counters: Arc<StoreCounters>) -> Self {
        Self { connections: DrivenConnections::new(connector, id, MAX_QUERIES), counters, state: Mutex::default() }
    }

    /// Returns the newest version of a document.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the database cannot be read.
    pub(super) async fn of(self: &Arc<Self>, id: &DocumentId) -> Result<NewestStamp, StoreError> {
        let answer = {
            let mut state = self.lock();
            if state.running < MAX_QUERIES {
                state.running += 1;
                None
            } else {
                let (reply, answer) = oneshot::channel();
                state.waiting.push(WaitingRead { id: id.clone(), reply });
                Some(answer)
            }
        };
        if let Some(answer) = answer {
            return answer.await.map_err(|_| StoreError::Stopped)?;
        }
        let _running = RunningQuery(self);
        let id = id.as_str();
        let rows = self.query(NEWEST_OF_ONE, &[&id]).await?;
        let (settings, found) = stamps(&rows)?;
        Ok(NewestStamp { version: found.get(id).copied(), settings })
    }

    /// Returns the state of the connections.
    pub(super) fn status(&self) -> PoolStatus {
        PoolStatus { waiting: self.lock().waiting.len(), ..self.connections.status() }
    }

    async fn query(&self, sql: &'static str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        let on_repeat = || StoreCounters::count(&self.counters.repeated_reads);
        repeat_if_lost(|| self.connections.query(sql, values), on_repeat).await
    }

    /// Runs queries until no reads wait.
    async fn serve(self: Arc<Self>) {
        while let Some(reads) = self.take() {
            let ids: Vec<&str> = reads.iter().map(|read| read.id.as_str()).collect();
            let rows = self.query(NEWEST, &[&ids]).await;
            let found = rows.as_ref().map_err(StoreError::clone);
            let found = found.and_then(|rows| stamps(rows).map_err(StoreError::from));
            for read in reads {
                let stamp = found.as_ref().map_err(StoreError::clone).map(|(settings, found)| NewestStamp {
                    version: found.get(read.id.as_str()).copied(),
                    settings: *settings,
                });
                // The client may have gone.
                let _ = read.reply.send(stamp);
            }
        }
    }

    /// Returns the reads of the next query, or `None` if none wait; then the task has ended.
    fn take(&self) -> Option<Vec<WaitingRead>> {
        let mut state = self.lock();
        if state.waiting.is_empty() {
            state.running -= 1;
            return None;
        }
        let count = state.waiting.len().min(MAX_READS);
        Some(state.waiting.drain(..count).collect())
    }

    fn lock(&self) -> MutexGuard<'_, ReadQueue> {
        // No code panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The query of a read that asks by itself.
///
/// When it is dropped, even before the query has ended, a task serves the reads that wait.
struct RunningQuery<'a>(&'a Arc<NewestVersions>);

impl Drop for RunningQuery<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        if state.waiting.is_empty() {
            state.running -= 1;
        } else {
            tokio::spawn(Arc::clone(self.0).serve());
        }
    }
}

/// The number of a version, and the checksum of its row.
type NumberAndSeal = (u64, Seal);

/// Returns the revision of the settings, and the newest versions by document.
fn stamps(rows: &[Row]) -> Result<(u64, HashMap<&str, NumberAndSeal>), PostgresError> {
    let first = rows.first().ok_or(PostgresError::MissingRow("setting_counter"))?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        if let Some(id) = value::<Option<&str>>(row, "id")? {
            found.insert(id, (unsigned(row, "number")?, seal(row, "newest_seal")?));
        }
    }
    Ok((unsigned(first, "settings")?, found))
}
