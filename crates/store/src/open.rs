//! Opening a store by its address, whichever backend it belongs to.

use std::sync::Arc;

use thiserror::Error;

use crate::options::StoreOptions;
use crate::sqlite::{SqliteOpenError, SqliteStore};
use crate::store::Store;

/// The reason why a store could not be opened. Each backend has its own causes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The address begins with a scheme, such as `mysql` in `mysql://`, for which there is no backend.
    #[error(
        "this build stores documents only in SQLite, and {}; name the path of a file, or memory:",
        if .0.starts_with("postgres") { "does not support PostgreSQL".to_owned() } else { format!("does not support \
                                                                                                   {}://", .0) }
    )]
    Scheme(String),
    /// The SQLite file cannot be opened.
    #[error(transparent)]
    Sqlite(#[from] SqliteOpenError),
}

/// Opens the store at an address.
///
/// The address is the path of a SQLite file, which is created if it is missing, or `memory:` for a store that is gone
/// with the process.
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
