//! The databases of a run, in a PostgreSQL of the bench's own.

use std::fs;
use std::time::Duration;

use test_postgres::PostgresCluster;

use super::connect::{connect, failed};
use crate::error::Error;
use crate::process::processor_time_with_children;

/// The user of all databases.
pub(super) const USER: &str = "tester";

/// The options of PostgreSQL.
///
/// Commits are durable. No checkpoint falls into a run: it would slow down whichever cell is measured at that moment.
const OPTIONS: &str = "-c listen_addresses= -c fsync=on -c max_wal_size=8GB -c checkpoint_timeout=1h";

/// The schema of the store.
const SCHEMA: &str = include_str!("../../../store/src/postgres/schema/1.sql");

/// Starts PostgreSQL with durable commits.
pub(super) fn start() -> PostgresCluster {
    PostgresCluster::start(OPTIONS, |_| ())
}

/// Creates a database. Returns its URL.
pub(super) fn create(cluster: &PostgresCluster, name: &str) -> String {
    cluster.run_sql(&format!("CREATE DATABASE {name}"));
    format!("postgres://{USER}@/{name}?host={}", cluster.socket_folder().display())
}

/// Creates a database for pgbench: the tables of the store, a document for each writer, and a SEQUENCE.
pub(super) async fn create_for_pgbench(cluster: &PostgresCluster, name: &str, writers: usize) -> Result<(), Error> {
    let client = connect(&create(cluster, name)).await?;
    let documents = format!(
        "CREATE SEQUENCE public.numbers;
         INSERT INTO ifmatch.document (id, number, alive, seal)
         SELECT 'pgbench-' || n, 0, TRUE, '00000000000000000000000000000000' FROM generate_series(0, {writers} - 1) n"
    );
    client.batch_execute(SCHEMA).await.map_err(failed)?;
    client.batch_execute(&documents).await.map_err(failed)
}

/// Returns the processor time that PostgreSQL has used so far, with all its processes.
pub(super) fn processor_time(cluster: &PostgresCluster) -> Result<Duration, Error> {
    let file = cluster.socket_folder().join("data/postmaster.pid");
    let text = fs::read_to_string(file).map_err(Error::while_doing("PostgreSQL does not run"))?;
    let process = text.lines().next().and_then(|line| line.trim().parse().ok());
    let process = process.ok_or_else(|| Error::Postgres("postmaster.pid has no number".to_owned()))?;
    Ok(processor_time_with_children(process))
}
