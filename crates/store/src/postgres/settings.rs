//! The settings that all servers share, and which servers there are.
//!
//! # Revisions
//!
//! A transaction that changes a setting takes the next number of a counter, and holds the counter's lock until it is
//! committed. So changes become visible in the order of their numbers, and 'all after the last one' misses none.
//!
//! After a failover, the database may have lost the newest changes. If their numbers were given out again, a server
//! that knows the lost settings would take them for the current ones. So the last 24 bits of a number are random: two
//! changes have the same number only if they are the same change. A server that names a number which the database
//! does not have any more gets all settings.
//!
//! # The policy and writes
//!
//! A transaction that writes documents holds the advisory lock [`POLICY_LOCK`], shared with others like it, from before
//! it reads the revision of the policy until it is committed. A transaction that replaces the policy holds the same
//! lock alone. So when the new policy is acknowledged, each write that was judged under the old one is committed, and
//! none follows. PostgreSQL grants locks in the order of requests: writes do not keep a new policy waiting.
//!
//! # Running servers
//!
//! A server holds an advisory lock with its number on the connection that listens. PostgreSQL releases it with the
//! session, so nothing has to be renewed, and no clock is involved.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use deadpool_postgres::Object;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_postgres::{Client, Row};

use super::connections::Connections;
use super::error::{PostgresError, is_certain_abort};
use super::event_publisher::EventPublisher;
use super::rows::{signed, unsigned, value};
use super::session::Session;
use crate::error::StoreError;
use crate::shared_settings::{JoinedServer, POLICY_SETTING, SettingChanges, SharedSetting, SharedSettings};

/// The advisory lock of the policy: `ifpolicy` in ASCII.
const POLICY_LOCK: i64 = 0x6966_706f_6c69_6379;

/// The class of the advisory locks that servers hold while they run: `ifms` in ASCII.
const SERVER_LOCKS: i32 = 0x6966_6d73;

/// The channel on which servers are notified of changed settings.
pub(super) const SETTINGS_CHANNEL: &str = "ifmatch_settings";

/// How long [`PostgresSettings::changed`] waits without a notification.
const MAX_SILENCE: Duration = Duration::from_secs(1);

/// How long a server that starts waits for its connection that listens.
const MAX_START: Duration = Duration::from_secs(10);

/// How long a change waits for PostgreSQL to come back, as after a restart or a failover.
const MAX_OUTAGE: Duration = Duration::from_secs(3);

/// The pause before a change is tried again.
const RETRY_PAUSE: Duration = Duration::from_millis(20);

/// The revision of the policy, or NULL if there is none.
pub(super) const POLICY_REVISION: &str = "(SELECT revision FROM ifmatch.setting WHERE name = 'policy')";

/// The revision of all settings, or NULL if there is none.
pub(super) const SETTINGS_REVISION: &str = "(SELECT last FROM ifmatch.setting_counter WHERE single)";

/// The settings that changed after a revision.
///
/// They are all of them if that is not the revision of any setting now.
///
/// The database may have lost it in a failover to a replica that had not received it. If the revision is that of the
/// last change, there is one row without a name.
const CHANGES: &str = "
    SELECT c.last, s.name, s.revision, s.value
    FROM ifmatch.setting_counter c LEFT JOIN ifmatch.setting s
        ON c.last <> $1
       AND (s.revision > $1 OR NOT EXISTS (SELECT FROM ifmatch.setting known WHERE known.revision = $1))
    WHERE c.single ORDER BY s.revision";

/// The servers that run. The locks of advisory class 2 have two numbers.
const RUNNING: &str = "
    SELECT s.number, s.presence FROM ifmatch.server s
    WHERE s.number = $1 OR EXISTS (
        SELECT FROM pg_locks l
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND l.classid::BIGINT = $2 AND l.objid::BIGINT = s.number)
    ORDER BY s.number";

/// The presence of this server, as its follower keeps it.
pub(super) struct Presence {
    pub(super) number: i32,
    /// Whether the server has joined. Then its row is made again if another server took it for gone.
    has_joined: AtomicBool,
    /// Counts the notifications, and everything else that may be news.
    news: watch::Sender<u64>,
    /// Whether the connection that listens holds the lock of this server.
    is_held: watch::Sender<bool>,
}

impl Presence {
    pub(super) fn new() -> Self {
        let (news, is_held) = (watch::Sender::new(1), watch::Sender::new(false));
        Self { number: fastrand::i32(1..), has_joined: AtomicBool::new(false), news, is_held }
    }

    /// Announces that settings may have changed.
    pub(super) fn announce(&self) {
        self.news.send_modify(|count| *count += 1);
    }

    /// Takes the lock of this server on the connection that listens. Call it again until it returns true.
    ///
    /// An earlier connection that is broken may hold the lock for some time yet.
    pub(super) async fn hold(&self, client: &Client) -> Result<bool, tokio_postgres::Error> {
        let sql = "SELECT pg_try_advisory_lock($1, $2)";
        let is_held: bool = client.query_one(sql, &[&SERVER_LOCKS, &self.number]).await?.try_get(0)?;
        if is_held && self.has_joined.load(Ordering::Acquire) {
            let sql = "INSERT INTO ifmatch.server (number) VALUES ($1) ON CONFLICT DO NOTHING";
            client.execute(sql, &[&self.number]).await?;
        }
        // In either case, other servers see that this one runs.
        self.is_held.send_replace(true);
        self.announce();
        Ok(is_held)
    }

    /// Notes that the connection that listens is lost.
    pub(super) fn release(&self) {
        self.is_held.send_replace(false);
    }
}

/// The shared settings in PostgreSQL.
pub(super) struct PostgresSettings {
    pub(super) connections: Connections,
    pub(super) presence: Arc<Presence>,
    pub(super) publisher: Arc<EventPublisher>,
}

/// A change of the settings or of the servers, in one transaction.
enum Change<'a> {
    /// The server joins; these are the settings if it is the only one.
    Join { own: i32, initial: &'a [(&'static str, String)] },
    /// Replaces a setting whose revision is still this one.
    Replace { name: &'a str, seen: u64, value: &'a str },
    /// Replaces the text about a server.
    Publish { own: i32, presence: &'a str },
}

impl PostgresSettings {
    /// Makes a change, and again if it was certainly not committed.
    ///
    /// Returns its revision, or `None` if the condition of the change did not hold.
    async fn change(&self, change: Change<'_>) -> Result<Option<u64>, StoreError> {
        let begun = Instant::now();
        loop {
            let error = match self.try_change(&change).await {
                Ok(revision) => return Ok(revision),
                Err(error) => error,
            };
            let may_pass = error.is_connection_lost() || error.is_conflict();
            if !may_pass || begun.elapsed() >= MAX_OUTAGE {
                return Err(error.into());
            }
            sleep(RETRY_PAUSE).await;
        }
    }

    async fn try_change(&self, change: &Change<'_>) -> Result<Option<u64>, PostgresError> {
        let mut client = self.connections.writer().await?;
        // If it is dropped, it is rolled back.
        let transaction = client.transaction().await?;
        let session = Session::within(&transaction);
        let revision = match *change {
            Change::Join { own, initial } => join(session, own, initial).await?,
            Change::Replace { name, seen, value } => replace(session, name, seen, value).await?,
            Change::Publish { own, presence } => publish(session, own, presence).await?,
        };
        session.execute("SELECT pg_notify($1, '')", &[&SETTINGS_CHANNEL]).await?;
        transaction.commit().await.map_err(|error| {
            if is_certain_abort(&error) { PostgresError::Database(error) } else { PostgresError::OutcomeUnknown(error) }
        })?;
        Ok(revision)
    }
}

/// Takes the next revision, and the lock of the counter.
///
/// Other changes wait until the transaction is committed.
async fn next_revision(session: Session<'_>) -> Result<i64, PostgresError> {
    // 2^24 is 16777216.
    let sql = "UPDATE ifmatch.setting_counter
               SET last = (last / 16777216 + 1) * 16777216 + floor(random() * 16777216)::BIGINT RETURNING last";
    let rows = session.query(sql, &[]).await?;
    value(rows.first().ok_or(PostgresError::MissingRow("setting_counter"))?, "last")
}

/// Waits until no write that was judged under the present policy is in progress, and lets none begin.
async fn lock_policy(session: Session<'_>) -> Result<(), PostgresError> {
    session.query("SELECT pg_advisory_xact_lock($1)", &[&POLICY_LOCK]).await?;
    Ok(())
}

/// Returns the statement that keeps the policy from changing until the end of the transaction.
pub(super) fn lock_policy_shared() -> String {
    format!("SELECT pg_advisory_xact_lock_shared({POLICY_LOCK})")
}

async fn running_servers(session: Session<'_>, own: i32) -> Result<Vec<JoinedServer>, PostgresError> {
    let rows = session.query(RUNNING, &[&own, &i64::from(SERVER_LOCKS)]).await?;
    let server = |row: &Row| {
        let number = u32::try_from(value::<i32>(row, "number")?).map_err(|_| PostgresError::Unreadable("number"))?;
        Ok(JoinedServer { number, presence: value(row, "presence")? })
    };
    rows.iter().map(server).collect()
}

/// Returns the revision of the policy in the transaction of this session.
pub(super) async fn policy_revision(session: Session<'_>) -> Result<Option<u64>, PostgresError> {
    let rows = session.query(&format!("SELECT {POLICY_REVISION} AS policy"), &[]).await?;
    rows.first().map_or(Ok(None), |row| revision_in(row, "policy"))
}

/// Returns a revision in a row, which may be NULL.
pub(super) fn revision_in(row: &Row, column: &'static str) -> Result<Option<u64>, PostgresError> {
    let revision: Option<i64> = value(row, column)?;
    revision.map(|number| u64::try_from(number).map_err(|_| PostgresError::Unreadable(column))).transpose()
}

#[async_trait]
impl SharedSettings for PostgresSettings {
    fn server(&self) -> u32 {
        self.presence.number.unsigned_abs()
    }

    async fn join(&self, initial: &[(&'static str, String)]) -> Result<bool, StoreError> {
        let mut held = self.presence.is_held.subscribe();
        // Without the lock, the next server to start would take this one for gone.
        if timeout(MAX_START, held.wait_for(|is_held| *is_held)).await.is_err() {
            return Err(StoreError::Database("the connection that listens for events cannot be made".to_owned()));
        }
        let only = self.change(Change::Join { own: self.presence.number, initial }).await?;
        self.presence.has_joined.store(true, Ordering::Release);
        // Until now, other servers may not have notified this one.
        self.publisher.wake();
        Ok(only.is_some())
    }

    async fn changes_after(&self, revision: u64) -> Result<SettingChanges, StoreError> {
        let read = |client: Object| async move {
            let rows = Session::from(&*client).query(CHANGES, &[&signed(revision)]).await?;
            let revision = unsigned(rows.first().ok_or(PostgresError::MissingRow("setting_counter"))?, "last")?;
            let mut changed = Vec::new();
            for row in &rows {
                if let Some(name) = value(row, "name")? {
                    changed.push(SharedSetting {
                        name,
                        revision: unsigned(row, "revision")?,
                        value: value(row, "value")?,
                    });
                }
            }
            Ok(SettingChanges { revision, changed })
        };
        self.connections.query(read, || ()).await
    }

    async fn replace(&self, name: &str, seen: u64, value: &str) -> Result<Option<u64>, StoreError> {
        self.change(Change::Replace { name, seen, value }).await
    }

    async fn publish(&self, presence: &str) -> Result<(), StoreError> {
        self.change(Change::Publish { own: self.presence.number, presence }).await?;
        Ok(())
    }

    async fn servers(&self) -> Result<Vec<JoinedServer>, StoreError> {
        let own = self.presence.number;
        let read = |client: Object| async move { running_servers(Session::from(&*client), own).await };
        self.connections.query(read, || ()).await
    }

    async fn changed(&self, seen: u64) -> u64 {
        let mut news = self.presence.news.subscribe();
        // An error means that nothing was heard, or that the store is being dropped.
        let _ = timeout(MAX_SILENCE, news.wait_for(|count| *count != seen)).await;
        *news.borrow()
    }
}

async fn join(
    session: Session<'_>,
    own: i32,
    initial: &[(&'static str, String)],
) -> Result<Option<u64>, PostgresError> {
    lock_policy(session).await?;
    let revision = next_revision(session).await?;
    let others = running_servers(session, own).await?.into_iter().map(|server| server.number.cast_signed());
    let others: Vec<i32> = others.filter(|number| *number != own).collect();
    if others.is_empty() {
        session.execute("DELETE FROM ifmatch.setting", &[]).await?;
    }
    session.execute("DELETE FROM ifmatch.server WHERE NOT number = ANY ($1)", &[&others]).await?;
    for (name, value) in initial {
        let sql = "INSERT INTO ifmatch.setting (name, revision, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        session.execute(sql, &[name, &revision, value]).await?;
    }
    session.execute("INSERT INTO ifmatch.server (number) VALUES ($1)", &[&own]).await?;
    Ok(others.is_empty().then_some(revision.unsigned_abs()))
}

async fn replace(session: Session<'_>, name: &str, seen: u64, value: &str) -> Result<Option<u64>, PostgresError> {
    if name == POLICY_SETTING {
        lock_policy(session).await?;
    }
    let revision = next_revision(session).await?;
    let sql = "UPDATE ifmatch.setting SET revision = $2, value = $3 WHERE name = $1 AND revision = $4";
    let replaced = session.execute(sql, &[&name, &revision, &value, &signed(seen)]).await?;
    // A number that no setting has does no harm.
    Ok((replaced == 1).then_some(revision.unsigned_abs()))
}

async fn publish(session: Session<'_>, own: i32, presence: &str) -> Result<Option<u64>, PostgresError> {
    let sql = "INSERT INTO ifmatch.server (number, presence) VALUES ($1, $2)
               ON CONFLICT (number) DO UPDATE SET presence = $2";
    session.execute(sql, &[&own, &presence]).await?;
    Ok(None)
}
