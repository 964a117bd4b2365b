//! Publishes events to the subscribers of this server: each once, in the order of their numbers.
//!
//! Events come from three sides: the writer knows its own as soon as they are committed, other servers send theirs with
//! the notification (`event_message`), and the follower reads from the database what comes on neither way.
//!
//! Events that need not be read are published at once if they follow the last event that was published. That is so if
//! the number continues, and the database had exactly this last event before them. Otherwise they wait. Most often, the
//! events in between arrive a moment later; if they do not, the follower reads them. An event with a number that was
//! published before must be that event, or the follower is woken, which finds the difference. So a loss of events,
//! after which numbers are given out again, is never passed over.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use contract::DocumentId;
use precondition::EntityTag;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::counters::StoreCounters;
use super::notices::MIN_PAUSE;
use crate::revision::StoreEvent;
use crate::subscriptions::Broadcaster;

/// Committed versions, as events.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AppendedEvents {
    /// The events, with consecutive numbers.
    pub(super) events: Vec<StoreEvent>,
    /// The event before the first one; `None` if there is none.
    pub(super) before: Option<EventIdentity>,
}

/// An event's identity, since its number may be given out again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EventIdentity {
    /// The document.
    pub(super) id: DocumentId,
    /// The tag of the version.
    pub(super) tag: EntityTag,
}

impl EventIdentity {
    /// Returns the identity of an event.
    pub(super) fn of(event: &StoreEvent) -> Self {
        Self { id: event.id.clone(), tag: event.revision.stamp.tag.clone() }
    }
}

/// Publishes the events of a store.
pub(super) struct EventPublisher {
    state: Mutex<PublisherState>,
    broadcaster: Arc<Broadcaster>,
    counters: Arc<StoreCounters>,
    /// Wakes the follower.
    woken: Notify,
}

/// The most events that wait for those before them.
///
/// Further ones are read from the database.
const MAX_WAITING_EVENTS: usize = 1024;

/// The number of published events that are recognized if they come again.
const MAX_RECENT_EVENTS: usize = 1024;

/// How long the follower waits for events that are missing before it reads them.
///
/// Events of two servers may arrive in another order than they were committed in, and servers send theirs a moment
/// later ([`MIN_PAUSE`]).
const GAP_PAUSE: Duration = MIN_PAUSE.saturating_mul(4);

struct PublisherState {
    published: PublishedEvents,
    /// Committed events that wait for others, by number.
    waiting: BTreeMap<u64, WaitingEvent>,
    /// The identities of the last events that were published, oldest first.
    recent: VecDeque<EventIdentity>,
    /// Whether there may be events that have to be read.
    must_read: bool,
}

/// A committed event, and the one before it.
struct WaitingEvent {
    event: StoreEvent,
    before: Option<EventIdentity>,
}

/// The last event that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublishedEvents {
    /// Its number, or 0 if there is none.
    pub(super) seen: u64,
    /// Its identity. `None` until it is read for the first time.
    pub(super) last: Option<EventIdentity>,
}

impl EventPublisher {
    /// Returns a publisher of the events after the one with the number `seen`.
    pub(super) fn new(seen: u64, broadcaster: Arc<Broadcaster>, counters: Arc<StoreCounters>) -> Self {
        let published = PublishedEvents { seen, last: None };
        let (waiting, recent) = (BTreeMap::new(), VecDeque::new());
        let state = Mutex::new(PublisherState { published, waiting, recent, must_read: false });
        Self { state, broadcaster, counters, woken: Notify::new() }
    }

    /// Returns the last event that was published, and the numbers of those that need not be read.
    pub(super) fn state(&self) -> (PublishedEvents, Vec<u64>) {
        let state = self.lock();
        (state.published.clone(), state.waiting.keys().copied().collect())
    }

    /// Publishes committed events, once all events before them are published.
    pub(super) fn publish_appended(&self, AppendedEvents { events, mut before }: AppendedEvents) {
        let mut state = self.lock();
        for event in events {
            let identity = EventIdentity::of(&event);
            if event.sequence <= state.published.seen {
                // Most likely, the follower has read it just now.
                state.must_read |= !state.has_published(event.sequence, &identity);
            } else if state.waiting.len() < MAX_WAITING_EVENTS {
                state.waiting.insert(event.sequence, WaitingEvent { event, before });
            }
            before = Some(identity);
        }
        self.publish_waiting(&mut state);
        let is_done = state.waiting.is_empty() && !state.must_read;
        drop(state);
        if !is_done {
            self.woken.notify_one();
        }
    }

    /// Publishes events that were read from the database, after `read_after`.
    ///
    /// Those that wait here are left out of `events`. Returns false, and publishes nothing, if the database does not
    /// have the last event that was published: `found` is the one with its number.
    pub(super) fn publish_read(
        &self,
        read_after: &PublishedEvents,
        found: Option<EventIdentity>,
        events: impl IntoIterator<Item = StoreEvent>,
    ) -> bool {
        let mut state = self.lock();
        let is_other = read_after.last.is_some() && found != read_after.last;
        if read_after.seen > 0 && (found.is_none() || is_other) {
            // If it is not the last one any more, the next query will tell.
            return state.published != *read_after;
        }
        if state.published == *read_after && read_after.seen > 0 {
            state.published.last = found;
        }
        self.publish_waiting(&mut state);
        for event in events {
            let next = state.published.seen + 1;
            if event.sequence > next && !state.waiting.is_empty() {
                break;
            }
            if event.sequence >= next {
                self.publish(&mut state, event);
                self.publish_waiting(&mut state);
            }
        }
        if state.waiting.first_key_value().is_some_and(|(first, _)| *first == state.published.seen + 1) {
            // It does not follow, so it was lost, and another one has its number.
            state.waiting.clear();
            state.must_read = true;
            self.woken.notify_one();
        }
        true
    }

    /// Publishes those events of this server that follow the last event that was published.
    fn publish_waiting(&self, state: &mut PublisherState) {
        while let Some(first) = state.waiting.first_entry() {
            let PublishedEvents { seen, last } = &state.published;
            if *first.key() <= *seen {
                // It was read from the database.
                first.remove();
            } else if *first.key() == seen + 1 && first.get().before == *last {
                let event = first.remove().event;
                self.publish(state, event);
            } else {
                return;
            }
        }
    }

    /// Continues after the newest event, since the database has lost events that were published.
    ///
    /// This happens after a failover to a replica that had not received them, or after a restore. The subscribers have
    /// seen events that do not exist, so their streams end. A client that resumes names an event that this store has
    /// not given out, and gets all that there are.
    pub(super) fn continue_after_loss(&self, latest: u64) {
        let mut state = self.lock();
        tracing::error!(seen = state.published.seen, latest, "the database has lost events that were published");
        StoreCounters::count(&self.counters.event_losses);
        state.published = PublishedEvents { seen: latest, last: None };
        state.waiting.clear();
        state.recent.clear();
        self.counters.published.store(latest, Ordering::Relaxed);
        self.broadcaster.end_subscriptions();
    }

    /// Wakes the follower, which reads events from the database.
    pub(super) fn wake(&self) {
        self.lock().must_read = true;
        self.woken.notify_one();
    }

    /// Waits until there are events to read.
    ///
    /// The follower was woken, or an event has been missing for a while.
    pub(super) async fn until_needed(&self) {
        loop {
            self.woken.notified().await;
            loop {
                let missing = {
                    let mut state = self.lock();
                    if mem::take(&mut state.must_read) {
                        return;
                    }
                    state.missing()
                };
                if missing.is_none() {
                    break;
                }
                sleep(GAP_PAUSE).await;
                if self.lock().missing() == missing {
                    return;
                }
            }
        }
    }

    fn publish(&self, state: &mut PublisherState, event: StoreEvent) {
        let identity = EventIdentity::of(&event);
        if state.recent.len() == MAX_RECENT_EVENTS {
            state.recent.pop_front();
        }
        state.recent.push_back(identity.clone());
        state.published = PublishedEvents { seen: event.sequence, last: Some(identity) };
        self.counters.published.store(event.sequence, Ordering::Relaxed);
        self.broadcaster.publish(event);
    }

    fn lock(&self) -> MutexGuard<'_, PublisherState> {
        // No code panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PublisherState {
    /// Returns whether this event is known to be one of those that were published.
    fn has_published(&self, sequence: u64, identity: &EventIdentity) -> bool {
        let age = usize::try_from(self.published.seen - sequence).unwrap_or(usize::MAX);
        let place = self.recent.len().checked_sub(age.saturating_add(1));
        place.and_then(|place| self.recent.get(place)) == Some(identity)
    }

    /// Returns the number of the event that others wait for.
    fn missing(&self) -> Option<u64> {
        (!self.waiting.is_empty()).then_some(self.published.seen + 1)
    }
}

#[cfg(test)]
mod tests {
    use std::future::{Future as _, poll_fn};
    use std::pin::pin;
    use std::task::Poll;

    use contract::Timestamp;
    use tokio::sync::broadcast::Receiver;

    use super::*;
    use crate::revision::{Revision, VersionStamp};

    fn event(sequence: u64, name: &str) -> StoreEvent {
        let id: DocumentId = name.parse().unwrap();
        let stamp = VersionStamp::next(None, &id, None, Timestamp::from_millis(0));
        let revision = Arc::new(Revision { stamp, before: None, author: "bob".parse().unwrap(), based_on: None });
        StoreEvent { sequence, id, revision }
    }

    fn own(events: Vec<StoreEvent>, before: Option<&StoreEvent>) -> AppendedEvents {
        AppendedEvents { events, before: before.map(EventIdentity::of) }
    }

    fn published(live: &mut Receiver<StoreEvent>) -> Vec<u64> {
        std::iter::from_fn(|| live.try_recv().ok()).map(|event| event.sequence).collect()
    }

    fn publisher() -> (EventPublisher, Receiver<StoreEvent>) {
        let broadcaster = Arc::<Broadcaster>::default();
        let live = broadcaster.subscribe(None);
        (EventPublisher::new(0, broadcaster, Arc::new(StoreCounters::new(0))), live)
    }

    /// Publishes what a query returns: the last event again, and those after it that do not wait.
    fn read(publisher: &EventPublisher, all: &[StoreEvent]) -> bool {
        let (before, waiting) = publisher.state();
        let found = all.iter().find(|event| event.sequence == before.seen).map(EventIdentity::of);
        let after = all.iter().filter(|event| event.sequence > before.seen && !waiting.contains(&event.sequence));
        publisher.publish_read(&before, found, after.cloned().collect::<Vec<_>>())
    }

    #[test]
    fn own_events_that_follow_are_published_at_once() {
        let (publisher, mut live) = publisher();
        let [one, two, three] = [event(1, "a"), event(2, "b"), event(3, "c")];
        publisher.publish_appended(own(vec![one.clone(), two.clone()], None));
        publisher.publish_appended(own(vec![three], Some(&two)));
        assert_eq!(published(&mut live), [1, 2, 3]);
    }

    #[test]
    fn own_events_wait_for_those_of_others_and_are_not_read() {
        let (publisher, mut live) = publisher();
        let all = [event(1, "a"), event(2, "b"), event(3, "c"), event(4, "d")];
        publisher.publish_appended(own(vec![all[1].clone()], Some(&all[0])));
        publisher.publish_appended(own(vec![all[3].clone()], Some(&all[2])));
        assert!(published(&mut live).is_empty());
        assert_eq!(publisher.state().1, [2, 4]);
        assert!(read(&publisher, &all));
        assert_eq!(published(&mut live), [1, 2, 3, 4]);
        assert!(publisher.state().1.is_empty());
    }

    /// The number of an own event was given out again.
    #[test]
    fn own_event_that_was_lost_is_replaced_by_the_one_with_its_number() {
        let (publisher, mut live) = publisher();
        let lost = [event(1, "a"), event(2, "lost"), event(3, "lost-own")];
        publisher.publish_appended(own(vec![lost[0].clone()], None));
        publisher.publish_appended(own(vec![lost[2].clone()], Some(&lost[1])));
        let all = [event(1, "a"), event(2, "b"), event(3, "c"), event(4, "d")];
        assert!(read(&publisher, &all));
        assert!(read(&publisher, &all));
        let seen: Vec<_> = std::iter::from_fn(|| live.try_recv().ok()).map(|event| event.id.to_string()).collect();
        assert_eq!(seen, ["a", "b", "c", "d"]);
    }

    #[test]
    fn published_event_that_the_database_does_not_have_is_noticed() {
        let (publisher, mut live) = publisher();
        let one = event(1, "a");
        publisher.publish_appended(own(vec![one.clone()], None));
        assert!(!read(&publisher, &[]), "it is missing");
        assert!(!read(&publisher, &[event(1, "other")]), "another one has its number");
        publisher.publish_appended(own(vec![event(2, "b")], Some(&event(1, "other"))));
        assert_eq!(published(&mut live), [1]);
        publisher.continue_after_loss(1);
        assert!(live.try_recv().is_err());
        assert!(read(&publisher, &[event(1, "other"), event(2, "b")]));
        assert_eq!(publisher.state().0.seen, 2);
    }

    /// A published event with the number of another one was lost, also if it is not the last one.
    #[test]
    fn event_that_comes_again_must_be_the_same() {
        let (publisher, mut live) = publisher();
        let all = [event(1, "a"), event(2, "b"), event(3, "c")];
        publisher.publish_appended(own(all.to_vec(), None));
        publisher.publish_appended(own(all.to_vec(), None));
        assert_eq!(published(&mut live), [1, 2, 3]);
        assert!(!publisher.lock().must_read);
        publisher.publish_appended(own(vec![event(2, "other")], Some(&all[0])));
        assert!(publisher.lock().must_read && published(&mut live).is_empty());
    }

    #[tokio::test]
    async fn only_an_event_that_stays_missing_is_read() {
        let (publisher, _live) = publisher();
        let all = [event(1, "a"), event(2, "b"), event(4, "d")];
        publisher.publish_appended(own(vec![all[1].clone()], Some(&all[0])));
        publisher.publish_appended(own(vec![all[0].clone()], None));
        let mut needed = pin!(publisher.until_needed());
        let is_pending = poll_fn(|context| Poll::Ready(needed.as_mut().poll(context).is_pending())).await;
        assert!(is_pending, "the missing event has come");
        publisher.publish_appended(own(vec![all[2].clone()], Some(&event(3, "c"))));
        needed.await;
        assert_eq!(publisher.state().1, [4]);
    }
}
