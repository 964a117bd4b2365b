//! The store in PostgreSQL: the rules of every store, and those of several servers on one database.
//!
//! The tests start a PostgreSQL of their own. So `cargo test` leaves them out; this runs them:
//!
//! ```sh
//! cargo test -p ifmatch-store --features postgres --test postgres
//! ```

mod breaking_proxy;
mod checks;
mod commits;
mod confirmed;
mod contention;
mod crashes;
mod database;
mod encryption;
mod events;
mod long_reads;
mod opening;
mod plans;
mod reads;
mod saved_state;
mod servers;
mod settings;
mod status;

use std::sync::Arc;

use async_trait::async_trait;
use database::Database;
use store::contract_tests::TestDatabase;
use store::{PostgresStore, Store, StoreOptions};

#[async_trait]
impl TestDatabase for Database {
    async fn open(&self, options: StoreOptions) -> Arc<dyn Store> {
        Arc::new(PostgresStore::open_with(&self.url(), options).await.unwrap())
    }
}

mod contract {
    store::store_contract!(super::Database::create);
}
