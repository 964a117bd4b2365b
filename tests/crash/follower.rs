//! Somebody who follows all events, and resumes after each kill with what they heard last.

use std::collections::BTreeMap;

use tests::events::{Events, ReceivedEvent};
use tests::rng::Dice;
use tests::serve::Server;

use crate::audit::Version;

const PATH: &str = "/api/events";

/// All that was heard, over all kills.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    heard: Vec<ReceivedEvent>,
}

impl Follower {
    /// How many events were heard.
    pub(crate) fn heard(&self) -> usize {
        self.heard.len()
    }

    /// Opens the stream where it broke off.
    pub(crate) fn resume(&self, server: &Server) -> Events {
        Events::open(server, PATH, self.heard.last().map(|event| event.id.as_str()))
    }

    /// Listens until the server is gone.
    pub(crate) fn listen(&mut self, events: &mut Events) {
        while let Ok(event) = events.try_read() {
            self.heard.push(event);
        }
    }

    /// Hears what happened meanwhile, and holds all that was heard against the histories: an event for each version, in
    /// order, none missing, none twice, and none of what never was.
    pub(crate) fn catch_up(&mut self, events: &mut Events, histories: &BTreeMap<String, Vec<Version>>) {
        let versions = histories.values().map(Vec::len).sum();
        while self.heard.len() < versions {
            self.heard.push(events.try_read().expect("there are more events than were heard"));
        }
        let mut heard: BTreeMap<&str, Vec<(&str, &str, &str)>> = BTreeMap::new();
        for event in &self.heard {
            let word = |member: &str| event.data[member].as_str().expect("an event says what happened");
            heard.entry(word("id")).or_default().push((&event.name, word("etag"), word("author")));
        }
        for (document, history) in histories {
            let expected: Vec<_> =
                history.iter().map(|v| (name(v, history), v.etag.as_str(), v.author.as_str())).collect();
            assert_eq!(
                heard.remove(document.as_str()).unwrap_or_default(),
                expected,
                "{document}: the events are the history"
            );
        }
        assert!(heard.is_empty(), "events of what never was: {heard:?}");
    }

    /// Resumes once more, from anything that was heard at any time, and hears what followed it then.
    pub(crate) fn read_again(&self, server: &Server, dice: &mut Dice) {
        let Some(last) = self.heard.len().checked_sub(1) else { return };
        let place = usize::try_from(dice.below(self.heard.len() as u64)).expect("it is below a length");
        let mut events = Events::open(server, PATH, Some(&self.heard[place].id));
        for expected in &self.heard[place + 1..=last] {
            let again = events.try_read().expect("what was heard once is heard again");
            assert_eq!(again, *expected, "after {}", self.heard[place].id);
        }
    }
}

/// What the event of this version is called.
fn name(version: &Version, history: &[Version]) -> &'static str {
    let before = history.iter().take_while(|other| other.number < version.number).last();
    match before {
        _ if version.deleted => "deleted",
        Some(before) if !before.deleted => "changed",
        _ => "created",
    }
}
