//! Removes the texts of old versions, if the store was opened to keep only some.
//!
//! Only the content is removed, which is NULL from then on. The rest of the row stays, with number, tag, author, time,
//! hash and title. The removed texts of a document are those of its first versions, up to a number in the document's
//! row.
//!
//! A task does this, in small transactions of its own. Each server removes texts of the documents that it writes; after
//! its start, and once an hour if texts are kept for a time, it visits all documents. If two servers visit the same
//! document, the second one passes it over.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use contract::DocumentId;
use deadpool_postgres::Object;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::clock;
use super::connections::Connections;
use super::error::PostgresError;
use super::queries::version;
use super::rows::{id, limit, signed, value};
use super::session::Session;
use crate::options::Retention;

/// The number of texts that one transaction removes.
const MAX_STEP_TEXTS: i64 = 16;
/// The number of documents that are read at once in a round.
const PAGE_DOCUMENTS: usize = 256;
/// The time between two rounds through all documents, if texts are kept for a time.
const ROUND_INTERVAL: Duration = Duration::from_secs(60 * 60);
/// The number of written documents that may wait.
///
/// Further ones are visited after their next write, or in the next round.
const MAX_QUEUED: usize = 4096;

/// Tells the task of documents that were written. If all texts are kept, there is no task.
pub(super) struct RemovalQueue(Option<mpsc::Sender<DocumentId>>);

impl RemovalQueue {
    /// Starts the task on the current runtime, unless all texts are kept.
    ///
    /// The task ends when the queue is dropped.
    pub(super) fn start(connections: Connections, retention: Retention) -> Self {
        if retention.is_everything() {
            return Self(None);
        }
        let (sender, written) = mpsc::channel(MAX_QUEUED);
        tokio::spawn(TextRemover { connections, retention }.run(written));
        Self(Some(sender))
    }

    /// Notes documents that have a new version.
    pub(super) fn note_writes<'a>(&self, written: impl Iterator<Item = &'a DocumentId>) {
        let Some(queue) = &self.0 else { return };
        for id in written {
            let _ = queue.try_send(id.clone());
        }
    }
}

/// The task.
struct TextRemover {
    connections: Connections,
    retention: Retention,
}

impl TextRemover {
    async fn run(self, mut written: mpsc::Receiver<DocumentId>) {
        let mut next_round = Some(Instant::now());
        loop {
            let round = async {
                match next_round {
                    Some(time) => sleep_until(time).await,
                    None => std::future::pending().await,
                }
            };
            let due = tokio::select! {
                biased;
                first = written.recv() => {
                    let Some(first) = first else { return };
                    let mut due = BTreeSet::from([first]);
                    while let Ok(id) = written.try_recv() {
                        due.insert(id);
                    }
                    self.visit(due.into_iter().collect()).await
                }
                () = round => {
                    let begun = Instant::now();
                    let visited = self.visit_all().await;
                    // One round after the start is enough if only writes make texts old.
                    let is_repeated = self.retention.time.is_some() || visited.is_err();
                    next_round = is_repeated.then(|| begun + ROUND_INTERVAL);
                    visited
                }
            };
            if let Err(error) = due {
                tracing::warn!(%error, "texts of old versions were not removed");
            }
        }
    }

    /// Visits all documents.
    async fn visit_all(&self) -> Result<(), PostgresError> {
        let mut after = String::new();
        loop {
            let client = self.connections.reader().await?;
            let sql = "SELECT id FROM ifmatch.document WHERE id > $1 ORDER BY id LIMIT $2";
            let rows = Session::from(&*client).query(sql, &[&after, &limit(PAGE_DOCUMENTS)]).await?;
            drop(client);
            let page = rows.iter().map(|row| id(row, "id")).collect::<Result<VecDeque<_>, _>>()?;
            let Some(last) = page.back() else { return Ok(()) };
            after = last.to_string();
            self.visit(page).await?;
        }
    }

    /// Removes the texts of these documents that are due.
    async fn visit(&self, mut documents: VecDeque<DocumentId>) -> Result<(), PostgresError> {
        while let Some(id) = documents.pop_front() {
            while self.remove_some(&id).await? {}
        }
        Ok(())
    }

    /// Removes some texts of a document. Returns whether there may be more.
    async fn remove_some(&self, id: &DocumentId) -> Result<bool, PostgresError> {
        let client = self.connections.writer().await?;
        client.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE").await?;
        let removed = self.remove_in_transaction(Session::from(&*client), id).await;
        let end = if removed.is_ok() { "COMMIT" } else { "ROLLBACK" };
        if let Err(error) = client.batch_execute(end).await {
            // The connection is not used again.
            drop(Object::take(client));
            return Err(error.into());
        }
        removed
    }

    async fn remove_in_transaction(&self, session: Session<'_>, id: &DocumentId) -> Result<bool, PostgresError> {
        let lock = "SELECT number, removed FROM ifmatch.document WHERE id = $1 FOR UPDATE SKIP LOCKED";
        let rows = session.query(lock, &[&id.as_str()]).await?;
        let Some(row) = rows.first() else { return Ok(false) };
        let (newest, removed): (i64, i64) = (value(row, "number")?, value(row, "removed")?);
        let last = newest.saturating_sub(signed(self.retention.kept_versions())).min(removed + MAX_STEP_TEXTS);
        // Times of versions are never in the future of the database's clock, so that clock tells their age.
        let now = clock::now(session).await?.as_millis();
        let replaced_before = self
            .retention
            .time
            .map_or(i64::MAX, |time| signed(now.saturating_sub(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))));
        // The numbers of the first versions that were replaced early enough. Times never go backwards.
        let due = "SELECT number - 1 AS due FROM ifmatch.version
                   WHERE document = $1 AND number > $2::BIGINT + 1 AND number <= $3::BIGINT + 1 AND at <= $4
                   ORDER BY number";
        let rows = session.query(due, &[&id.as_str(), &removed, &last, &replaced_before]).await?;
        let mut done = removed;
        for row in &rows {
            let number: i64 = value(row, "due")?;
            // A damaged text stays, since it is a problem to be examined, and would leave no trace.
            match version(session, id, u64::try_from(number).unwrap_or(0)).await {
                Err(PostgresError::Damaged { .. } | PostgresError::Unreadable(_)) => {
                    tracing::warn!(%id, number, "a damaged version keeps its text");
                }
                Err(error) => return Err(error),
                Ok(_) => {
                    let sql = "UPDATE ifmatch.version SET content = NULL WHERE document = $1 AND number = $2";
                    session.execute(sql, &[&id.as_str(), &number]).await?;
                }
            }
            done = number;
        }
        if done == removed {
            return Ok(false);
        }
        let sql = "UPDATE ifmatch.document SET removed = $2 WHERE id = $1";
        session.execute(sql, &[&id.as_str(), &done]).await?;
        Ok(true)
    }
}
