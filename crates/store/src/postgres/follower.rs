//! Follows the events of all servers, and publishes them to the subscribers of this one.
//!
//! Events become visible in the order of their numbers, because a transaction holds the lock of the counter from the
//! moment at which it takes numbers until it is committed. So 'all after the last one' misses none. This server's own
//! writes are published like those of others, once.
//!
//! A notification only wakes the follower. If none arrives, as behind a proxy that drops them, the follower asks again
//! after a while. When its connection is lost, it makes another one, and continues after the last event that it has
//! published.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_postgres::AsyncMessage;

use super::append::EVENTS_CHANNEL;
use super::connections::{Connections, Connector};
use super::error::{PostgresError, describe};
use super::queries;
use super::session::Session;
use crate::request::EventQuery;
use crate::subscriptions::Broadcaster;

/// How long the follower waits for a notification before it asks.
const MAX_SILENCE: Duration = Duration::from_secs(1);

/// The pause before another connection is made.
const RECONNECT_PAUSE: Duration = Duration::from_millis(100);

/// The events that are read at once.
const PAGE_EVENTS: usize = 512;

/// Publishes the events of a store, as they happen.
pub(super) struct Follower {
    pub(super) connector: Connector,
    pub(super) connections: Connections,
    pub(super) broadcaster: Arc<Broadcaster>,
    /// The number of the last event that was published.
    pub(super) seen: u64,
}

impl Follower {
    /// Follows until the task is ended.
    pub(super) async fn run(mut self) {
        let mut is_failing = false;
        loop {
            match self.listen(&mut is_failing).await {
                Ok(lost) => tracing::debug!(reason = lost, "the connection that follows events is made anew"),
                Err(error) if is_failing => tracing::debug!(%error, "the database still cannot be followed"),
                Err(error) => {
                    tracing::warn!(%error, "live events are late: the database cannot be followed");
                    is_failing = true;
                }
            }
            sleep(RECONNECT_PAUSE).await;
        }
    }

    /// Listens on a connection until it is lost. Returns the reason.
    ///
    /// Once all events are published, `is_failing` is false.
    async fn listen(&mut self, is_failing: &mut bool) -> Result<String, PostgresError> {
        let (client, mut connection) = self.connector.connect().await?;
        let woken = Arc::new(Notify::new());
        let wakes = Arc::clone(&woken);
        // The set is dropped when this call ends, which aborts the task.
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
                if let AsyncMessage::Notification(_) = message {
                    wakes.notify_one();
                }
            }
            wakes.notify_one();
        });
        client.batch_execute(&format!("LISTEN {EVENTS_CHANNEL}")).await?;
        loop {
            self.publish().await?;
            *is_failing = false;
            if client.is_closed() {
                return Ok("it was closed".to_owned());
            }
            if timeout(MAX_SILENCE, woken.notified()).await.is_err() {
                // A connection that is broken without a word would never notify.
                if let Err(error) = client.simple_query("").await {
                    return Ok(describe(&error));
                }
            }
        }
    }

    /// Publishes all events that were not published yet.
    async fn publish(&mut self) -> Result<(), PostgresError> {
        loop {
            let client = self.connections.reader().await?;
            let session = Session::from(&*client);
            let query = EventQuery { after: self.seen, id: None, limit: PAGE_EVENTS };
            let events = queries::events(session, &query).await?;
            if events.is_empty() {
                self.notice_lost_events(queries::latest_sequence(session).await?);
                return Ok(());
            }
            for event in events {
                self.seen = event.sequence;
                self.broadcaster.publish(event);
            }
        }
    }

    /// Continues after the newest event if the database has lost later ones that were published.
    ///
    /// This happens after a failover to a replica that had not received them, or after a restore.
    fn notice_lost_events(&mut self, latest: u64) {
        if latest < self.seen {
            tracing::error!(seen = self.seen, latest, "the database has lost events that were published");
            self.seen = latest;
        }
    }
}
