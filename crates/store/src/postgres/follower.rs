//! Follows the events of all servers, and publishes them to the subscribers of this one.
//!
//! The same connection listens for changed settings, and shows other servers that this one runs, see `settings`.
//!
//! Events become visible in the order of their numbers, because a transaction holds the lock of the counter from the
//! moment at which it takes numbers until it is committed. So 'all after the last one' misses none. This server's own
//! writes are published by the writer, if no others come first (`event_publisher`).
//!
//! Most notifications have the events in them (`event_message`), which are published without a query if they follow the
//! last one. Others wake the follower, and so do events before which one is missing. If no notification arrives, as
//! behind a proxy that drops them, the follower asks again after a while. When its connection is lost, it makes another
//! one, and continues after the last event that was published. After each query it pauses for a moment, so that many
//! writes of other servers take one query together.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_postgres::AsyncMessage;

use super::connections::{Connections, Connector};
use super::counters::StoreCounters;
use super::error::{PostgresError, describe};
use super::event_message::{self, EventChannel};
use super::event_publisher::{EventIdentity, EventPublisher};
use super::queries;
use super::session::Session;
use super::settings::{Presence, SETTINGS_CHANNEL};

/// How long the follower waits for a notification before it asks.
const MAX_SILENCE: Duration = Duration::from_secs(1);

/// The pause before another connection is made.
const RECONNECT_PAUSE: Duration = Duration::from_millis(100);

/// The shortest time between two queries.
const QUERY_PAUSE: Duration = Duration::from_millis(5);

/// The events that are read at once.
const PAGE_EVENTS: usize = 512;

/// Publishes the events of a store, as they happen.
pub(super) struct Follower {
    pub(super) connector: Connector,
    pub(super) connections: Connections,
    pub(super) publisher: Arc<EventPublisher>,
    pub(super) counters: Arc<StoreCounters>,
    pub(super) presence: Arc<Presence>,
    pub(super) channel: EventChannel,
}

impl Follower {
    /// Follows until the task is ended.
    pub(super) async fn run(self) {
        let mut is_failing = false;
        loop {
            let end = self.listen(&mut is_failing).await;
            self.counters.is_following.store(false, Ordering::Relaxed);
            self.presence.release();
            match end {
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
    async fn listen(&self, is_failing: &mut bool) -> Result<String, PostgresError> {
        let (client, mut connection) = self.connector.connect().await?;
        let publisher = Arc::clone(&self.publisher);
        let own = self.channel.server;
        let presence = Arc::clone(&self.presence);
        // The set is dropped when this call ends, which aborts the task.
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
                match message {
                    AsyncMessage::Notification(about) if about.channel() == SETTINGS_CHANNEL => presence.announce(),
                    AsyncMessage::Notification(about) => match event_message::parse(about.payload()) {
                        // The writer publishes its own events.
                        Some((server, _)) if server == own => {}
                        Some((_, appended)) => publisher.publish_appended(appended),
                        None => publisher.wake(),
                    },
                    _ => {}
                }
            }
            publisher.wake();
        });
        client.batch_execute(&format!("LISTEN \"{}\"; LISTEN {SETTINGS_CHANNEL}", self.channel.name)).await?;
        let mut is_present = false;
        loop {
            if !is_present {
                is_present = self.presence.hold(&client).await?;
            }
            self.publish().await?;
            self.counters.is_following.store(true, Ordering::Relaxed);
            self.counters.note_up_to_date();
            *is_failing = false;
            if client.is_closed() {
                return Ok("it was closed".to_owned());
            }
            sleep(QUERY_PAUSE).await;
            if timeout(MAX_SILENCE, self.publisher.until_needed()).await.is_err() {
                // A connection that is broken without a word would never notify.
                if let Err(error) = client.simple_query("").await {
                    return Ok(describe(&error));
                }
            }
        }
    }

    /// Publishes all events that were not published yet.
    ///
    /// Each query begins with the last event that was published, and so finds out whether the database still has it.
    async fn publish(&self) -> Result<(), PostgresError> {
        loop {
            let (before, waiting) = self.publisher.state();
            let client = self.connections.reader().await?;
            let session = Session::from(&*client);
            let events = queries::events_without(session, before.seen.saturating_sub(1), &waiting, PAGE_EVENTS).await?;
            // Events that are committed after the query have their own notification.
            let is_last = events.len() < PAGE_EVENTS;
            let mut events = events.into_iter().peekable();
            let found = events.next_if(|event| event.sequence == before.seen).as_ref().map(EventIdentity::of);
            if !self.publisher.publish_read(&before, found, events) {
                let latest = queries::latest_sequence(session).await?;
                self.publisher.continue_after_loss(latest);
            } else if is_last {
                return Ok(());
            }
        }
    }
}
