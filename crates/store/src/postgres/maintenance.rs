//! Migrating a database while no server uses it.

use super::connections::Connector;
use super::error::PostgresOpenError;
use super::migrations::{MigrationScope, NEWEST_SCHEMA, prepare};
use crate::options::DatabaseLogin;

/// Brings the schema of a database to the newest, and creates it if there is none.
///
/// Returns the number before, which is 0 if there was none, and the number now.
///
/// # Errors
///
/// [`PostgresOpenError`] if the database cannot be reached, or its schema is newer than this program.
pub async fn migrate(url: &str, login: &DatabaseLogin) -> Result<(i32, i32), PostgresOpenError> {
    let mut client = Connector::new(url, login)?.client().await?;
    let state = prepare(&mut client, MigrationScope::AnyDatabase).await?;
    Ok((state.found, NEWEST_SCHEMA))
}
