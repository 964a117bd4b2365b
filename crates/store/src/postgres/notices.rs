//! Notifications of events that a server sends a moment later, together.
//!
//! A notification wakes every server, once for each commit that notifies. Under load that costs more than the events
//! in it. So a server notifies with a commit only if it has not done so for [`MIN_PAUSE`]. The events of other commits
//! wait for the next one, or for the end of the pause.
//!
//! If a server is killed meanwhile, the others miss its last events, and read them from the database as they do with
//! any event that does not come.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The shortest time between two notifications of a server.
pub(super) const MIN_PAUSE: Duration = Duration::from_millis(5);

/// Notifications that wait to be sent.
#[derive(Default)]
pub(super) struct Notices(Mutex<NoticesState>);

#[derive(Default)]
struct NoticesState {
    texts: Vec<String>,
    /// The time of the last notification; `None` if there is none, or no server to be notified.
    sent: Option<Instant>,
}

impl Notices {
    /// Returns the notifications that wait, if it is time to notify.
    ///
    /// Those of the same commit are sent with them.
    pub(super) fn take_due(&self) -> Option<Vec<String>> {
        let mut state = self.lock();
        let is_due = state.sent.is_none_or(|sent| sent.elapsed() >= MIN_PAUSE);
        is_due.then(|| mem::take(&mut state.texts))
    }

    /// Returns all notifications that wait. They are sent now.
    pub(super) fn take_all(&self) -> Vec<String> {
        let mut state = self.lock();
        if !state.texts.is_empty() {
            state.sent = Some(Instant::now());
        }
        mem::take(&mut state.texts)
    }

    /// Notes that servers were notified.
    pub(super) fn note_sent(&self) {
        self.lock().sent = Some(Instant::now());
    }

    /// Notes that there is no other server.
    pub(super) fn note_alone(&self) {
        *self.lock() = NoticesState::default();
    }

    /// Adds notifications after those that wait.
    pub(super) fn push(&self, texts: Vec<String>) {
        self.lock().texts.extend(texts);
    }

    /// Adds notifications that could not be sent before those that wait.
    pub(super) fn put_back(&self, texts: Vec<String>) {
        self.lock().texts.splice(0..0, texts);
    }

    /// Returns how long those that wait have to wait yet; `None` if there are none.
    pub(super) fn due_in(&self) -> Option<Duration> {
        let state = self.lock();
        let left = || state.sent.map_or(Duration::ZERO, |sent| MIN_PAUSE.saturating_sub(sent.elapsed()));
        (!state.texts.is_empty()).then(left)
    }

    fn lock(&self) -> MutexGuard<'_, NoticesState> {
        // No code panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notifications_within_the_pause_are_sent_together() {
        let notices = Notices::default();
        assert_eq!(notices.take_due(), Some(vec![]), "the first one is sent at once");
        notices.note_sent();
        for text in ["one", "two"] {
            // The machine may be slow.
            if notices.take_due().is_none() {
                notices.push(vec![text.to_owned()]);
                assert!(notices.due_in().is_some_and(|left| left <= MIN_PAUSE));
            }
        }
        notices.0.lock().unwrap().sent = Instant::now().checked_sub(MIN_PAUSE);
        let texts = notices.take_due().unwrap();
        assert!(texts.is_sorted() && notices.due_in().is_none());
        notices.put_back(texts.clone());
        assert_eq!(notices.take_due(), Some(texts));
    }

    #[test]
    fn server_that_is_alone_keeps_nothing() {
        let notices = Notices::default();
        notices.note_sent();
        notices.push(vec!["one".to_owned()]);
        notices.note_alone();
        assert_eq!((notices.due_in(), notices.take_due()), (None, Some(vec![])));
    }
}
