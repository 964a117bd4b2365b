//! Checking and migrating a database by its address.

use crate::open::OpenError;
use crate::options::DatabaseLogin;
#[cfg(feature = "postgres")]
use crate::postgres;
use crate::verification::{CheckSummary, StoreProblem};

/// Checks the store in a PostgreSQL database, and reports each problem to `report`.
///
/// # Errors
///
/// [`OpenError`] if there is no store, or it cannot be read. A store that can be read and is broken is not an error.
#[cfg(feature = "postgres")]
pub async fn check_database(
    url: &str,
    login: &DatabaseLogin,
    report: impl FnMut(StoreProblem),
) -> Result<CheckSummary, OpenError> {
    Ok(postgres::check(url, login, report).await?)
}

/// Returns the error for a program without PostgreSQL.
///
/// # Errors
///
/// [`OpenError::WithoutPostgres`]
#[cfg(not(feature = "postgres"))]
pub async fn check_database(
    _: &str,
    _: &DatabaseLogin,
    _: impl FnMut(StoreProblem),
) -> Result<CheckSummary, OpenError> {
    Err(OpenError::WithoutPostgres)
}

/// Brings the schema of a PostgreSQL database to the newest, and creates it if there is none.
///
/// Returns the number of the schema before, which is 0 if there was none, and the number now.
///
/// # Errors
///
/// [`OpenError`] if the database cannot be reached, or its schema is newer than this program.
#[cfg(feature = "postgres")]
pub async fn migrate_database(url: &str, login: &DatabaseLogin) -> Result<(i32, i32), OpenError> {
    Ok(postgres::migrate(url, login).await?)
}

/// Returns the error for a program without PostgreSQL.
///
/// # Errors
///
/// [`OpenError::WithoutPostgres`]
#[cfg(not(feature = "postgres"))]
pub async fn migrate_database(_: &str, _: &DatabaseLogin) -> Result<(i32, i32), OpenError> {
    Err(OpenError::WithoutPostgres)
}
