//! The recorded exchanges, and the order of their requests and responses.
//!
//! The explanation of an exchange is derived once, when it is recorded, so that drawing it costs nothing.

use std::collections::VecDeque;
use std::sync::Arc;

use contract::{ApiPath, Author, DocumentEvent, EventKind, Exchange, GateSettings};
use precondition::policy::Preconditions;

use crate::entry::{Entry, ObservedPolicyChange};
use crate::explain::explain_among;
use crate::filter::Filter;
use crate::gate_queue::{GateQueue, RequestKey};
use crate::limits::TrafficLimits;
use crate::other_clients::{OtherClients, is_from_other_client};
use crate::timeline::{Timeline, TimelineMoment};

/// The most people that are kept; the diagram has no lifeline for later ones.
const MAX_KNOWN_PEOPLE: usize = 64;

/// The most milliseconds between two responses that count as simultaneous: no one sees which is first.
const SIMULTANEOUS_MS: u64 = 50;

/// The recorded exchanges, oldest first, with their timeline.
#[derive(Debug, Clone)]
pub struct Traffic {
    limits: TrafficLimits,
    entries: VecDeque<Entry>,
    timeline: Timeline,
    /// The authors of requests and versions, in order of appearance; `None` for requests without an author.
    people: Vec<Option<Author>>,
    gate_queue: GateQueue,
    other_clients: OtherClients,
    filter: Option<Filter>,
    /// Whether the exchanges come from the server's record alone, so that their numbers are the server's.
    is_server_record: bool,
}

impl Traffic {
    /// Returns a model without any exchange, which keeps as much as `limits` allow.
    #[must_use]
    pub fn new(limits: TrafficLimits) -> Self {
        Self {
            limits,
            entries: VecDeque::new(),
            timeline: Timeline::default(),
            people: Vec::new(),
            gate_queue: GateQueue::default(),
            other_clients: OtherClients::default(),
            filter: None,
            is_server_record: false,
        }
    }

    /// Returns a model of the server's own record, for a program without clients whose requests it records.
    ///
    /// All exchanges come from [`Traffic::record_from_server`].
    #[must_use]
    pub fn of_server_record(limits: TrafficLimits) -> Self {
        Self { is_server_record: true, ..Self::new(limits) }
    }

    /// Records an exchange. An exchange with the same number is replaced: its response has arrived.
    ///
    /// `policy` is the server's policy when the request departs, if known.
    pub fn record(&mut self, exchange: Exchange, policy: Option<Preconditions>) {
        let number = exchange.number;
        let ended = !exchange.is_open();
        let entry = self.entry_for(exchange, policy);
        self.add_person(entry.exchange.author.clone());
        if let Some(at) = self.entries.iter().rposition(|known| known.exchange.number == number) {
            let known = &mut self.entries[at];
            // The policy at the time of the request may no longer be known.
            *known = Entry { switch: known.switch.or(entry.switch), held: known.held, matched: known.matched, ..entry };
        } else {
            let held = !ended && !self.is_server_record && self.gate_queue.claim(&entry.exchange);
            self.entries.push_back(entry);
            self.timeline.push(TimelineMoment::Departed(number));
            if held {
                self.on_held(number);
            }
        }
        if ended {
            self.on_released(number);
            self.timeline.push_once(TimelineMoment::Ended(number));
        }
        self.forget_oldest();
    }

    fn entry_for(&self, exchange: Exchange, policy: Option<Preconditions>) -> Entry {
        let sentence = explain_among(&exchange, self.entries.iter().map(|entry| &*entry.exchange));
        let shown = self.filter.as_ref().is_none_or(|filter| filter.is_match(&exchange));
        let bytes = exchange.approximate_size() + sentence.len();
        Entry {
            switch: ObservedPolicyChange::read(&exchange, policy),
            exchange: Arc::new(exchange),
            sentence,
            held: false,
            matched: false,
            shown,
            bytes,
        }
    }

    fn forget_oldest(&mut self) {
        let before = self.entries.len();
        let mut bytes: usize = self.entries.iter().map(|entry| entry.bytes).sum();
        while self.entries.len() > self.limits.exchanges || (self.entries.len() > 1 && bytes > self.limits.bytes) {
            bytes -= self.entries.pop_front().map_or(0, |entry| entry.bytes);
        }
        if self.entries.len() < before {
            let oldest = self.entries.front().map_or(0, |entry| entry.exchange.number);
            self.timeline.forget_before(oldest);
        }
        self.timeline.truncate_oldest(self.limits.moments);
    }

    /// Records that the server's gate holds the request with this number.
    pub fn on_held(&mut self, number: u64) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.exchange.number == number) {
            entry.held = true;
            self.timeline.push_once(TimelineMoment::Held(number));
        }
    }

    /// Records that the server evaluated the conditions of this request, and waits before it writes.
    pub fn on_judged(&mut self, number: u64) {
        self.timeline.push_once(TimelineMoment::Judged(number));
    }

    /// Records that a request no longer waits, neither at the gate nor before it is written.
    pub fn on_released(&mut self, number: u64) {
        self.gate_queue.let_go(number);
        if self.entry(number).is_some_and(|entry| entry.held) {
            self.timeline.push_once(TimelineMoment::Released(number));
        }
        if self.timeline.contains(&TimelineMoment::Judged(number)) {
            self.timeline.push_once(TimelineMoment::Written(number));
        }
    }

    /// Records an exchange from the server's own record: a held one, or one that ended.
    ///
    /// Returns whether it is an exchange of one of our clients.
    ///
    /// The server has numbers of its own, so the exchange is matched by its `RequestKey`.
    pub fn on_server_record(&mut self, exchange: &Exchange) -> bool {
        let theirs = exchange.number;
        if exchange.is_open() {
            self.on_server_held(theirs, RequestKey::from(exchange));
            self.gate_queue.on_recorded(theirs);
            return self.other_clients.open(theirs).is_none() && self.gate_queue.is_claimed(theirs);
        }
        let waited = self.gate_queue.ended(theirs);
        if let Some(number) = waited {
            self.on_released(number);
        }
        self.other_clients.open(theirs).is_none() && self.match_ended(exchange, waited)
    }

    /// Finds our exchange for an ended one of the server's record, and returns whether there is one.
    ///
    /// `waited` is our number for it if it was held at the gate.
    fn match_ended(&mut self, theirs: &Exchange, waited: Option<u64>) -> bool {
        let key = RequestKey::from(theirs);
        let is_ours = |entry: &&mut Entry| match waited {
            Some(number) => entry.exchange.number == number,
            None => !entry.matched && !entry.exchange.was_not_sent() && key.is_request_of(&entry.exchange),
        };
        let found = self.entries.iter_mut().find(is_ours);
        found.map(|entry| entry.matched = true).is_some()
    }

    /// Returns our exchange with its number in the common sequence of all clients.
    #[must_use]
    pub fn renumbered(&mut self, exchange: Exchange) -> Exchange {
        Exchange { number: self.other_clients.renumbered(&exchange), ..exchange }
    }

    /// Records an exchange of the server's record that is not ours.
    ///
    /// What our clients read for themselves is left out. The exchange is placed before the events that report its
    /// change, since the two streams have no common order.
    pub fn record_other_client(&mut self, exchange: &Exchange, policy: Option<Preconditions>) {
        let theirs = exchange.number;
        let number = match self.other_clients.open(theirs) {
            Some(number) => number,
            None if is_from_other_client(exchange) => {
                let last = self.entries.iter().map(|entry| entry.exchange.number).max().unwrap_or_default();
                self.other_clients.add(exchange, last)
            }
            None => return,
        };
        if !exchange.is_open() {
            self.other_clients.ended(theirs);
        }
        self.record(Exchange { number, ..exchange.clone() }, policy);
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.exchange.number == number) {
            entry.matched = true;
        }
        let made = exchange.response.as_ref().and_then(|response| response.field("ETag"));
        if let Some(tag) = made.filter(|_| !exchange.is_read()) {
            let reports = |event: &DocumentEvent| event.etag.to_string() == tag;
            let is_effect =
                |moment: &TimelineMoment| matches!(moment, TimelineMoment::Event(told) if reports(&told.event));
            self.timeline.move_before(number, is_effect);
        }
    }

    /// Records the requests that wait according to the gate's own report.
    ///
    /// The report also has requests that were held before the server's record was read. The report and the record have
    /// no common order: a recorded request that is not in the report may have reached the gate after it, and a request
    /// in the report may have ended since.
    pub fn on_gate_report(&mut self, gate: &GateSettings) {
        self.gate_queue.retain_recorded_or(|number| gate.held.iter().any(|held| held.exchange == number));
        for held in &gate.held {
            if !self.gate_queue.has_ended(held.exchange) {
                self.on_server_held(held.exchange, RequestKey::from(held));
            }
        }
    }

    /// Records an exchange of the server's record under the server's number: a held one, or one that ended.
    ///
    /// An exchange may be reported again, for instance after the record was read from its beginning.
    pub fn record_from_server(&mut self, exchange: &Exchange, policy: Option<Preconditions>) {
        let number = exchange.number;
        if exchange.is_open() && self.gate_queue.has_ended(number) {
            return;
        }
        if exchange.is_open() {
            self.gate_queue.keep(number, RequestKey::from(exchange), Some(number));
            self.gate_queue.on_recorded(number);
        } else {
            self.gate_queue.ended(number);
        }
        self.record(exchange.clone(), policy);
        if exchange.is_open() {
            self.on_held(number);
        } else {
            self.move_before_responses(exchange);
        }
    }

    /// Moves the moments of a write before the first simultaneous response that shows its version.
    ///
    /// The server refuses the writes that waited for a commit in several tasks, so the record may have a refusal before
    /// the success that it is about. In a list that is read from top to bottom, the effect would be before its cause.
    fn move_before_responses(&mut self, write: &Exchange) {
        let tag_in = |exchange: &Exchange| exchange.response.as_ref()?.field("ETag").map(str::to_owned);
        let is_applied = !write.is_read() && write.status.is_some_and(|status| (200..300).contains(&status));
        let (true, Some(tag), Some(ended)) = (is_applied, tag_in(write), write.answered) else { return };
        let entries = &self.entries;
        let shows = |number: u64| {
            let found = entries.iter().map(|entry| &*entry.exchange).find(|exchange| exchange.number == number);
            found.is_some_and(|exchange| {
                let apart = exchange.answered.map(|at| at.as_millis().abs_diff(ended.as_millis()));
                number != write.number
                    && apart.is_some_and(|apart| apart <= SIMULTANEOUS_MS)
                    && tag_in(exchange).is_some_and(|shown| shown == tag)
            })
        };
        let is_effect = |moment: &TimelineMoment| matches!(moment, TimelineMoment::Ended(number) if shows(*number));
        self.timeline.move_before(write.number, is_effect);
    }

    fn on_server_held(&mut self, theirs: u64, asked: RequestKey) {
        if self.gate_queue.is_claimed(theirs) {
            return;
        }
        if self.is_server_record {
            self.gate_queue.keep(theirs, asked, Some(theirs));
            return self.on_held(theirs);
        }
        let is_unclaimed =
            |entry: &&Entry| entry.exchange.is_open() && self.gate_queue.theirs(entry.exchange.number).is_none();
        let ours = self.entries.iter().filter(is_unclaimed).find(|entry| asked.is_request_of(&entry.exchange));
        let number = ours.map(|entry| entry.exchange.number);
        self.gate_queue.keep(theirs, asked, number);
        if let Some(number) = number {
            self.on_held(number);
        }
    }

    /// Records that the server's record ended.
    ///
    /// From now on, only a response shows that a request was released.
    pub fn on_server_record_lost(&mut self) {
        self.gate_queue = GateQueue::default();
    }

    /// Returns the number of the author's last request, or `None` if it has a response.
    #[must_use]
    pub fn open_request_of(&self, author: &Author) -> Option<u64> {
        let last = self.entries.iter().rfind(|entry| entry.exchange.author.as_ref() == Some(author))?;
        last.exchange.is_open().then_some(last.exchange.number)
    }

    /// Records an event that the editor `seat` received.
    pub fn on_event(&mut self, seat: usize, kind: EventKind, event: DocumentEvent) {
        self.add_person(Some(event.author.clone()));
        // A release is not shown after its effect, although the two arrive on different streams.
        let is_cause = |entry: &&Entry| {
            let exchange = &entry.exchange;
            let path = ApiPath::parse(&exchange.target);
            entry.held
                && exchange.is_open()
                && exchange.author.as_ref() == Some(&event.author)
                && path.is_some_and(|path| path.document() == Some(&event.id))
        };
        let causes: Vec<_> = self.entries.iter().filter(is_cause).map(|entry| entry.exchange.number).collect();
        // If two requests could be the cause, the response will show which one was.
        if let [number] = causes[..] {
            self.on_released(number);
        }
        self.timeline.push_event(seat, kind, event);
        self.timeline.truncate_oldest(self.limits.moments);
    }

    /// Returns whether the write that an event reports is recorded.
    #[must_use]
    pub fn has_write_of(&self, event: &DocumentEvent) -> bool {
        let etag = event.etag.to_string();
        let made = |exchange: &Exchange| {
            let tag = exchange.response.as_ref().and_then(|response| response.field("ETag"));
            !exchange.is_read() && tag == Some(etag.as_str())
        };
        self.entries.iter().any(|entry| made(&entry.exchange))
    }

    fn add_person(&mut self, person: Option<Author>) {
        if self.people.len() < MAX_KNOWN_PEOPLE && !self.people.contains(&person) {
            self.people.push(person);
        }
    }

    /// Returns the authors of requests and versions, in order of appearance.
    #[must_use]
    pub fn people(&self) -> &[Option<Author>] {
        &self.people
    }

    /// Returns the moments of all exchanges and events, in their order.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Returns the requests that wait at the gate.
    #[must_use]
    pub fn gate_queue(&self) -> &GateQueue {
        &self.gate_queue
    }

    /// Gives a waiting request the next place in the order of release, or removes its mark.
    pub fn toggle_mark(&mut self, number: u64) {
        self.gate_queue.toggle_mark(number);
    }

    /// Returns all exchanges, oldest first, including those that the filter hides.
    #[must_use]
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator {
        self.entries.iter()
    }

    /// Returns the exchange with this number.
    #[must_use]
    pub fn entry(&self, number: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.exchange.number == number)
    }

    /// Sets the filter of the exchanges that are shown; `None` shows everything.
    pub fn set_filter(&mut self, filter: Option<Filter>) {
        for entry in &mut self.entries {
            entry.shown = filter.as_ref().is_none_or(|filter| filter.is_match(&entry.exchange));
        }
        self.filter = filter;
    }

    /// Returns the filter, or `None` if everything is shown.
    #[must_use]
    pub fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// Returns the exchanges that the filter shows, oldest first.
    #[must_use]
    pub fn visible_entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.shown)
    }

    /// Returns whether the exchange with this number is kept and the filter shows it.
    #[must_use]
    pub fn is_visible(&self, number: u64) -> bool {
        self.entry(number).is_some_and(|entry| entry.shown)
    }

    /// Returns the number of the newest exchange that the filter shows.
    #[must_use]
    pub fn newest_visible(&self) -> Option<u64> {
        self.visible_entries().next_back().map(|entry| entry.exchange.number)
    }
}

#[cfg(test)]
mod tests {
    use contract::Message;

    use super::*;
    use crate::fixture::exchange;

    fn session() -> Traffic {
        Traffic::new(TrafficLimits::SESSION)
    }

    #[test]
    fn response_replaces_its_request() {
        let mut traffic = session();
        traffic.record(exchange(1, None), None);
        traffic.record(exchange(2, None), None);
        traffic.record(exchange(1, Some(200)), None);
        let seen: Vec<_> = traffic.entries().map(|entry| (entry.exchange.number, entry.exchange.status)).collect();
        assert_eq!(seen, [(1, Some(200)), (2, None)]);
    }

    #[test]
    fn large_exchanges_are_kept_within_the_byte_limit() {
        let most = TrafficLimits::SESSION.exchanges as u64;
        let mut traffic = session();
        for number in 1..=most {
            let mut large = exchange(number, Some(200));
            large.response = Some(Message { body: "x".repeat(64 * 1024), ..Message::default() });
            traffic.record(large, None);
        }
        assert!((400..512).contains(&traffic.entries().len()), "{}", traffic.entries().len());
        assert_eq!(traffic.entries().last().map(|entry| entry.exchange.number), Some(most));
        let is_kept = traffic.timeline().contains(&TimelineMoment::Departed(400));
        assert!(!is_kept, "moments are dropped with their exchange");
    }

    #[test]
    fn long_session_keeps_the_newest() {
        let most = TrafficLimits::SESSION.exchanges;
        let mut traffic = session();
        (1..=most as u64 + 7).for_each(|number| traffic.record(exchange(number, None), None));
        assert_eq!(traffic.entries().len(), most);
        assert_eq!(traffic.entries().next().map(|entry| entry.exchange.number), Some(8));
    }

    #[test]
    fn without_limits_every_exchange_is_kept() {
        let most = TrafficLimits::SESSION.exchanges;
        let mut traffic = Traffic::new(TrafficLimits::NONE);
        (1..=most as u64 + 7).for_each(|number| traffic.record(exchange(number, None), None));
        assert_eq!((traffic.entries().len(), traffic.timeline().len()), (most + 7, most + 7));
    }

    /// The order of the record is that of tasks of the server, which respond in the same millisecond.
    #[test]
    fn write_is_listed_before_the_responses_that_show_its_version() {
        let put = |number, status: Option<u16>, tag: &str, at| {
            let mut put = Exchange { method: "PUT".to_owned(), ..exchange(number, status) };
            put.answered = status.map(|_| contract::Timestamp::from_millis(at));
            if let Some(response) = &mut put.response {
                response.fields.push(("ETag".to_owned(), tag.to_owned()));
            }
            put
        };
        let order = |last: Exchange| {
            let mut traffic = Traffic::of_server_record(TrafficLimits::SESSION);
            let refused = put(3, Some(412), "\"v2-b\"", 1000);
            for exchange in [put(1, None, "", 0), put(2, None, "", 0), put(3, None, "", 0), refused, last] {
                traffic.record_from_server(&exchange, None);
            }
            let moments = (0..traffic.timeline().len()).filter_map(|at| traffic.timeline().get(at));
            let ends = moments.filter(|moment| matches!(moment, TimelineMoment::Ended(_)));
            ends.filter_map(TimelineMoment::number).collect::<Vec<_>>()
        };
        assert_eq!(order(put(1, Some(200), "\"v2-b\"", 1003)), [1, 3]);
        assert_eq!(order(put(1, Some(200), "\"v3-c\"", 1003)), [3, 1], "another version");
        assert_eq!(order(put(1, Some(412), "\"v2-b\"", 1003)), [3, 1], "a refusal makes no version");
        assert_eq!(order(put(1, Some(200), "\"v2-b\"", 3000)), [3, 1], "a response that was delayed for all to see");
    }

    #[test]
    fn server_record_keeps_its_numbers() {
        let mut traffic = Traffic::of_server_record(TrafficLimits::SESSION);
        // Two equal requests: only the numbers tell them apart.
        for number in [31, 32] {
            traffic.record_from_server(&exchange(number, None), None);
        }
        assert_eq!((traffic.gate_queue().theirs(31), traffic.gate_queue().theirs(32)), (Some(31), Some(32)));
        traffic.record_from_server(&exchange(32, Some(200)), None);
        traffic.record_from_server(&exchange(32, None), None);
        let seen: Vec<_> = traffic.entries().map(|entry| (entry.exchange.number, entry.exchange.status)).collect();
        assert_eq!(seen, [(31, None), (32, Some(200))], "a late report of the request changes nothing");
        assert_eq!((traffic.gate_queue().count(), traffic.gate_queue().theirs(31)), (1, Some(31)));
        let at = |moment| (0..traffic.timeline().len()).find(|at| traffic.timeline().get(*at) == Some(&moment));
        assert!(at(TimelineMoment::Held(32)) < at(TimelineMoment::Released(32)));
    }
}
