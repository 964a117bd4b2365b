//! The wire: every exchange that was seen, and which one is looked at.
//!
//! What an exchange means is explained by the client crate, in one sentence; here it is kept beside the exchange, so
//! that drawing costs nothing. In which order the requests and the answers crossed is kept too, see [`moments`]: a list
//! of exchanges does not tell it.

pub(crate) mod filter;
pub(crate) mod gate_queue;
mod selection;
pub(crate) mod sequence;
pub(crate) mod timeline;

use std::collections::VecDeque;

use client::{ApiPath, TransportError, explain_among};
use contract::{Author, DocumentEvent, EventKind, Exchange, GateSettings};
use precondition::Policy;
use precondition::policy::Preconditions;

use crate::ids::EditorIndex;
use crate::inbox::bytes_of;
use filter::Filter;
use gate_queue::{GateQueue, RequestKey};
use selection::Selection;
use timeline::{Timeline, TimelineMoment};

/// How many exchanges are kept: a long session must not grow without bound.
const MAX_EXCHANGES: usize = 1000;

/// About how many bytes of them are kept: each has two bodies of up to 64 KiB, and what the server puts into its
/// fields.
const MAX_EXCHANGE_BYTES: usize = 32 * 1024 * 1024;

/// How many people are known by name; whoever comes later has no lifeline alone.
const MAX_KNOWN_TAGS: usize = 64;

/// How the panel shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PanelMode {
    /// Not at all.
    Off,
    /// Each exchange in a line.
    List,
    /// As a sequence diagram.
    Sequence,
}

impl PanelMode {
    /// What the key of the panel leads to.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::Off => Self::List,
            Self::List => Self::Sequence,
            Self::Sequence => Self::Off,
        }
    }
}

/// An exchange, and the sentence that explains it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) exchange: Exchange,
    pub(crate) sentence: String,
    /// What it wants the server to insist on from now on, where it is about that.
    pub(crate) switch: Option<ObservedPolicyChange>,
    /// Whether it had to wait at the server's gate, as far as that was told.
    pub(crate) held: bool,
    /// Whether the filter shows it.
    shown: bool,
    /// About how many bytes it takes.
    bytes: usize,
}

impl Entry {
    /// Whether there may still be an answer.
    pub(crate) fn is_open(&self) -> bool {
        self.exchange.status.is_none() && self.exchange.lost.is_none()
    }

    /// Whether the request never left, so that nothing can have changed.
    pub(crate) fn was_not_sent(&self) -> bool {
        self.exchange.lost.as_deref().is_some_and(|lost| lost.starts_with(TransportError::NOT_SENT_PREFIX))
    }
}

/// A change of what the server insists on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ObservedPolicyChange {
    /// What was known when the request was sent.
    pub(crate) from: Option<Preconditions>,
    pub(crate) to: Preconditions,
}

impl ObservedPolicyChange {
    fn read(exchange: &Exchange, from: Option<Preconditions>) -> Option<Self> {
        let about = exchange.method == "PUT" && ApiPath::parse(&exchange.target) == Some(ApiPath::Policy);
        let wanted = about.then(|| serde_json::from_str::<Policy>(&exchange.request.body).ok()).flatten()?;
        Some(Self { from, to: wanted.preconditions })
    }
}

/// The exchanges, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wire {
    entries: VecDeque<Entry>,
    selected: Selection,
    moments: Timeline,
    /// Everybody who was seen to ask or to write, in the order in which they came; none for somebody without a name.
    people: Vec<Option<Author>>,
    waiting: GateQueue,
    filter: Option<Filter>,
}

impl Wire {
    /// Takes an exchange in; one that is here already under its number is replaced, because its answer has come.
    /// `insists` is what the server is known to insist on.
    pub(crate) fn record(&mut self, exchange: Exchange, insists: Option<Preconditions>) {
        let number = exchange.number;
        let earlier = self.entries.iter().map(|entry| &entry.exchange);
        let (sentence, switch) = (explain_among(&exchange, earlier), ObservedPolicyChange::read(&exchange, insists));
        let ended = exchange.status.is_some() || exchange.lost.is_some();
        self.add_person(exchange.author.clone());
        let shown = self.filter.as_ref().is_none_or(|filter| filter.is_match(&exchange));
        let bytes = bytes_of(&exchange) + sentence.len();
        let entry = Entry { exchange, sentence, switch, held: false, shown, bytes };
        if let Some(at) = self.entries.iter().rposition(|known| known.exchange.number == number) {
            let known = &mut self.entries[at];
            // What was insisted on when it was sent may be known no more.
            *known = Entry { switch: known.switch.or(entry.switch), held: known.held, ..entry };
        } else {
            self.moments.push(TimelineMoment::Asked(number));
            let held = !ended && self.waiting.claim(&entry.exchange);
            self.entries.push_back(Entry { held, ..entry });
        }
        if ended {
            self.on_ended(number);
        }
        let before = self.entries.len();
        while self.entries.len() > MAX_EXCHANGES || (self.entries.len() > 1 && self.bytes() > MAX_EXCHANGE_BYTES) {
            self.entries.pop_front();
        }
        if self.entries.len() < before {
            let oldest = self.entries.front().map_or(0, |entry| entry.exchange.number);
            self.moments.forget_before(oldest);
        }
    }

    fn bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.bytes).sum()
    }

    fn on_ended(&mut self, number: u64) {
        self.on_released(number);
        self.moments.once(TimelineMoment::Ended(number));
    }

    /// What waited at the gate waits no more.
    fn on_released(&mut self, number: u64) {
        self.waiting.let_go(number);
        if self.entry(number).is_some_and(|entry| entry.held) {
            self.moments.once(TimelineMoment::GoesOn(number));
        }
    }

    /// Takes in what the server's own record tells: an exchange that is held at its gate, or one that ended. Its
    /// numbers are not ours, so it is found by what was asked.
    pub(crate) fn recorded(&mut self, exchange: &Exchange) {
        if exchange.status.is_none() && exchange.lost.is_none() {
            self.is_held(exchange.number, RequestKey::from(exchange));
        } else if let Some(number) = self.waiting.ended(exchange.number) {
            self.on_released(number);
        }
    }

    /// Takes in who waits, as the gate itself reports it. It tells of what was held before the record was followed.
    /// That one of ours is not in it means little: it may have come to the gate since.
    pub(crate) fn on_gate_report(&mut self, gate: &GateSettings) {
        self.waiting.drop_foreign(|number| gate.held.iter().any(|held| held.exchange == number));
        for held in &gate.held {
            self.is_held(held.exchange, RequestKey::from(held));
        }
    }

    fn is_held(&mut self, theirs: u64, asked: RequestKey) {
        if self.waiting.has(theirs) {
            return;
        }
        let waiting = &self.waiting;
        let unclaimed = |entry: &&mut Entry| entry.is_open() && waiting.theirs(entry.exchange.number).is_none();
        let ours = self.entries.iter_mut().filter(unclaimed).find(|entry| asked.is_request_of(&entry.exchange));
        let number = ours.map(|entry| {
            entry.held = true;
            entry.exchange.number
        });
        self.waiting.keep(theirs, asked, number);
    }

    /// A write of that person was judged, and waits before it is written.
    pub(crate) fn on_judged(&mut self, who: &Author) {
        if let Some(number) = self.open_of(who) {
            self.moments.once(TimelineMoment::Judged(number));
        }
    }

    /// What is held of that person goes on, because somebody here let it.
    pub(crate) fn on_released_of(&mut self, who: &Author) {
        if let Some(number) = self.open_of(who) {
            self.on_released(number);
        }
    }

    /// The last request of that person, where it has no answer yet.
    fn open_of(&self, who: &Author) -> Option<u64> {
        let last = self.entries.iter().rev().find(|entry| entry.exchange.author.as_ref() == Some(who))?;
        last.is_open().then_some(last.exchange.number)
    }

    /// The server's record broke off: what is let go from now on is known by its answer alone.
    pub(crate) fn record_lost(&mut self) {
        self.waiting = GateQueue::default();
    }

    /// Takes in that somebody in that seat was told of a change.
    pub(crate) fn on_event(&mut self, seat: EditorIndex, kind: EventKind, event: DocumentEvent) {
        self.add_person(Some(event.author.clone()));
        // An effect is not shown before its cause, though the two come by different streams.
        let waits =
            |entry: &&Entry| entry.held && entry.is_open() && entry.exchange.author.as_ref() == Some(&event.author);
        let about =
            |entry: &&Entry| ApiPath::parse(&entry.exchange.target).is_some_and(|t| t.document() == Some(&event.id));
        let causes: Vec<_> = self.entries.iter().filter(waits).filter(about).map(|e| e.exchange.number).collect();
        // Where two could be the cause, the answer will tell which it was.
        if let [number] = causes[..] {
            self.on_released(number);
        }
        self.moments.told(seat, kind, event);
    }

    fn add_person(&mut self, person: Option<Author>) {
        if self.people.len() < MAX_KNOWN_TAGS && !self.people.contains(&person) {
            self.people.push(person);
        }
    }

    /// Everybody who was seen, in the order in which they came.
    pub(crate) fn people(&self) -> &[Option<Author>] {
        &self.people
    }

    /// What happened, in its order.
    pub(crate) fn moments(&self) -> &Timeline {
        &self.moments
    }

    /// Who waits at the gate.
    pub(crate) fn waiting(&self) -> &GateQueue {
        &self.waiting
    }

    /// Gives one that waits the next place in the order in which they shall go on, or takes its place from it.
    pub(crate) fn mark(&mut self, number: u64) {
        self.waiting.mark(number);
    }

    /// All exchanges, oldest first, those too that the filter does not show.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator {
        self.entries.iter()
    }

    /// The exchange with that number.
    pub(crate) fn entry(&self, number: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.exchange.number == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(number: u64, status: Option<u16>) -> Exchange {
        Exchange {
            number,
            author: None,
            received: contract::Timestamp::default(),
            judged: None,
            answered: None,
            method: "GET".to_owned(),
            target: "/api/documents/welcome".to_owned(),
            request: contract::Message::default(),
            status,
            response: status.map(|_| contract::Message::default()),
            lost: None,
            evaluation: Vec::new(),
        }
    }

    #[test]
    fn an_answer_takes_the_place_of_its_request() {
        let mut wire = Wire::default();
        wire.record(exchange(1, None), None);
        wire.record(exchange(2, None), None);
        wire.record(exchange(1, Some(200)), None);
        let seen: Vec<_> = wire.entries().map(|entry| (entry.exchange.number, entry.exchange.status)).collect();
        assert_eq!(seen, [(1, Some(200)), (2, None)]);
    }

    #[test]
    fn large_exchanges_are_kept_within_a_budget() {
        let mut wire = Wire::default();
        for number in 1..=MAX_EXCHANGES as u64 {
            let mut large = exchange(number, Some(200));
            large.response = Some(contract::Message { body: "x".repeat(64 * 1024), ..contract::Message::default() });
            wire.record(large, None);
        }
        assert!((400..512).contains(&wire.entries().len()), "{}", wire.entries().len());
        assert_eq!(wire.entries().last().map(|entry| entry.exchange.number), Some(MAX_EXCHANGES as u64));
        let forgotten = wire.moments().last_of(400);
        assert_eq!(forgotten, None, "no moment of an exchange that is forgotten is kept");
    }

    #[test]
    fn a_long_session_keeps_the_newest() {
        let mut wire = Wire::default();
        (1..=MAX_EXCHANGES as u64 + 7).for_each(|number| wire.record(exchange(number, None), None));
        assert_eq!(wire.entries().len(), MAX_EXCHANGES);
        assert_eq!(wire.entries().next().map(|entry| entry.exchange.number), Some(8));
    }
}
