//! Requests of clients that are not ours, such as a curl to the stage's address.
//!
//! Our clients report their own requests. Those of others are only in the server's record, which has ours too, under
//! numbers of its own, so each entry of that record is first matched with our requests.
//!
//! Exchanges of other clients get numbers in the sequence of ours. So the numbers of our later exchanges move on by as
//! many.

use std::collections::BTreeMap;

use contract::{ApiPath, Exchange, fields};

/// The most requests of other clients that are remembered while they wait for their responses.
const MAX_OPEN: usize = 64;

/// The most requests of ours that are remembered while they wait for their responses.
const MAX_OURS: usize = 1024;

/// The numbers of the exchanges of other clients, and their effect on ours.
#[derive(Debug, Clone, Default)]
pub(crate) struct OtherClients {
    /// How many exchanges of other clients there have been.
    count: u64,
    /// By how much the number of each of our open requests is moved, by the number that our client gave it.
    moved: BTreeMap<u64, u64>,
    /// The open requests of other clients: our number by the server's.
    open: BTreeMap<u64, u64>,
}

impl OtherClients {
    /// Returns the number of our exchange in the common sequence.
    pub(crate) fn renumbered(&mut self, exchange: &Exchange) -> u64 {
        let by = *self.moved.entry(exchange.number).or_insert(self.count);
        if !exchange.is_open() {
            self.moved.remove(&exchange.number);
        } else if self.moved.len() > MAX_OURS {
            self.moved.pop_first();
        }
        exchange.number + by
    }

    /// Returns the number of an open request of another client, by the server's number.
    pub(crate) fn open(&self, theirs: u64) -> Option<u64> {
        self.open.get(&theirs).copied()
    }

    /// Adds an exchange under the number after `last`, and returns that number.
    pub(crate) fn add(&mut self, exchange: &Exchange, last: u64) -> u64 {
        self.count += 1;
        if exchange.is_open() {
            self.open.insert(exchange.number, last + 1);
            if self.open.len() > MAX_OPEN {
                self.open.pop_first();
            }
        }
        last + 1
    }

    /// Forgets an open request, which now has its response.
    pub(crate) fn ended(&mut self, theirs: u64) {
        self.open.remove(&theirs);
    }
}

/// Returns whether a request that is not on our record was sent by another client.
///
/// Our clients do not record what they read for themselves: lists, versions, and documents past the gate. They send no
/// `User-Agent`, and neither do those of other sessions, whose requests for documents are shown.
pub(crate) fn is_from_other_client(exchange: &Exchange) -> bool {
    if exchange.request.field(fields::GATE).is_some() {
        return false;
    }
    exchange.request.field("User-Agent").is_some()
        || matches!(ApiPath::parse(&exchange.target), Some(ApiPath::Document(_)))
}

#[cfg(test)]
mod tests {
    use contract::{Author, DocumentEvent, EventKind, Message};

    use super::*;
    use crate::fixture::exchange;
    use crate::limits::TrafficLimits;
    use crate::timeline::TimelineMoment;
    use crate::traffic::Traffic;

    fn from_curl(number: u64, method: &str, status: Option<u16>) -> Exchange {
        let mut curl = exchange(number, status);
        curl.method = method.to_owned();
        curl.request.fields.push(("User-Agent".to_owned(), "curl/8.5.0".to_owned()));
        if let Some(response) = &mut curl.response {
            response.fields.push(("ETag".to_owned(), "\"v2-b\"".to_owned()));
        }
        curl
    }

    /// Takes in an entry of the server's record as the stage does.
    fn report(traffic: &mut Traffic, exchange: &Exchange) {
        if !traffic.on_server_record(exchange) {
            traffic.record_other_client(exchange, None);
        }
    }

    /// Records an exchange of ours as the stage does.
    fn record(traffic: &mut Traffic, exchange: Exchange) {
        let exchange = traffic.renumbered(exchange);
        traffic.record(exchange, None);
    }

    fn recorded(traffic: &Traffic) -> Vec<(u64, String, Option<u16>)> {
        let entry =
            |entry: &crate::Entry| (entry.exchange.number, entry.exchange.method.clone(), entry.exchange.status);
        traffic.entries().map(entry).collect()
    }

    #[test]
    fn our_requests_are_recorded_once() {
        let mut traffic = Traffic::new(TrafficLimits::SESSION);
        record(&mut traffic, exchange(1, None));
        report(&mut traffic, &exchange(31, Some(200)));
        record(&mut traffic, exchange(1, Some(200)));
        record(&mut traffic, exchange(2, None));
        record(&mut traffic, exchange(2, Some(200)));
        report(&mut traffic, &exchange(32, Some(200)));
        assert_eq!(recorded(&traffic).len(), 2);
        report(&mut traffic, &exchange(33, Some(200)));
        assert_eq!(recorded(&traffic).len(), 3, "a third request that looks the same is not ours");
    }

    #[test]
    fn empty_condition_that_a_proxy_dropped_is_still_ours() {
        let mut traffic = Traffic::new(TrafficLimits::SESSION);
        let with = |number, fields: &[(&str, &str)]| {
            let mut exchange = exchange(number, Some(200));
            exchange.request.fields.retain(|(name, _)| name != "If-Match");
            exchange.request.fields.extend(fields.iter().map(|(name, value)| ((*name).into(), (*value).into())));
            exchange
        };
        record(&mut traffic, with(1, &[("If-Match", "")]));
        report(&mut traffic, &with(31, &[]));
        assert_eq!(recorded(&traffic).len(), 1);
        report(&mut traffic, &with(32, &[("If-Match", "\"v1-a\"")]));
        assert_eq!(recorded(&traffic).len(), 2, "a condition with a tag is another request");
    }

    #[test]
    fn requests_of_others_have_numbers_in_our_sequence() {
        let mut traffic = Traffic::new(TrafficLimits::SESSION);
        record(&mut traffic, exchange(1, None));
        report(&mut traffic, &from_curl(40, "PUT", Some(428)));
        record(&mut traffic, exchange(2, None));
        record(&mut traffic, exchange(1, Some(200)));
        record(&mut traffic, exchange(2, Some(304)));
        let get = |number, status| (number, "GET".to_owned(), Some(status));
        assert_eq!(recorded(&traffic), [get(1, 200), (2, "PUT".to_owned(), Some(428)), get(3, 304)]);
    }

    #[test]
    fn held_request_of_another_client_is_recorded_at_once() {
        let mut traffic = Traffic::new(TrafficLimits::SESSION);
        report(&mut traffic, &from_curl(40, "PUT", None));
        assert_eq!(recorded(&traffic), [(1, "PUT".to_owned(), None)]);
        assert_eq!(traffic.gate_queue().theirs(1), Some(40));
        report(&mut traffic, &from_curl(40, "PUT", None));
        report(&mut traffic, &from_curl(40, "PUT", Some(200)));
        assert_eq!(recorded(&traffic), [(1, "PUT".to_owned(), Some(200))]);
        assert_eq!(traffic.gate_queue().count(), 0);
        let at = |moment| (0..traffic.timeline().len()).find(|at| traffic.timeline().get(*at) == Some(&moment));
        assert!(at(TimelineMoment::Held(1)) < at(TimelineMoment::Released(1)));
        assert!(at(TimelineMoment::Released(1)) < at(TimelineMoment::Ended(1)));
    }

    #[test]
    fn what_our_clients_read_for_themselves_is_left_out() {
        let mut traffic = Traffic::new(TrafficLimits::SESSION);
        let mut past_the_gate = exchange(40, Some(200));
        past_the_gate.request =
            Message { fields: vec![(fields::GATE.to_owned(), "pass".to_owned())], ..Message::default() };
        report(&mut traffic, &past_the_gate);
        let list = Exchange { target: "/api/documents?limit=9".to_owned(), ..exchange(41, Some(200)) };
        report(&mut traffic, &list);
        assert!(recorded(&traffic).is_empty());
        report(&mut traffic, &Exchange { target: list.target, ..from_curl(42, "GET", Some(200)) });
        report(&mut traffic, &exchange(43, Some(200)));
        assert_eq!(recorded(&traffic).len(), 2, "a list for curl, and a document for an editor elsewhere");
    }

    #[test]
    fn write_of_another_client_is_not_placed_after_its_event() {
        let mut traffic = Traffic::new(TrafficLimits::SESSION);
        let event = DocumentEvent {
            id: "welcome".parse().unwrap(),
            at: contract::Timestamp::default(),
            etag: "\"v2-b\"".parse().unwrap(),
            author: "anonymous".parse::<Author>().unwrap(),
        };
        traffic.on_event(0, EventKind::Changed, event.clone());
        record(&mut traffic, exchange(1, None));
        report(&mut traffic, &from_curl(40, "PUT", Some(200)));
        let first =
            |number| (0..traffic.timeline().len()).find(|at| traffic.timeline().get(*at).unwrap().number() == number);
        assert!(first(Some(2)) < first(None), "the write, then the event");
        assert!(first(None) < first(Some(1)), "what the event led to");
        assert!(traffic.has_write_of(&event));
    }
}
