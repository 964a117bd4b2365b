//! Connections of the bench to PostgreSQL, and their errors.

use tokio_postgres::{Client, NoTls};

use crate::error::Error;

/// Makes a connection, which a task drives until the client is dropped.
pub(super) async fn connect(url: &str) -> Result<Client, Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.map_err(failed)?;
    // An error of the connection is also that of the query that waits for it.
    tokio::spawn(async move { connection.await.ok() });
    Ok(client)
}

/// Returns an error of PostgreSQL, or of a pool of connections.
pub(super) fn failed(error: impl std::error::Error) -> Error {
    let cause = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    Error::Postgres(format!("{error}{cause}"))
}
