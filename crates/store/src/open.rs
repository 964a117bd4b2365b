//! Opening a store by its address, whichever backend it belongs to.

use std::sync::Arc;

use thiserror::Error;

use crate::options::StoreOptions;
#[cfg(feature = "postgres")]
use crate::postgres::{PostgresOpenError, PostgresStore};
use crate::sqlite::{SqliteOpenError, SqliteStore};
use crate::store::Store;

/// The reason why a store could not be opened. Each backend has its own causes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The address begins with a scheme, such as `mysql` in `mysql://`, for which there is no backend.
    #[error("{0}:// is not supported; name the path of a SQLite file, memory:, or the postgres:// URL of a database")]
    Scheme(String),
    /// This program was built without the backend for PostgreSQL.
    #[error(
        "this program was built without PostgreSQL; 'cargo install --path crates/ifmatch --features postgres' builds \
         it with PostgreSQL"
    )]
    WithoutPostgres,
    /// The SQLite file cannot be opened.
    #[error(transparent)]
    Sqlite(#[from] SqliteOpenError),
    /// The PostgreSQL database cannot be opened.
    #[cfg(feature = "postgres")]
    #[error(transparent)]
    Postgres(#[from] PostgresOpenError),
}

/// Opens the store at an address.
///
/// The address is the path of a SQLite file, which is created if it is missing; `memory:` for a store that is gone with
/// the process; or, with the feature `postgres`, the URL of a PostgreSQL database (`postgres://`), whose schema is
/// created if it is missing.
///
/// # Errors
///
/// [`OpenError`] if there is no backend for the address, or its backend cannot open it.
pub async fn open(address: &str) -> Result<Arc<dyn Store>, OpenError> {
    open_with(address, StoreOptions::default()).await
}

/// Opens the store at an address, as [`open`] does, with these options.
///
/// # Errors
///
/// [`OpenError`] if there is no backend for the address, or its backend cannot open it.
pub async fn open_with(address: &str, options: StoreOptions) -> Result<Arc<dyn Store>, OpenError> {
    if is_postgres(address) {
        return open_postgres(address, options).await;
    }
    if let Some((scheme, _)) = address.split_once("://") {
        // Reports only the scheme: the rest may contain a password.
        return Err(OpenError::Scheme(scheme.to_owned()));
    }
    let store = match address {
        "memory:" => SqliteStore::memory_with(options)?,
        path => SqliteStore::open_with(path.as_ref(), options)?,
    };
    Ok(Arc::new(store))
}

#[cfg(feature = "postgres")]
async fn open_postgres(address: &str, options: StoreOptions) -> Result<Arc<dyn Store>, OpenError> {
    Ok(Arc::new(PostgresStore::open_with(address, options).await?))
}

#[cfg(not(feature = "postgres"))]
#[expect(clippy::unused_async, reason = "with the feature, it is")]
async fn open_postgres(_: &str, _: StoreOptions) -> Result<Arc<dyn Store>, OpenError> {
    Err(OpenError::WithoutPostgres)
}

/// Returns whether an address is the URL of a PostgreSQL database.
#[must_use]
pub fn is_postgres(address: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|scheme| address.starts_with(scheme))
}

/// The parameters of a database's URL that are printed.
///
/// They say which database it is, and how it is reached.
const DISPLAYED_PARAMETERS: [&str; 7] = ["host", "hostaddr", "port", "dbname", "user", "sslmode", "sslrootcert"];

/// Returns an address as it may be printed: without a password, and without what may be one.
///
/// Of a URL, this is the user, the host, the port, the database and those of its parameters that are certainly not
/// secret (`DISPLAYED_PARAMETERS`), or only the scheme if these are not certain.
#[must_use]
pub fn display_address(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (before, after) = rest.rsplit_once('@').unwrap_or(("", rest));
    if before.contains('?') {
        // The last `@` may be in a parameter, and the `?` in a password.
        return format!("{scheme}://…");
    }
    let user = before.split([':', '/']).next().unwrap_or_default();
    let (place, parameters) = after.split_once('?').unwrap_or((after, ""));
    let at = if user.is_empty() { "" } else { "@" };
    let is_displayed =
        |parameter: &&str| parameter.split_once('=').is_some_and(|(name, _)| DISPLAYED_PARAMETERS.contains(&name));
    let parameters: Vec<&str> = parameters.split('&').filter(is_displayed).collect();
    let mark = if parameters.is_empty() { "" } else { "?" };
    format!("{scheme}://{user}{at}{place}{mark}{}", parameters.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `store backup` prints the address in a command for `pg_dump`, which has to reach the same database.
    #[test]
    fn displayed_address_reaches_the_same_database() {
        for address in [
            "postgres://u@/d?host=/run/postgresql",
            "postgres://u@h/d?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            "postgres://h:5433/?dbname=d&user=u",
        ] {
            assert_eq!(display_address(address), address);
        }
        let with_password = "postgres://u@/d?password=sesame&host=/run/postgresql&sslmode=disable";
        assert_eq!(display_address(with_password), "postgres://u@/d?host=/run/postgresql&sslmode=disable");
    }

    #[test]
    fn displayed_address_has_no_password() {
        for (address, displayed) in [
            ("postgres://u:sesame@h:5432/d", "postgres://u@h:5432/d"),
            ("postgres://u:ses/@me@h/d", "postgres://u@h/d"),
            ("postgresql://h/d?user=u&password=sesame", "postgresql://h/d?user=u"),
            ("postgres://u:sesame@h/d?host", "postgres://u@h/d"),
            ("postgres://u:sesame@h/d?sslpassword=sesame&options=sesame", "postgres://u@h/d"),
            ("postgres://h/d?password=ses@me", "postgres://…"),
            ("postgres://u@h/d?password=a@sesame", "postgres://…"),
            ("documents.db", "documents.db"),
        ] {
            assert_eq!(display_address(address), displayed);
            assert!(!display_address(address).contains("ses"));
        }
    }
}
