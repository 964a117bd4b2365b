//! The hosts of an address: a primary and its replicas, of which one takes writes.
//!
//! After a failover, the old primary may come back by itself and take writes, too. A server that is connected to both
//! would write to two databases, and updates would be lost. PostgreSQL numbers the histories of a database
//! ('timelines'), and a promotion begins the next one. So of several hosts that take writes, a server uses the one with
//! the newest timeline, and none with an older timeline than it has seen.
//!
//! A server that can only reach the old primary, and has never seen the new one, cannot know. So operators must keep an
//! old primary from coming back (`docs/operators.md`).

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deadpool_postgres::Connect;
use tokio::task::{JoinHandle, JoinSet};
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, Connection, Error, SimpleQueryMessage, Socket};

use super::tls::{DatabaseTls, EncryptedStream};

/// The identity of a database, and the number of its timeline: the beginning of the name of a WAL file.
const TIMELINE: &str = "
    SELECT system_identifier, ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::BIT(32)::BIGINT
    FROM pg_control_system()";

/// The hosts of an address. Clones share what they have seen.
#[derive(Clone)]
pub(super) struct DatabaseHosts {
    /// The parameters of a connection to each host, in the order of the address.
    configs: Arc<[Config]>,
    tls: DatabaseTls,
    seen: Arc<Mutex<SeenHosts>>,
}

/// The state of the hosts, as far as this server has seen it.
#[derive(Default)]
struct SeenHosts {
    /// The host of the last connection, which is tried first.
    last: usize,
    /// The newest timeline.
    newest: Option<Timeline>,
}

/// A history of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Timeline {
    system: String,
    number: u64,
}

/// A connection that its owner drives.
pub(super) type OpenConnection = (Client, Connection<Socket, EncryptedStream>);

impl DatabaseHosts {
    /// Splits the parameters of an address by hosts.
    pub(super) fn new(config: &Config, tls: DatabaseTls) -> Self {
        let count = config.get_hosts().len().max(config.get_hostaddrs().len());
        Self { configs: (0..count).map(|index| of_host(config, index)).collect(), tls, seen: Arc::default() }
    }

    /// Finds the host with the newest timeline, if there are several hosts.
    ///
    /// Hosts that cannot be reached are left out.
    pub(super) async fn survey(&self) {
        if self.configs.len() < 2 {
            return;
        }
        let mut asking = JoinSet::new();
        for (index, config) in self.configs.iter().cloned().enumerate() {
            let tls = self.tls.clone();
            asking.spawn(async move {
                let (client, mut connection) = config.connect(tls).await.ok()?;
                Some((index, timeline_of(&client, &mut connection).await))
            });
        }
        // Without timelines, the first host in the address counts.
        let mut found: Vec<_> = asking.join_all().await.into_iter().flatten().collect();
        found.sort_by_key(|(index, _)| std::cmp::Reverse(*index));
        for (index, timeline) in found {
            self.accept(index, timeline.as_ref());
        }
    }

    /// Makes a connection to a host that takes writes: the last one, or else the first other one.
    ///
    /// # Errors
    ///
    /// That of the last host that was tried, if there is none. If there is only one with an older timeline than was
    /// seen, the connection is returned, and [`Self::is_outdated`] is true for it.
    pub(super) async fn connect(&self) -> Result<OpenConnection, Error> {
        let last = self.lock().last;
        let mut outdated = None;
        let mut failed = None;
        for offset in 0..self.configs.len() {
            let index = (last + offset) % self.configs.len();
            match self.configs[index].connect(self.tls.clone()).await {
                Ok((client, mut connection)) => {
                    let timeline = timeline_of(&client, &mut connection).await;
                    if self.accept(index, timeline.as_ref()) {
                        return Ok((client, connection));
                    }
                    tracing::warn!(index, ?timeline, "an old primary takes writes; it is not used");
                    outdated = Some((client, connection));
                }
                Err(error) => failed = Some(error),
            }
        }
        match (failed, outdated) {
            (_, Some(connection)) => Ok(connection),
            (Some(error), None) => Err(error),
            (None, None) => unreachable!("an address has a host"),
        }
    }

    /// Returns whether this connection is to a primary that another one has replaced.
    pub(super) async fn is_outdated(&self, client: &Client) -> bool {
        let timeline = client.simple_query(TIMELINE).await.ok().and_then(|answer| parse(&answer));
        self.lock().is_older(timeline.as_ref())
    }

    /// Notes a host and its timeline, unless a newer timeline was seen.
    ///
    /// Returns whether the host may be used.
    fn accept(&self, index: usize, timeline: Option<&Timeline>) -> bool {
        let mut seen = self.lock();
        if seen.is_older(timeline) {
            return false;
        }
        seen.last = index;
        if timeline.is_some() {
            seen.newest = timeline.cloned();
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, SeenHosts> {
        // No code panics while it holds the lock.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SeenHosts {
    /// Returns whether a timeline is older than the newest. Those of different databases are not compared.
    fn is_older(&self, timeline: Option<&Timeline>) -> bool {
        match (&self.newest, timeline) {
            (Some(newest), Some(other)) => newest.system == other.system && other.number < newest.number,
            _ => false,
        }
    }
}

impl Connect for DatabaseHosts {
    fn connect(
        &self,
        _: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + '_>> {
        Box::pin(async move {
            let (client, connection) = DatabaseHosts::connect(self).await?;
            // An error of the connection is also that of the query that waits for it.
            Ok((client, tokio::spawn(async move { drop(connection.await) })))
        })
    }
}

/// Returns the timeline of a database, or `None` if it has none, unlike PostgreSQL.
async fn timeline_of(client: &Client, connection: &mut Connection<Socket, EncryptedStream>) -> Option<Timeline> {
    let mut asking = pin!(client.simple_query(TIMELINE));
    loop {
        tokio::select! {
            biased;
            answer = &mut asking => return parse(&answer.ok()?),
            message = poll_fn(|context| connection.poll_message(context)) => {
                if !matches!(message, Some(Ok(_))) {
                    return None;
                }
            }
        }
    }
}

fn parse(answer: &[SimpleQueryMessage]) -> Option<Timeline> {
    let row = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    })?;
    Some(Timeline { system: row.get(0)?.to_owned(), number: row.get(1)?.parse().ok()? })
}

/// Returns the parameters of an address with one of its hosts.
fn of_host(all: &Config, index: usize) -> Config {
    let mut one = Config::new();
    match all.get_hosts().get(index) {
        Some(Host::Tcp(name)) => {
            one.host(name);
        }
        #[cfg(unix)]
        Some(Host::Unix(folder)) => {
            one.host_path(folder);
        }
        None => {}
    }
    if let Some(address) = all.get_hostaddrs().get(index) {
        one.hostaddr(*address);
    }
    // One port is that of all hosts.
    if let Some(port) = all.get_ports().get(index).or_else(|| all.get_ports().first()) {
        one.port(*port);
    }
    if let Some(user) = all.get_user() {
        one.user(user);
    }
    if let Some(name) = all.get_dbname() {
        one.dbname(name);
    }
    if let Some(options) = all.get_options() {
        one.options(options);
    }
    if let Some(name) = all.get_application_name() {
        one.application_name(name);
    }
    if let Some(password) = all.get_password() {
        one.password(password);
    }
    if let Some(timeout) = all.get_connect_timeout() {
        one.connect_timeout(*timeout);
    }
    if let Some(timeout) = all.get_tcp_user_timeout() {
        one.tcp_user_timeout(*timeout);
    }
    if let Some(interval) = all.get_keepalives_interval() {
        one.keepalives_interval(interval);
    }
    if let Some(retries) = all.get_keepalives_retries() {
        one.keepalives_retries(retries);
    }
    one.keepalives(all.get_keepalives()).keepalives_idle(all.get_keepalives_idle());
    one.ssl_mode(all.get_ssl_mode()).ssl_negotiation(all.get_ssl_negotiation());
    one.channel_binding(all.get_channel_binding()).target_session_attrs(all.get_target_session_attrs());
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_has_all_parameters() {
        let url = "postgres://ann:sesame@a:1,b:2,c:3/docs?sslmode=require&options=-c%20x%3D1&application_name=me\
                   &connect_timeout=7&tcp_user_timeout=8&keepalives_idle=9&keepalives_interval=10&keepalives_retries=11\
                   &target_session_attrs=read-write&channel_binding=disable";
        let all: Config = url.parse().unwrap();
        for (index, host) in ["a:1", "b:2", "c:3"].into_iter().enumerate() {
            let one: Config = url.replace("a:1,b:2,c:3", host).parse().unwrap();
            assert_eq!(of_host(&all, index), one);
        }
        let one_port: Config = "postgres://u@/d?host=a&host=b&port=7".parse().unwrap();
        assert_eq!(of_host(&one_port, 1).get_ports(), [7]);
    }

    #[test]
    fn older_timeline_of_the_same_database_is_outdated() {
        let timeline = |system: &str, number| Timeline { system: system.to_owned(), number };
        let seen = SeenHosts { last: 0, newest: Some(timeline("a", 3)) };
        assert!(seen.is_older(Some(&timeline("a", 2))));
        for other in [None, Some(timeline("a", 3)), Some(timeline("a", 4)), Some(timeline("b", 1))] {
            assert!(!seen.is_older(other.as_ref()), "{other:?}");
        }
    }
}
