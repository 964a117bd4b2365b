//! Telling what happened: to those who watch everything, and to those who watch one document.
//!
//! Why not one channel for all? Because then each write would wake everybody, and a thousand who watch a thousand other
//! documents would all have to look and find that it was not theirs. So whoever watches one document is woken by that
//! one alone, and a write costs the same however many watch the others.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use contract::DocumentId;
use tokio::sync::broadcast::{self, Receiver, Sender};

use crate::revision::StoreEvent;

/// How many events somebody may lag behind who watches everything, before they have to be read from the store.
const GLOBAL_CAPACITY: usize = 1024;
/// The same of one document. Room is made beforehand, for each document that is watched.
const TOPIC_CAPACITY: usize = 16;
/// From how many watched documents on it is looked whether all of them still are.
const PRUNE_THRESHOLD: usize = 64;

/// What happens, as it happens.
pub(super) struct Broadcaster {
    all: Sender<StoreEvent>,
    about: Mutex<Topics>,
}

#[derive(Default)]
struct Topics {
    watched: HashMap<DocumentId, Sender<StoreEvent>>,
    /// How many there were left when those were removed that nobody watched any more.
    left: usize,
}

impl Default for Broadcaster {
    fn default() -> Self {
        Self { all: broadcast::channel(GLOBAL_CAPACITY).0, about: Mutex::default() }
    }
}

impl Broadcaster {
    /// What happens from now on, to one document or to all.
    pub(super) fn subscribe(&self, about: Option<&DocumentId>) -> Receiver<StoreEvent> {
        let Some(id) = about else { return self.all.subscribe() };
        let mut about = self.about();
        if about.watched.len() >= 2 * about.left.max(PRUNE_THRESHOLD) {
            about.watched.retain(|_, sender| sender.receiver_count() > 0);
            about.left = about.watched.len();
        }
        about.watched.entry(id.clone()).or_insert_with(|| broadcast::channel(TOPIC_CAPACITY).0).subscribe()
    }

    /// Tells it. Nobody listening is no failure.
    pub(super) fn publish(&self, happened: StoreEvent) {
        let mut about = self.about();
        if about.watched.get(&happened.id).is_some_and(|sender| sender.send(happened.clone()).is_err()) {
            about.watched.remove(&happened.id);
        }
        drop(about);
        let _ = self.all.send(happened);
    }

    fn about(&self) -> MutexGuard<'_, Topics> {
        // Nothing in here panics while it holds the lock.
        self.about.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use contract::Timestamp;
    use tokio::sync::broadcast::error::TryRecvError;

    use super::*;
    use crate::revision::{Revision, VersionStamp};

    fn happened(name: &str) -> StoreEvent {
        let id: DocumentId = name.parse().unwrap();
        let mark = VersionStamp::next(None, &id, None, Timestamp::from_millis(0));
        let revision = Revision { stamp: mark, before: None, author: "bob".parse().unwrap(), based_on: None };
        StoreEvent { sequence: 1, id, revision }
    }

    #[test]
    fn whoever_watches_one_document_hears_of_no_other() {
        let news = Broadcaster::default();
        let (mut all, mut about) = (news.subscribe(None), news.subscribe(Some(&"a".parse().unwrap())));
        for name in ["b", "a", "c"] {
            news.publish(happened(name));
        }
        let heard = std::iter::from_fn(|| all.try_recv().ok()).map(|event| event.id.to_string());
        assert_eq!(heard.collect::<Vec<_>>(), ["b", "a", "c"]);
        assert_eq!(about.try_recv().unwrap().id.as_str(), "a");
        assert_eq!(about.try_recv().unwrap_err(), TryRecvError::Empty);
    }

    #[test]
    fn documents_that_nobody_watches_any_more_are_forgotten() {
        let news = Broadcaster::default();
        let kept = news.subscribe(Some(&"kept".parse().unwrap()));
        for number in 0..10 * PRUNE_THRESHOLD {
            drop(news.subscribe(Some(&format!("d{number}").parse().unwrap())));
            assert!(news.about().watched.len() <= 2 * PRUNE_THRESHOLD);
        }
        assert_eq!(kept.len(), 0);
        news.publish(happened("kept"));
        assert_eq!(kept.len(), 1);
        drop(kept);
        news.publish(happened("kept"));
        assert!(!news.about().watched.contains_key(&"kept".parse().unwrap()));
    }
}
