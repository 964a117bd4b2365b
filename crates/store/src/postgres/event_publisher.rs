//! Publishes events to the subscribers of this server: each once, in the order of their numbers.
//!
//! Events come from two sides: the follower reads those of all servers from the database, and the writer knows its own
//! as soon as they are committed. Its own are published at once if they follow the last event that was published. That
//! is so if the number continues, and the database had exactly this last event before them. Otherwise the follower is
//! woken. So a loss of events, after which numbers are given out again, is never passed over.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::DocumentId;
use precondition::EntityTag;
use tokio::sync::Notify;

use super::confirmed::AppendedEvents;
use super::counters::StoreCounters;
use crate::revision::StoreEvent;
use crate::subscriptions::Broadcaster;

/// Publishes the events of a store.
pub(super) struct EventPublisher {
    state: Mutex<PublishedEvents>,
    broadcaster: Arc<Broadcaster>,
    counters: Arc<StoreCounters>,
    /// Wakes the follower.
    woken: Notify,
}

/// The last event that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublishedEvents {
    /// Its number, or 0 if there is none.
    pub(super) seen: u64,
    /// Its document and its tag. `None` until it is read for the first time.
    pub(super) last: Option<(DocumentId, EntityTag)>,
}

impl EventPublisher {
    /// Returns a publisher of the events after the one with the number `seen`.
    pub(super) fn new(seen: u64, broadcaster: Arc<Broadcaster>, counters: Arc<StoreCounters>) -> Self {
        let state = Mutex::new(PublishedEvents { seen, last: None });
        Self { state, broadcaster, counters, woken: Notify::new() }
    }

    /// Returns the last event that was published.
    pub(super) fn state(&self) -> PublishedEvents {
        self.lock().clone()
    }

    /// Publishes events that this server has committed, or wakes the follower if others come first.
    pub(super) fn publish_own(&self, appended: AppendedEvents) {
        let AppendedEvents { events, before, .. } = appended;
        let mut state = self.lock();
        let continues = events.first().is_some_and(|first| first.sequence == state.seen + 1) && before == state.last;
        if continues {
            for event in events {
                self.publish(&mut state, event);
            }
        } else {
            drop(state);
            self.wake();
        }
    }

    /// Publishes events that were read from the database, after `read_after`.
    ///
    /// Those that were published meanwhile are left out. Returns false, and publishes nothing, if the database does not
    /// have the last event that was published: `found` is the one with its number.
    pub(super) fn publish_read(
        &self,
        read_after: &PublishedEvents,
        found: Option<(DocumentId, EntityTag)>,
        events: impl IntoIterator<Item = StoreEvent>,
    ) -> bool {
        let mut state = self.lock();
        let is_lost =
            read_after.seen > 0 && (found.is_none() || (read_after.last.is_some() && found != read_after.last));
        if is_lost {
            // If it is not the last one any more, the next query will tell.
            return *state != *read_after;
        }
        if *state == *read_after && read_after.seen > 0 {
            state.last = found;
        }
        for event in events {
            if event.sequence > state.seen {
                self.publish(&mut state, event);
            }
        }
        true
    }

    /// Continues after the newest event, since the database has lost events that were published.
    ///
    /// This happens after a failover to a replica that had not received them, or after a restore. The subscribers have
    /// seen events that do not exist, so their streams end. A client that resumes names an event that this store has
    /// not given out, and gets all that there are.
    pub(super) fn continue_after_loss(&self, latest: u64) {
        let mut state = self.lock();
        tracing::error!(seen = state.seen, latest, "the database has lost events that were published");
        StoreCounters::count(&self.counters.event_losses);
        *state = PublishedEvents { seen: latest, last: None };
        self.counters.published.store(latest, Ordering::Relaxed);
        self.broadcaster.end_subscriptions();
    }

    /// Wakes the follower, which reads events from the database.
    pub(super) fn wake(&self) {
        self.woken.notify_one();
    }

    /// Waits until the follower is woken.
    pub(super) async fn until_woken(&self) {
        self.woken.notified().await;
    }

    fn publish(&self, state: &mut PublishedEvents, event: StoreEvent) {
        *state = PublishedEvents { seen: event.sequence, last: Some(identity(&event)) };
        self.counters.published.store(event.sequence, Ordering::Relaxed);
        self.broadcaster.publish(event);
    }

    fn lock(&self) -> MutexGuard<'_, PublishedEvents> {
        // No code panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the document and the tag of an event, by which it is recognized.
pub(super) fn identity(event: &StoreEvent) -> (DocumentId, EntityTag) {
    (event.id.clone(), event.revision.stamp.tag.clone())
}
