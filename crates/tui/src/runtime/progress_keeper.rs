//! Keeps the user's progress.
//!
//! Each achievement is written on a thread of its own, and its result comes as an event.

use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::event::Event;
use crate::inbox::EventSender;
use crate::progress::{Achievement, LoadedProgress, ProgressStore};

/// The user's progress in a session, and the writes that are not done yet.
#[derive(Default)]
pub(super) struct ProgressKeeper {
    /// The store, or `None` if the session keeps no progress.
    store: Option<Arc<dyn ProgressStore>>,
    writing: Vec<JoinHandle<()>>,
}

impl ProgressKeeper {
    pub(super) fn new(store: Option<Arc<dyn ProgressStore>>) -> Self {
        Self { store, writing: Vec::new() }
    }

    /// Begins to record an achievement. The result comes as [`Event::ProgressKept`].
    pub(super) fn record(&mut self, lesson: String, achievement: Achievement, events: EventSender) {
        let store = self.store.clone();
        self.writing.push(tokio::task::spawn_blocking(move || {
            let kept = store.map_or(Ok(()), |store| store.record(&lesson, achievement));
            // If the loop has ended, the user has left the lesson.
            let _ = events.send(Event::ProgressKept(kept));
        }));
    }

    /// Waits until everything is written, so that the menu shows it.
    pub(super) async fn finished(self) {
        for writing in self.writing {
            if let Err(error) = writing.await {
                tracing::warn!(%error, "the progress of a lesson may not be kept");
            }
        }
    }
}

/// Reads the progress without blocking the loop.
pub(super) async fn load(store: Option<Arc<dyn ProgressStore>>) -> LoadedProgress {
    let Some(store) = store else { return LoadedProgress::default() };
    let loaded = tokio::task::spawn_blocking(move || store.load()).await;
    loaded.unwrap_or_else(|error| LoadedProgress { trouble: Some(error.to_string()), ..LoadedProgress::default() })
}
