//! A connection with its prepared statements, inside of a transaction or outside.

use std::pin::pin;

use deadpool_postgres::{ClientWrapper, StatementCache, Transaction};
use futures_util::TryStreamExt as _;
use tokio_postgres::error::{DbError, Severity};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, SimpleQueryMessage};

use super::error::PostgresError;

/// A connection, by reference.
///
/// Without a transaction, each statement sees all that was committed before it began.
#[derive(Clone, Copy)]
pub(super) struct Session<'a> {
    client: &'a Client,
    statements: &'a StatementCache,
}

impl<'a> Session<'a> {
    /// Returns the session of a transaction.
    pub(super) fn within(transaction: &'a Transaction<'_>) -> Self {
        Self { client: transaction.client(), statements: &transaction.statement_cache }
    }

    /// Prepares a statement, unless this connection has it.
    pub(super) async fn prepare(self, sql: &str) -> Result<(), PostgresError> {
        self.statements.prepare(self.client, sql).await?;
        Ok(())
    }

    /// Runs a query.
    pub(super) async fn query(self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, PostgresError> {
        let statement = self.statements.prepare(self.client, sql).await?;
        Ok(self.client.query(&statement, values).await?)
    }

    /// Runs a statement. Returns the number of its rows.
    pub(super) async fn execute(self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<u64, PostgresError> {
        let statement = self.statements.prepare(self.client, sql).await?;
        Ok(self.client.execute(&statement, values).await?)
    }

    /// Runs a query that is a transaction by itself, and commits what it writes. Returns its only row.
    ///
    /// # Errors
    ///
    /// [`PostgresError::OutcomeUnknown`] if the connection broke after PostgreSQL had begun the query. After all other
    /// errors nothing is committed.
    pub(super) async fn commit_by_query(self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Row, PostgresError> {
        let statement = self.statements.prepare(self.client, sql).await?;
        if self.client.is_closed() {
            // Nothing was sent.
            return Err(PostgresError::Overtaken);
        }
        let begun = self.client.query_raw(&statement, values.iter().copied()).await.map_err(|error| {
            // PostgreSQL answers in order, so what it says first precedes the query.
            if error.as_db_error().is_some() {
                PostgresError::Database(error)
            } else {
                PostgresError::OutcomeUnknown(error)
            }
        })?;
        let mut rows = pin!(begun);
        let end = async {
            let row = rows.try_next().await?;
            // The commit comes after the row.
            while rows.try_next().await?.is_some() {}
            Ok(row)
        };
        let row = end.await.map_err(|error: tokio_postgres::Error| {
            let severity = error.as_db_error().and_then(DbError::parsed_severity);
            // After an error that is not fatal, PostgreSQL has undone the query.
            if severity == Some(Severity::Error) {
                PostgresError::Database(error)
            } else {
                PostgresError::OutcomeUnknown(error)
            }
        })?;
        row.ok_or(PostgresError::Unreadable("last_event"))
    }

    /// Runs statements without values, and returns the number of rows in their results.
    pub(super) async fn rows_of(self, sql: &str) -> Result<usize, PostgresError> {
        let messages = self.client.simple_query(sql).await?;
        Ok(messages.iter().filter(|message| matches!(message, SimpleQueryMessage::Row(_))).count())
    }

    /// Runs statements without values, such as BEGIN and COMMIT.
    pub(super) async fn batch(self, sql: &str) -> Result<(), tokio_postgres::Error> {
        self.client.batch_execute(sql).await
    }
}

impl<'a> From<&'a ClientWrapper> for Session<'a> {
    fn from(client: &'a ClientWrapper) -> Self {
        Self { client, statements: &client.statement_cache }
    }
}
