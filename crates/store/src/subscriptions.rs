//! Tells subscribers what happened: those of all documents, and those of one document.
//!
//! One channel for all would wake every subscriber with every write, and a thousand subscribers of a thousand other
//! documents would each find that the event was not theirs. So a document that is watched has a channel of its own, and
//! a write costs the same however many watch other documents.
//!
//! A backend publishes each event once, in the order of the sequence, after its version can be read. A backend whose
//! database several servers share publishes what the database tells it, and not only its own writes.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use contract::DocumentId;
use tokio::sync::broadcast::{self, Receiver, Sender};

use crate::revision::StoreEvent;

/// The number of events that a subscriber of all documents may lag behind.
const GLOBAL_CAPACITY: usize = 1024;
/// The number of events that a subscriber of one document may lag behind.
///
/// The memory is allocated beforehand.
const TOPIC_CAPACITY: usize = 16;
/// The number of watched documents from which on those that are no longer watched are removed.
const PRUNE_THRESHOLD: usize = 64;

/// The events of a store, as they happen.
#[derive(Default)]
pub struct Broadcaster {
    topics: Mutex<Topics>,
}

/// The channels: that of all documents, and those of single ones.
struct Topics {
    all: Sender<StoreEvent>,
    watched: HashMap<DocumentId, Sender<StoreEvent>>,
    /// The number that was left when documents that were no longer watched were last removed.
    left: usize,
}

impl Default for Topics {
    fn default() -> Self {
        Self { all: broadcast::channel(GLOBAL_CAPACITY).0, watched: HashMap::new(), left: 0 }
    }
}

impl Broadcaster {
    /// Returns a receiver of the events from now on, about one document or about all.
    #[must_use]
    pub fn subscribe(&self, about: Option<&DocumentId>) -> Receiver<StoreEvent> {
        let mut topics = self.topics();
        let Some(id) = about else { return topics.all.subscribe() };
        if topics.watched.len() >= 2 * topics.left.max(PRUNE_THRESHOLD) {
            topics.watched.retain(|_, sender| sender.receiver_count() > 0);
            topics.left = topics.watched.len();
        }
        topics.watched.entry(id.clone()).or_insert_with(|| broadcast::channel(TOPIC_CAPACITY).0).subscribe()
    }

    /// Sends an event to its subscribers, if there are any.
    pub fn publish(&self, event: StoreEvent) {
        let mut topics = self.topics();
        if topics.watched.get(&event.id).is_some_and(|sender| sender.send(event.clone()).is_err()) {
            topics.watched.remove(&event.id);
        }
        // An error means that there are no subscribers.
        let _ = topics.all.send(event);
    }

    /// Ends all subscriptions.
    ///
    /// Each receiver gets the events before, and then learns that no more will come.
    ///
    /// A backend does this if events that it has published turn out not to have happened.
    pub fn end_subscriptions(&self) {
        *self.topics() = Topics::default();
    }

    fn topics(&self) -> MutexGuard<'_, Topics> {
        // No code panics while it holds the lock.
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use contract::Timestamp;
    use tokio::sync::broadcast::error::TryRecvError;

    use super::*;
    use crate::revision::{Revision, VersionStamp};

    fn event(name: &str) -> StoreEvent {
        let id: DocumentId = name.parse().unwrap();
        let stamp = VersionStamp::next(None, &id, None, Timestamp::from_millis(0));
        let revision = Arc::new(Revision { stamp, before: None, author: "bob".parse().unwrap(), based_on: None });
        StoreEvent { sequence: 1, id, revision }
    }

    #[test]
    fn subscriber_of_one_document_hears_of_no_other() {
        let broadcaster = Broadcaster::default();
        let (mut all, mut about) = (broadcaster.subscribe(None), broadcaster.subscribe(Some(&"a".parse().unwrap())));
        for name in ["b", "a", "c"] {
            broadcaster.publish(event(name));
        }
        let heard = std::iter::from_fn(|| all.try_recv().ok()).map(|event| event.id.to_string());
        assert_eq!(heard.collect::<Vec<_>>(), ["b", "a", "c"]);
        assert_eq!(about.try_recv().unwrap().id.as_str(), "a");
        assert_eq!(about.try_recv().unwrap_err(), TryRecvError::Empty);
    }

    #[test]
    fn ended_subscriptions_hear_what_was_before_and_no_more() {
        let broadcaster = Broadcaster::default();
        let mut before = [broadcaster.subscribe(None), broadcaster.subscribe(Some(&"a".parse().unwrap()))];
        broadcaster.publish(event("a"));
        broadcaster.end_subscriptions();
        let mut after = broadcaster.subscribe(None);
        broadcaster.publish(event("a"));
        for receiver in &mut before {
            assert!(receiver.try_recv().is_ok());
            assert_eq!(receiver.try_recv().unwrap_err(), TryRecvError::Closed);
        }
        assert!(after.try_recv().is_ok());
    }

    #[test]
    fn documents_without_subscribers_are_forgotten() {
        let broadcaster = Broadcaster::default();
        let kept = broadcaster.subscribe(Some(&"kept".parse().unwrap()));
        for number in 0..10 * PRUNE_THRESHOLD {
            drop(broadcaster.subscribe(Some(&format!("d{number}").parse().unwrap())));
            assert!(broadcaster.topics().watched.len() <= 2 * PRUNE_THRESHOLD);
        }
        assert_eq!(kept.len(), 0);
        broadcaster.publish(event("kept"));
        assert_eq!(kept.len(), 1);
        drop(kept);
        broadcaster.publish(event("kept"));
        assert!(!broadcaster.topics().watched.contains_key(&"kept".parse().unwrap()));
    }
}
