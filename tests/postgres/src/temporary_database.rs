//! A database for one test.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::PostgresCluster;

/// A database in the shared cluster: empty when it is created, and dropped with this value.
///
/// Connections that are still open then are closed by PostgreSQL.
#[derive(Debug)]
pub struct TemporaryDatabase {
    name: String,
}

impl TemporaryDatabase {
    /// Creates an empty database.
    ///
    /// # Panics
    ///
    /// If PostgreSQL is not installed, or does not start.
    #[must_use]
    pub fn create() -> Self {
        static CREATED: AtomicUsize = AtomicUsize::new(0);
        let name = format!("test{}", CREATED.fetch_add(1, Ordering::Relaxed));
        PostgresCluster::shared().run_sql(&format!("CREATE DATABASE {name}"));
        Self { name }
    }

    /// Returns the URL of the database.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_through(PostgresCluster::shared().socket_folder())
    }

    /// Returns the URL of the database through a socket in another folder, such as that of a proxy.
    #[must_use]
    pub fn url_through(&self, folder: &Path) -> String {
        format!("postgres://tester@/{}?host={}", self.name, folder.display())
    }

    /// Runs SQL in the database, as the superuser `tester`, and returns the rows as text.
    ///
    /// # Panics
    ///
    /// If PostgreSQL refuses it.
    #[expect(clippy::must_use_candidate, reason = "an update returns no rows")]
    pub fn run_sql(&self, sql: &str) -> String {
        PostgresCluster::shared().ask(&self.name, sql)
    }
}

impl Drop for TemporaryDatabase {
    fn drop(&mut self) {
        PostgresCluster::shared().run_sql(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}
