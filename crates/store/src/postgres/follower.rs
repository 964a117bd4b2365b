//! Follows the events of all servers, and publishes them to the subscribers of this one.
//!
//! The same connection listens for changed settings, and shows other servers that this one runs, see `settings`.
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
use std::sync::atomic::Ordering;
use std::time::Duration;

use contract::DocumentId;
use precondition::EntityTag;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_postgres::AsyncMessage;

use super::append::EVENTS_CHANNEL;
use super::connections::{Connections, Connector};
use super::counters::StoreCounters;
use super::error::{PostgresError, describe};
use super::queries;
use super::session::Session;
use super::settings::{Presence, SETTINGS_CHANNEL};
use crate::request::EventQuery;
use crate::revision::StoreEvent;
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
    pub(super) counters: Arc<StoreCounters>,
    pub(super) presence: Arc<Presence>,
    /// The number of the last event that was published.
    pub(super) seen: u64,
    /// That event: its document and its tag. `None` until it is read for the first time.
    pub(super) last: Option<(DocumentId, EntityTag)>,
}

impl Follower {
    /// Follows until the task is ended.
    pub(super) async fn run(mut self) {
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
    async fn listen(&mut self, is_failing: &mut bool) -> Result<String, PostgresError> {
        let (client, mut connection) = self.connector.connect().await?;
        let woken = Arc::new(Notify::new());
        let wakes = Arc::clone(&woken);
        let presence = Arc::clone(&self.presence);
        // The set is dropped when this call ends, which aborts the task.
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
                match message {
                    AsyncMessage::Notification(about) if about.channel() == SETTINGS_CHANNEL => presence.announce(),
                    AsyncMessage::Notification(_) => wakes.notify_one(),
                    _ => {}
                }
            }
            wakes.notify_one();
        });
        client.batch_execute(&format!("LISTEN {EVENTS_CHANNEL}; LISTEN {SETTINGS_CHANNEL}")).await?;
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
            if timeout(MAX_SILENCE, woken.notified()).await.is_err() {
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
    async fn publish(&mut self) -> Result<(), PostgresError> {
        loop {
            let client = self.connections.reader().await?;
            let session = Session::from(&*client);
            let query = EventQuery { after: self.seen.saturating_sub(1), id: None, limit: PAGE_EVENTS };
            let events = queries::events(session, &query).await?;
            // Events that are committed after the query have their own notification.
            let is_last = events.len() < PAGE_EVENTS;
            let mut events = events.into_iter().peekable();
            if self.seen > 0 {
                let last = events.next_if(|event| event.sequence == self.seen).map(identity);
                if last.is_none() || self.last.as_ref().is_some_and(|known| last.as_ref() != Some(known)) {
                    let latest = queries::latest_sequence(session).await?;
                    self.continue_after_loss(latest);
                    continue;
                }
                self.last = last;
            }
            for event in events {
                self.seen = event.sequence;
                self.last = Some(identity(event.clone()));
                self.broadcaster.publish(event);
            }
            self.counters.published.store(self.seen, Ordering::Relaxed);
            if is_last {
                return Ok(());
            }
        }
    }

    /// Continues after the newest event, since the database has lost events that were published.
    ///
    /// This happens after a failover to a replica that had not received them, or after a restore. The subscribers have
    /// seen events that do not exist, so their streams end. A client that resumes names an event that this store has
    /// not given out, and gets all that there are.
    fn continue_after_loss(&mut self, latest: u64) {
        tracing::error!(seen = self.seen, latest, "the database has lost events that were published");
        StoreCounters::count(&self.counters.event_losses);
        (self.seen, self.last) = (latest, None);
        self.counters.published.store(latest, Ordering::Relaxed);
        self.broadcaster.end_subscriptions();
    }
}

/// Returns the document and the tag of an event, by which it is recognized.
fn identity(event: StoreEvent) -> (DocumentId, EntityTag) {
    (event.id, event.revision.stamp.tag.clone())
}
