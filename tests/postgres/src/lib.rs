//! A PostgreSQL of the tests' own, in a temporary folder, with one database per test.
//!
//! ```no_run
//! let database = test_postgres::TemporaryDatabase::create();
//! println!("ifmatch serve --store '{}'", database.url());
//! ```
//!
//! It needs the programs of PostgreSQL (`tests/postgres.sh` installs them), and nothing that runs already. PostgreSQL
//! ends with the process that started it, even if that is killed.
#![cfg(unix)]

mod keeper;
mod postgres_cluster;
mod replicated_cluster;
mod temporary_database;

pub use postgres_cluster::PostgresCluster;
pub use replicated_cluster::{ReplicatedCluster, Replication};
pub use temporary_database::TemporaryDatabase;
