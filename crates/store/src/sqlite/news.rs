//! Telling what happened: to those who watch everything, and to those who watch one document.
//!
//! Why not one channel for all? Because then each write would wake everybody, and a thousand who watch a thousand other
//! documents would all have to look and find that it was not theirs. So whoever watches one document is woken by that
//! one alone, and a write costs the same however many watch the others.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use contract::DocumentId;
use tokio::sync::broadcast::{self, Receiver, Sender};

use crate::revision::Happened;

/// How many events somebody may lag behind who watches everything, before they have to be read from the store.
const ALL: usize = 1024;
/// The same of one document. Room is made beforehand, for each document that is watched.
const ONE: usize = 16;
/// From how many watched documents on it is looked whether all of them still are.
const MANY: usize = 64;

/// What happens, as it happens.
pub(super) struct News {
    all: Sender<Happened>,
    about: Mutex<About>,
}

#[derive(Default)]
struct About {
    watched: HashMap<DocumentId, Sender<Happened>>,
    /// How many there were left when those were removed that nobody watched any more.
    left: usize,
}

impl Default for News {
    fn default() -> Self {
        Self { all: broadcast::channel(ALL).0, about: Mutex::default() }
    }
}

impl News {
    /// What happens from now on, to one document or to all.
    pub(super) fn subscribe(&self, about: Option<&DocumentId>) -> Receiver<Happened> {
        let Some(id) = about else { return self.all.subscribe() };
        let mut about = self.about();
        if about.watched.len() >= 2 * about.left.max(MANY) {
            about.watched.retain(|_, sender| sender.receiver_count() > 0);
            about.left = about.watched.len();
        }
        about.watched.entry(id.clone()).or_insert_with(|| broadcast::channel(ONE).0).subscribe()
    }

    /// Tells it. Nobody listening is no failure.
    pub(super) fn tell(&self, happened: Happened) {
        let mut about = self.about();
        if about.watched.get(&happened.id).is_some_and(|sender| sender.send(happened.clone()).is_err()) {
            about.watched.remove(&happened.id);
        }
        drop(about);
        let _ = self.all.send(happened);
    }

    fn about(&self) -> MutexGuard<'_, About> {
        // Nothing in here panics while it holds the lock.
        self.about.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use contract::Timestamp;
    use tokio::sync::broadcast::error::TryRecvError;

    use super::*;
    use crate::revision::{Mark, Revision};

    fn happened(name: &str) -> Happened {
        let id: DocumentId = name.parse().unwrap();
        let mark = Mark::following(None, &id, None, Timestamp::from_millis(0));
        let revision = Revision { mark, before: None, author: "bob".parse().unwrap(), based_on: None };
        Happened { sequence: 1, id, revision }
    }

    #[test]
    fn whoever_watches_one_document_hears_of_no_other() {
        let news = News::default();
        let (mut all, mut about) = (news.subscribe(None), news.subscribe(Some(&"a".parse().unwrap())));
        for name in ["b", "a", "c"] {
            news.tell(happened(name));
        }
        let heard = std::iter::from_fn(|| all.try_recv().ok()).map(|event| event.id.to_string());
        assert_eq!(heard.collect::<Vec<_>>(), ["b", "a", "c"]);
        assert_eq!(about.try_recv().unwrap().id.as_str(), "a");
        assert_eq!(about.try_recv().unwrap_err(), TryRecvError::Empty);
    }

    #[test]
    fn documents_that_nobody_watches_any_more_are_forgotten() {
        let news = News::default();
        let kept = news.subscribe(Some(&"kept".parse().unwrap()));
        for number in 0..10 * MANY {
            drop(news.subscribe(Some(&format!("d{number}").parse().unwrap())));
            assert!(news.about().watched.len() <= 2 * MANY);
        }
        assert_eq!(kept.len(), 0);
        news.tell(happened("kept"));
        assert_eq!(kept.len(), 1);
        drop(kept);
        news.tell(happened("kept"));
        assert!(!news.about().watched.contains_key(&"kept".parse().unwrap()));
    }
}
