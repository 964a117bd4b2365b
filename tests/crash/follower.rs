//! A client that follows all events, and resumes after each kill from the last event that it received.

use std::collections::BTreeMap;

use tests::events::{Events, ReceivedEvent};
use tests::rng::Rng;
use tests::serve::Server;

use crate::audit::Version;

pub(crate) const PATH: &str = "/api/events";

/// All events that the client has received, over all kills.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    received: Vec<ReceivedEvent>,
}

impl Follower {
    /// Returns the number of received events.
    pub(crate) fn received(&self) -> usize {
        self.received.len()
    }

    /// Opens the stream at the event after the last one.
    pub(crate) fn resume(&self, server: &Server) -> Events {
        Events::open(server, PATH, self.received.last().map(|event| event.id.as_str()))
    }

    /// Reads events until the server is gone.
    pub(crate) fn listen(&mut self, events: &mut Events) {
        while let Ok(event) = events.try_read() {
            self.received.push(event);
        }
    }

    /// Reads events, and resumes by `reopen` whenever a stream ends, until that returns `None`.
    #[cfg(feature = "postgres")]
    pub(crate) fn follow(&mut self, mut events: Events, reopen: impl Fn(Option<&str>) -> Option<Events>) {
        loop {
            self.listen(&mut events);
            match reopen(self.received.last().map(|event| event.id.as_str())) {
                Some(resumed) => events = resumed,
                None => return,
            }
        }
    }

    /// Reads the missing events, and compares all events with the histories.
    ///
    /// There must be one event per version, in order, and no other.
    pub(crate) fn check_against(&mut self, events: &mut Events, histories: &BTreeMap<String, Vec<Version>>) {
        let versions = histories.values().map(Vec::len).sum();
        while self.received.len() < versions {
            self.received.push(events.try_read().expect("there are more events than were received"));
        }
        let mut received: BTreeMap<&str, Vec<(&str, &str, &str)>> = BTreeMap::new();
        for event in &self.received {
            let word = |member: &str| event.data[member].as_str().expect("an event says what happened");
            received.entry(word("id")).or_default().push((&event.name, word("etag"), word("author")));
        }
        for (document, history) in histories {
            let expected: Vec<_> =
                history.iter().map(|v| (name(v, history), v.etag.as_str(), v.author.as_str())).collect();
            assert_eq!(
                received.remove(document.as_str()).unwrap_or_default(),
                expected,
                "{document}: the events match the history"
            );
        }
        assert!(received.is_empty(), "events without a version: {received:?}");
    }

    /// Resumes from a random received event, and asserts that the same events follow.
    pub(crate) fn read_again(&self, server: &Server, rng: &mut Rng) {
        let Some(last) = self.received.len().checked_sub(1) else { return };
        let place = usize::try_from(rng.below(self.received.len() as u64)).expect("an index is below a length");
        let mut events = Events::open(server, PATH, Some(&self.received[place].id));
        for expected in &self.received[place + 1..=last] {
            let again = events.try_read().expect("a received event is sent again");
            assert_eq!(again, *expected, "after {}", self.received[place].id);
        }
    }
}

/// Returns the name of the event of this version.
fn name(version: &Version, history: &[Version]) -> &'static str {
    let before = history.iter().take_while(|other| other.number < version.number).last();
    match before {
        _ if version.deleted => "deleted",
        Some(before) if !before.deleted => "changed",
        _ => "created",
    }
}
