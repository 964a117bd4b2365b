//! A database of its own for each test, and the stores that are opened on it.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use store::{PostgresStore, Store, StoreOptions};
use test_postgres::TemporaryDatabase;
use tokio_postgres::{Client, NoTls};

/// A database of its own, which is empty at first.
pub(crate) struct Database(TemporaryDatabase);

impl Database {
    pub(crate) fn create() -> Self {
        Self(TemporaryDatabase::create())
    }

    /// Opens a store as one more server does.
    pub(crate) async fn server(&self) -> Arc<PostgresStore> {
        Arc::new(PostgresStore::open_with(&self.url(), StoreOptions::default()).await.unwrap())
    }

    /// Opens a number of stores on the database, as the trait that servers use.
    pub(crate) async fn servers(&self, count: usize) -> Vec<Arc<dyn Store>> {
        let mut servers: Vec<Arc<dyn Store>> = Vec::new();
        for _ in 0..count {
            servers.push(self.server().await);
        }
        servers
    }

    /// Connects to the database without a store.
    pub(crate) async fn connect(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.unwrap();
        tokio::spawn(async move { connection.await.ok() });
        client
    }
}

impl Deref for Database {
    type Target = TemporaryDatabase;

    fn deref(&self) -> &TemporaryDatabase {
        &self.0
    }
}

/// Ends all other connections to this database, and waits until they are gone.
///
/// A write that began before that could find its connection open, and have an unknown outcome.
pub(crate) async fn end_connections(admin: &Client) {
    let end = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    admin.execute(end, &[]).await.unwrap();
}

/// Waits until so many transactions wait for locks in this database.
pub(crate) async fn until_blocked(client: &Client, count: i64) {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waiting = async {
        while client.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("the transactions wait for a lock");
}
