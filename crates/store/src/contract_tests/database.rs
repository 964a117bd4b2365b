//! The databases that a backend brings to the tests.

use std::sync::Arc;

use async_trait::async_trait;

use crate::options::StoreOptions;
use crate::store::Store;

/// A database for one test, which is empty at first. When it is dropped, the database may be removed.
#[async_trait]
pub trait TestDatabase: Send + Sync {
    /// Opens a store on the database, which creates what is missing.
    ///
    /// A test opens a database again only after it has dropped the store before, and expects to find all documents
    /// there, unless the database is `volatile`.
    async fn open(&self, options: StoreOptions) -> Arc<dyn Store>;
}

/// Opens a store with the default options.
pub(super) async fn open(database: &dyn TestDatabase) -> Arc<dyn Store> {
    database.open(StoreOptions::default()).await
}
