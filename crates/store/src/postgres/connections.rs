//! Connections: a pool for reads, one for writes, and what a session is set to.
//!
//! Both pools are small: a read takes a fraction of a millisecond, and a server writes with one connection, in batches.
//! A writer of its own never waits for reads.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_postgres::Client;

use super::address::DatabaseAddress;
use super::error::{OLD_PRIMARY, PostgresError, PostgresOpenError, REPLACED};
use super::hosts::{DatabaseHosts, OpenConnection};
use super::migrations::NEWEST_SCHEMA;
use super::tls::DatabaseTls;
use crate::database_status::PoolStatus;
use crate::error::StoreError;
use crate::options::DatabaseLogin;

/// The number of concurrent reads, besides those of [`newest_versions`](super::newest_versions).
const MAX_READERS: usize = 6;

/// The number of concurrent reads of texts that may be long.
///
/// The other connections are free for short reads.
const MAX_LONG_READS: usize = 3;

/// The number of connections that write: for batches of writes, for settings, and to remove old texts.
const MAX_WRITERS: usize = 3;

/// How long a read waits for a connection.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// How long a read of a long text waits for those before it.
const MAX_LONG_WAIT: Duration = Duration::from_secs(10);

/// How long a read waits for PostgreSQL to come back, as after a restart or a failover.
const MAX_OUTAGE: Duration = Duration::from_secs(2);

/// The pause before a read is tried again.
const RETRY_PAUSE: Duration = Duration::from_millis(20);

/// The settings of a session: its timeouts, commits that are durable, and plans that never change.
///
/// A statement that waits for a lock fails after the first time, and an idle transaction is ended after the second.
/// So a server that is cut off from the database in the middle of a transaction keeps others from writing for at most
/// ten seconds. A commit is never switched to be asynchronous by a setting of the database or of the user.
///
/// Each query finds its rows by an index, so each statement is planned once for all values. If the planner could
/// choose, it would read small tables from end to end and join by hashing. That is cheap only as long as the statistics
/// of the tables are true, and a plan that was made for an empty table would be kept while the table grows.
const SESSION: &str = "
    SET lock_timeout = '15s';
    SET idle_in_transaction_session_timeout = '10s';
    SET plan_cache_mode = force_generic_plan;
    SET enable_seqscan = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
    SET jit = off;
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';";

/// The parameters of all connections to one database.
#[derive(Clone)]
pub(super) struct Connector {
    config: tokio_postgres::Config,
    hosts: DatabaseHosts,
}

impl Connector {
    /// Parses an address.
    ///
    /// # Errors
    ///
    /// [`PostgresOpenError`] if the address is not valid, or a certificate cannot be read.
    pub(super) fn new(url: &str, login: &DatabaseLogin) -> Result<Self, PostgresOpenError> {
        let address = DatabaseAddress::parse(url, login)?;
        let tls = DatabaseTls::new(&address)?;
        let hosts = DatabaseHosts::new(&address.config, tls);
        Ok(Self { config: address.config, hosts })
    }

    /// Makes a connection outside of the pools. The caller drives it.
    pub(super) async fn connect(&self) -> Result<OpenConnection, tokio_postgres::Error> {
        self.hosts.connect().await
    }

    /// Makes the first connection, to the host with the newest state.
    ///
    /// A task drives it until its client is dropped.
    pub(super) async fn client(&self) -> Result<Client, tokio_postgres::Error> {
        self.hosts.survey().await;
        let (client, connection) = self.connect().await?;
        // An error of the connection is also that of the query that waits for it.
        tokio::spawn(async move { connection.await.ok() });
        Ok(client)
    }

    /// Returns the hosts, with what was seen of them.
    pub(super) fn hosts(&self) -> &DatabaseHosts {
        &self.hosts
    }

    fn pool(&self, size: usize, id: &str) -> CountedPool {
        let made = Arc::<AtomicU64>::default();
        let count = Arc::clone(&made);
        let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_connect(self.config.clone(), self.hosts.clone(), manager);
        let (id, hosts) = (id.to_owned(), self.hosts.clone());
        let prepare = Hook::async_fn(move |client: &mut deadpool_postgres::ClientWrapper, _| {
            let (id, hosts) = (id.clone(), hosts.clone());
            count.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move { prepare_session(client, &hosts, &id).await })
        });
        let pool = Pool::builder(manager).max_size(size).runtime(Runtime::Tokio1).wait_timeout(Some(MAX_WAIT));
        CountedPool { pool: pool.post_create(prepare).build().expect("a pool with a runtime is valid"), made }
    }
}

/// Sets a session up, and compares its database with the one that was opened.
pub(super) async fn prepare_session(client: &Client, hosts: &DatabaseHosts, id: &str) -> Result<(), HookError> {
    if hosts.is_outdated(client).await {
        return Err(HookError::message(OLD_PRIMARY));
    }
    client.batch_execute(SESSION).await.map_err(HookError::Backend)?;
    let row = client.query_opt("SELECT schema, id::TEXT FROM ifmatch.store", &[]).await.map_err(HookError::Backend)?;
    let Some(row) = row else { return Err(HookError::message(REPLACED)) };
    let schema: i32 = row.try_get(0).map_err(HookError::Backend)?;
    let found: &str = row.try_get(1).map_err(HookError::Backend)?;
    if found != id {
        return Err(HookError::message(REPLACED));
    }
    if schema != NEWEST_SCHEMA {
        return Err(HookError::message(
            "the schema of the database was migrated; use the version of this program that did",
        ));
    }
    Ok(())
}

/// A pool, and the number of connections that were made for it.
#[derive(Clone)]
struct CountedPool {
    pool: Pool,
    made: Arc<AtomicU64>,
}

impl CountedPool {
    fn status(&self) -> PoolStatus {
        let deadpool_postgres::Status { max_size, size, available, waiting } = self.pool.status();
        let made = self.made.load(Ordering::Relaxed);
        PoolStatus { limit: max_size, open: size, used: size.saturating_sub(available), waiting, made }
    }
}

/// The pools of an open store.
#[derive(Clone)]
pub(super) struct Connections {
    readers: CountedPool,
    writers: CountedPool,
    long_reads: Arc<Semaphore>,
}

impl Connections {
    /// Returns pools without connections. `id` is the id of the store.
    pub(super) fn new(connector: &Connector, id: &str) -> Self {
        let (readers, writers) = (connector.pool(MAX_READERS, id), connector.pool(MAX_WRITERS, id));
        Self { readers, writers, long_reads: Arc::new(Semaphore::new(MAX_LONG_READS)) }
    }

    /// Returns a connection to read with.
    pub(super) async fn reader(&self) -> Result<Object, PostgresError> {
        Ok(self.readers.pool.get().await?)
    }

    /// Runs a query on a connection, and again on another one if the connection was lost.
    ///
    /// `on_repeat` is called for each time that the query is repeated.
    pub(super) async fn query<T, F>(
        &self,
        ask: impl Fn(Object) -> F + Send + Sync,
        on_repeat: impl Fn() + Send + Sync,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, PostgresError>> + Send,
    {
        let ask = &ask;
        repeat_if_lost(|| async move { ask(self.reader().await?).await }, on_repeat).await
    }

    /// Runs a query for a text that may be long, in its turn: see [`query`](Self::query).
    pub(super) async fn query_long<T, F>(
        &self,
        ask: impl Fn(Object) -> F + Send + Sync,
        on_repeat: impl Fn() + Send + Sync,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, PostgresError>> + Send,
    {
        // The semaphore is never closed, so an error means that the turn did not come.
        let turn = timeout(MAX_LONG_WAIT, self.long_reads.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(StoreError::Database("too many long texts are being read".to_owned()));
        };
        self.query(ask, on_repeat).await
    }

    /// Returns a connection to write with.
    pub(super) async fn writer(&self) -> Result<Object, PoolError> {
        self.writers.pool.get().await
    }

    /// Returns the state of each pool, with its name.
    pub(super) fn status(&self) -> Vec<(&'static str, PoolStatus)> {
        vec![("read", self.readers.status()), ("write", self.writers.status())]
    }
}

/// Reads, and again if the connection was lost.
///
/// `on_repeat` is called for each time that the read is repeated.
pub(super) async fn repeat_if_lost<T, F>(
    read: impl Fn() -> F + Send + Sync,
    on_repeat: impl Fn() + Send + Sync,
) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, PostgresError>> + Send,
{
    let begun = Instant::now();
    loop {
        let error = match read().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let may_pass = error.is_connection_lost() || error.is_conflict();
        if !may_pass || begun.elapsed() >= MAX_OUTAGE {
            return Err(error.into());
        }
        on_repeat();
        tokio::time::sleep(RETRY_PAUSE).await;
    }
}
