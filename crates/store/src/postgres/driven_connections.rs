//! Connections that are driven by the tasks that use them.
//!
//! A connection of a pool has a task of its own, which sends queries and receives rows. For a query of a few
//! microseconds, it takes as long to pass it to that task and the rows back. Here, the task that waits for the rows
//! reads them from the socket itself.
//!
//! Between two queries, nothing reads from the socket. So a connection that was lost is noticed by the next query,
//! which is repeated on another one.

use std::future::{Future, poll_fn};
use std::mem;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use deadpool_postgres::PoolError;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Connection, Row, Socket, Statement};

use super::connections::{Connector, prepare_session};
use super::error::PostgresError;
use super::hosts::DatabaseHosts;
use super::tls::EncryptedStream;
use crate::database_status::PoolStatus;

/// Connections to one database. The caller bounds how many queries run at the same time.
pub(super) struct DrivenConnections {
    connector: Connector,
    /// The id of the store.
    id: String,
    idle: Mutex<Vec<DrivenConnection>>,
    limit: usize,
    open: AtomicUsize,
    made: AtomicU64,
}

/// A connection with the statements that were prepared on it.
struct DrivenConnection {
    client: Client,
    connection: Connection<Socket, EncryptedStream>,
    statements: Vec<(&'static str, Statement)>,
    is_lost: bool,
}

impl DrivenConnections {
    /// Returns a pool without connections. At most `limit` queries will run at the same time.
    pub(super) fn new(connector: Connector, id: &str, limit: usize) -> Self {
        let (idle, open, made) = (Mutex::default(), AtomicUsize::new(0), AtomicU64::new(0));
        Self { connector, id: id.to_owned(), idle, limit, open, made }
    }

    /// Runs a query.
    ///
    /// If the future is dropped, its rows are discarded by the next query on the same connection.
    pub(super) async fn query(
        &self,
        sql: &'static str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, PostgresError> {
        let mut lent = self.take().await?;
        let connection = lent.connection.as_mut().expect("it is given back when it is dropped");
        connection.query(sql, values).await
    }

    async fn take(&self) -> Result<LentConnection<'_>, PostgresError> {
        let idle = self.lock().pop();
        if let Some(connection) = idle {
            return Ok(LentConnection { pool: self, connection: Some(connection) });
        }
        let (client, connection) = self.connector.connect().await?;
        let mut connection = DrivenConnection { client, connection, statements: Vec::new(), is_lost: false };
        connection.prepare(self.connector.hosts(), &self.id).await?;
        self.made.fetch_add(1, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::Relaxed);
        Ok(LentConnection { pool: self, connection: Some(connection) })
    }

    /// Returns the state of the pool. No query waits in here.
    pub(super) fn status(&self) -> PoolStatus {
        let open = self.open.load(Ordering::Relaxed);
        let used = open.saturating_sub(self.lock().len());
        PoolStatus { limit: self.limit, open, used, waiting: 0, made: self.made.load(Ordering::Relaxed) }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<DrivenConnection>> {
        // No code panics while it holds the lock.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in use, which goes back to its pool unless it was lost.
struct LentConnection<'a> {
    pool: &'a DrivenConnections,
    connection: Option<DrivenConnection>,
}

impl Drop for LentConnection<'_> {
    fn drop(&mut self) {
        match self.connection.take() {
            Some(connection) if !connection.is_lost => self.pool.lock().push(connection),
            _ => drop(self.pool.open.fetch_sub(1, Ordering::Relaxed)),
        }
    }
}

impl DrivenConnection {
    async fn query(&mut self, sql: &'static str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, PostgresError> {
        let Self { client, connection, statements, is_lost } = self;
        if !statements.iter().any(|(known, _)| *known == sql) {
            let statement = drive(connection, is_lost, client.prepare(sql)).await??;
            statements.push((sql, statement));
        }
        let statement = statements.iter().find(|(known, _)| *known == sql).map(|(_, statement)| statement);
        let statement = statement.expect("it was prepared above");
        Ok(drive(connection, is_lost, client.query(statement, values)).await??)
    }

    /// Sets up the session, and compares the database with the one that was opened.
    async fn prepare(&mut self, hosts: &DatabaseHosts, id: &str) -> Result<(), PostgresError> {
        let Self { client, connection, is_lost, .. } = self;
        let prepared = drive(connection, is_lost, prepare_session(client, hosts, id)).await?;
        prepared.map_err(|error| PostgresError::Pool(PoolError::PostCreateHook(error)))
    }
}

/// Drives a connection until a future of its client is ready.
///
/// If the connection ends before, `is_lost` is set.
async fn drive<T>(
    connection: &mut Connection<Socket, EncryptedStream>,
    is_lost: &mut bool,
    waiting: impl Future<Output = T>,
) -> Result<T, PostgresError> {
    let mut waiting = pin!(waiting);
    let mut is_first = true;
    poll_fn(|context| {
        // Only the connection has to wake the task. What client and connection tell each other is looked at in the same
        // call, and a task that wakes itself would wake another thread of the runtime, too.
        let mut quiet = Context::from_waker(Waker::noop());
        if mem::take(&mut is_first) {
            // The client wakes the task that has polled the connection last.
            if let Poll::Ready(Some(Err(_)) | None) = connection.poll_message(&mut quiet) {
                *is_lost = true;
                return Poll::Ready(Err(PostgresError::ConnectionLost));
            }
        }
        loop {
            if let Poll::Ready(done) = waiting.as_mut().poll(&mut quiet) {
                return Poll::Ready(Ok(done));
            }
            let end = match connection.poll_message(context) {
                // A notice, for example.
                Poll::Ready(Some(Ok(_))) => continue,
                // What the query waits for may have been read just now.
                Poll::Pending => return waiting.as_mut().poll(&mut quiet).map(Ok),
                Poll::Ready(Some(Err(error))) => PostgresError::Database(error),
                Poll::Ready(None) => PostgresError::ConnectionLost,
            };
            *is_lost = true;
            return Poll::Ready(Err(end));
        }
    })
    .await
}
