//! The store of the servers under test: memory, a file, or a database that they share.
//!
//! `IFMATCH_TEST_STORE=postgres` runs the suite `http` on PostgreSQL, behind two servers. It needs the feature
//! `postgres`.

use std::env;

use tempfile::TempDir;
#[cfg(all(unix, feature = "postgres"))]
use test_postgres::TemporaryDatabase;

/// The environment variable that names the store of the suite.
const VARIABLE: &str = "IFMATCH_TEST_STORE";

/// Returns whether the suite runs on PostgreSQL.
///
/// # Panics
///
/// If the variable has another value than `postgres`: a suite that silently ran on another store would prove nothing.
#[must_use]
pub fn is_postgres() -> bool {
    let Some(value) = env::var_os(VARIABLE) else { return false };
    assert_eq!(value, "postgres", "{VARIABLE} is unset or `postgres`");
    true
}

/// A store for one test, which is removed with this value.
#[derive(Debug)]
pub struct TestStore(Place);

#[derive(Debug)]
enum Place {
    Memory,
    File(TempDir),
    #[cfg(all(unix, feature = "postgres"))]
    Database(TemporaryDatabase),
}

impl TestStore {
    /// Returns the store of a server that is started once: its memory, or a database.
    #[must_use]
    pub fn of_one_start() -> Self {
        if is_postgres() { Self::postgres() } else { Self(Place::Memory) }
    }

    /// Returns a store that outlives its servers: a file, or a database.
    #[must_use]
    pub fn lasting() -> Self {
        if is_postgres() { Self::postgres() } else { Self::file() }
    }

    fn file() -> Self {
        Self(Place::File(tempfile::tempdir().expect("there is room for a temporary folder")))
    }

    /// Returns an empty database, whatever the suite runs on.
    #[cfg(all(unix, feature = "postgres"))]
    #[must_use]
    pub fn postgres() -> Self {
        Self(Place::Database(TemporaryDatabase::create()))
    }

    #[cfg(not(all(unix, feature = "postgres")))]
    fn postgres() -> Self {
        panic!("{VARIABLE}=postgres needs Unix and `--features postgres`")
    }

    /// Returns the value of `--store`.
    #[must_use]
    pub fn argument(&self) -> String {
        match &self.0 {
            Place::Memory => "memory:".to_owned(),
            Place::File(folder) => folder.path().join("documents.db").display().to_string(),
            #[cfg(all(unix, feature = "postgres"))]
            Place::Database(database) => database.url(),
        }
    }

    /// Returns the number of servers in front of this store.
    pub(crate) fn servers(&self) -> usize {
        match &self.0 {
            Place::Memory | Place::File(_) => 1,
            #[cfg(all(unix, feature = "postgres"))]
            Place::Database(_) => 2,
        }
    }
}
