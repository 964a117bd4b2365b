//! The rules that every store keeps, run against each backend; and what only SQLite's files have.
//!
//! The rules are in `store::contract_tests`. They run against SQLite in a file and in memory, and against a model
//! without a database, which shows that they need none.

mod addresses;
mod against_model;
mod damage;
#[cfg(unix)]
mod files;
mod locks;
mod model;

use std::sync::Arc;

use async_trait::async_trait;
use store::contract_tests::TestDatabase;
use store::{SqliteStore, Store, StoreOptions};

/// A SQLite file in a folder of its own.
struct File(tempfile::TempDir);

impl File {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
}

#[async_trait]
impl TestDatabase for File {
    async fn open(&self, options: StoreOptions) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open_with(&self.0.path().join("documents.db"), options).unwrap())
    }
}

/// SQLite in memory, by its address.
struct Memory;

#[async_trait]
impl TestDatabase for Memory {
    async fn open(&self, options: StoreOptions) -> Arc<dyn Store> {
        store::open_with("memory:", options).await.unwrap()
    }
}

mod sqlite_file {
    store::store_contract!(super::File::new);
}

mod sqlite_memory {
    store::store_contract!(volatile || super::Memory);
}

mod without_database {
    store::store_contract!(super::model::Versions::default);
}
