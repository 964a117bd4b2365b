//! Creates the schema, or brings an older one to the newest, one program at a time.
//!
//! The table `ifmatch.store` has the number of the schema. A server opens only a database with exactly the number that
//! it knows: it creates what is missing in an empty database, and refuses an older or newer one. An older one is
//! migrated by `ifmatch store migrate` alone, since servers of the older version may be using it.
//!
//! All this happens in one transaction, under an advisory lock: of servers that start at the same time on an empty
//! database, one creates the schema, and the others find it.

use tokio_postgres::{Client, Transaction};

use super::error::PostgresOpenError;

/// The steps of the schema in their order. A step that was released is never changed: add another one.
const MIGRATIONS: [&str; 4] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
];

/// The number of the newest schema.
pub(super) const NEWEST_SCHEMA: i32 = 4;

const _: () = assert!(MIGRATIONS.len() == NEWEST_SCHEMA.unsigned_abs() as usize, "each step is one number");

/// The advisory lock: `ifmatch` in ASCII.
const MIGRATION_LOCK: i64 = 0x0069_666d_6174_6368;

/// The oldest version of PostgreSQL with all functions that are used, as the server reports it.
const MIN_SERVER_VERSION: i32 = 130_000;

/// The state of a database that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DatabaseState {
    /// The number of its schema before; 0 if it was empty.
    pub(super) found: i32,
    /// The id of the store.
    pub(super) id: String,
}

/// The steps that may be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MigrationScope {
    /// All steps in an empty database, and none in an older one, which is refused.
    EmptyDatabase,
    /// All steps that are missing.
    AnyDatabase,
}

/// Checks the database, and runs the steps that are missing and allowed.
///
/// # Errors
///
/// [`PostgresOpenError`] if the database cannot be used. It is then unchanged.
pub(super) async fn prepare(client: &mut Client, scope: MigrationScope) -> Result<DatabaseState, PostgresOpenError> {
    check_server(client).await?;
    let transaction = client.transaction().await?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK]).await?;
    let found = schema_of(&transaction).await?;
    match found {
        Some(found) if found > NEWEST_SCHEMA => {
            return Err(PostgresOpenError::Newer { found, known: NEWEST_SCHEMA });
        }
        Some(found) if found < NEWEST_SCHEMA && scope == MigrationScope::EmptyDatabase => {
            return Err(PostgresOpenError::Older { found, known: NEWEST_SCHEMA });
        }
        Some(_) => {}
        None => check_unused(&transaction).await?,
    }
    let found = found.unwrap_or(0);
    for step in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.batch_execute(step).await?;
    }
    if found < NEWEST_SCHEMA {
        let set = "INSERT INTO ifmatch.store (schema) VALUES ($1) ON CONFLICT (single) DO UPDATE SET schema = $1";
        transaction.execute(set, &[&NEWEST_SCHEMA]).await?;
    }
    let id = transaction.query_one("SELECT id::TEXT FROM ifmatch.store", &[]).await?.try_get(0)?;
    if let Some(table) = tables_without_row(&transaction).await?.first() {
        return Err(PostgresOpenError::MissingRow(table));
    }
    transaction.commit().await?;
    Ok(DatabaseState { found, id })
}

/// Refuses a server that is too old, and a database that cannot hold every text.
async fn check_server(client: &Client) -> Result<(), PostgresOpenError> {
    let sql = "SELECT current_setting('server_version_num')::INTEGER, current_setting('server_version'),
                      current_setting('server_encoding')";
    let row = client.query_one(sql, &[]).await?;
    let (number, version, encoding): (i32, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    if number < MIN_SERVER_VERSION {
        return Err(PostgresOpenError::TooOld(version));
    }
    if encoding != "UTF8" {
        return Err(PostgresOpenError::Encoding(encoding));
    }
    Ok(())
}

/// Returns the number of the schema, or `None` if there is no store.
pub(super) async fn schema_of(transaction: &Transaction<'_>) -> Result<Option<i32>, PostgresOpenError> {
    // The views of information_schema have only what the user may access, so the store would seem not to exist.
    let sql = "SELECT EXISTS (SELECT FROM pg_attribute
                              WHERE attrelid = to_regclass('ifmatch.store') AND attname = 'schema')";
    let exists: bool = transaction.query_one(sql, &[]).await?.try_get(0)?;
    if !exists {
        return Ok(None);
    }
    let row = transaction.query_opt("SELECT schema FROM ifmatch.store", &[]).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Returns those of the tables with one row that have none.
///
/// Without the row of `tree_lock`, a server would change the tree without a lock.
pub(super) async fn tables_without_row(
    transaction: &Transaction<'_>,
) -> Result<Vec<&'static str>, tokio_postgres::Error> {
    let mut missing = Vec::new();
    for table in ["tree_lock", "event_counter", "setting_counter"] {
        let sql = format!("SELECT EXISTS (SELECT FROM ifmatch.{table})");
        if !transaction.query_one(&sql, &[]).await?.try_get::<_, bool>(0)? {
            missing.push(table);
        }
    }
    Ok(missing)
}

/// Refuses a schema with tables of another program. An administrator may have created an empty one.
async fn check_unused(transaction: &Transaction<'_>) -> Result<(), PostgresOpenError> {
    let sql = "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('ifmatch')";
    let objects: i64 = transaction.query_one(sql, &[]).await?.try_get(0)?;
    if objects == 0 { Ok(()) } else { Err(PostgresOpenError::Foreign) }
}
