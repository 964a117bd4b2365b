//! The records of several servers as one, in which each exchange says which server recorded it.
//!
//! Each server numbers its exchanges from 1. In the merged record, the numbers are those of first sight, so a greater
//! number is a later exchange, as on a single server.

use std::collections::{HashMap, VecDeque};

use contract::{Exchange, GateSettings, ParticipantList};

/// The most exchanges whose servers are remembered.
///
/// An older one that is reported again gets a new number.
const MAX_REMEMBERED: usize = 20_000;

/// The place of an exchange in the record of its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordPlace {
    /// The index of the server.
    pub server: usize,
    /// The number of the exchange at that server.
    pub number: u64,
}

/// The numbers of exchanges in the merged record of several servers.
#[derive(Debug, Clone, Default)]
pub struct MergedRecord {
    numbers: HashMap<RecordPlace, u64>,
    /// The places of the newest numbers, oldest first. The last one has the number `count`.
    places: VecDeque<RecordPlace>,
    count: u64,
}

impl MergedRecord {
    /// Returns the number of an exchange in the merged record.
    pub fn number_of(&mut self, place: RecordPlace) -> u64 {
        if let Some(number) = self.numbers.get(&place) {
            return *number;
        }
        if self.places.len() == MAX_REMEMBERED
            && let Some(oldest) = self.places.pop_front()
        {
            self.numbers.remove(&oldest);
        }
        self.count += 1;
        self.numbers.insert(place, self.count);
        self.places.push_back(place);
        self.count
    }

    /// Returns the place of a number, or `None` if it is not known or no longer remembered.
    #[must_use]
    pub fn place_of(&self, number: u64) -> Option<RecordPlace> {
        let first = self.count - self.places.len() as u64 + 1;
        let index = usize::try_from(number.checked_sub(first)?).ok()?;
        self.places.get(index).copied()
    }

    /// Returns an exchange as it is in the merged record. `name` is the name of its server.
    pub fn take_in(&mut self, server: usize, name: &str, exchange: Exchange) -> Exchange {
        let number = self.number_of(RecordPlace { server, number: exchange.number });
        Exchange { number, server: Some(name.to_owned()), ..exchange }
    }

    /// Returns what the gates of all servers hold, in the order of arrival.
    ///
    /// `gates` has the index of each server that responded. The setting is the first one.
    #[must_use]
    pub fn merge_gates(&mut self, gates: Vec<(usize, GateSettings)>) -> GateSettings {
        let hold = gates.first().map(|(_, gate)| gate.hold).unwrap_or_default();
        let mut requests = Vec::new();
        for (server, gate) in gates {
            for mut request in gate.held {
                request.exchange = self.number_of(RecordPlace { server, number: request.exchange });
                requests.push(request);
            }
        }
        requests.sort_by_key(|request| (request.since, request.exchange));
        GateSettings { hold, held: requests }
    }
}

/// Returns the people at all servers, in the order of their arrival.
///
/// A participant is one row, however many servers list them; so is a client that has not joined, by name and address.
#[must_use]
pub fn merge_people(lists: impl IntoIterator<Item = ParticipantList>) -> ParticipantList {
    let mut people = ParticipantList::default();
    for row in lists.into_iter().flat_map(|list| list.participants) {
        let is_same = |known: &&mut contract::ParticipantRow| {
            known.name == row.name && known.joined == row.joined && (row.joined || known.address == row.address)
        };
        let Some(known) = people.participants.iter_mut().find(is_same) else {
            people.participants.push(row);
            continue;
        };
        known.first_seen = known.first_seen.min(row.first_seen);
        if row.last_seen > known.last_seen {
            (known.last_seen, known.address) = (row.last_seen, row.address.or(known.address.take()));
        } else {
            known.address = known.address.take().or(row.address);
        }
        known.streams += row.streams;
        known.removed |= row.removed;
    }
    people.participants.sort_by_key(|row| row.first_seen);
    for (order, row) in (1..).zip(&mut people.participants) {
        row.order = order;
    }
    people
}

#[cfg(test)]
mod tests {
    use contract::{HeldExchange, Hold, ParticipantRow, Timestamp};
    use proptest::prelude::*;

    use super::*;

    fn place(server: usize, number: u64) -> RecordPlace {
        RecordPlace { server, number }
    }

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn row(name: &str, joined: bool, address: Option<&str>, seen: (u64, u64)) -> ParticipantRow {
        ParticipantRow {
            name: name.parse().unwrap(),
            order: 1,
            joined,
            address: address.map(str::to_owned),
            first_seen: at(seen.0),
            last_seen: at(seen.1),
            streams: 1,
            removed: false,
        }
    }

    #[test]
    fn held_requests_of_all_gates_are_in_order_of_arrival() {
        let held = |exchange, since| HeldExchange {
            exchange,
            author: None,
            method: "PUT".to_owned(),
            path: "/api/documents/a".to_owned(),
            if_match: None,
            since: at(since),
        };
        let mut record = MergedRecord::default();
        let first = GateSettings { hold: Hold::Writes, held: vec![held(1, 10), held(2, 30)] };
        let second = GateSettings { hold: Hold::Writes, held: vec![held(1, 20)] };
        let merged = record.merge_gates(vec![(0, first), (1, second)]);
        let places: Vec<_> = merged.held.iter().map(|held| record.place_of(held.exchange).unwrap()).collect();
        assert_eq!((merged.hold, places), (Hold::Writes, vec![place(0, 1), place(1, 1), place(0, 2)]));
    }

    #[test]
    fn participant_at_two_servers_is_one_row() {
        let list = |participants| ParticipantList { participants };
        let merged = merge_people([
            list(vec![row("sam", true, None, (10, 10)), row("kim", false, Some("192.0.2.1"), (30, 30))]),
            list(vec![row("sam", true, Some("192.0.2.2"), (10, 40)), row("kim", false, Some("192.0.2.3"), (20, 20))]),
        ]);
        let rows: Vec<_> = merged.participants.iter().map(|row| (row.order, row.name.as_str(), row.streams)).collect();
        assert_eq!(rows, [(1, "sam", 2), (2, "kim", 1), (3, "kim", 1)]);
        assert_eq!(merged.participants[0].address.as_deref(), Some("192.0.2.2"));
        assert_eq!(merged.participants[0].last_seen, at(40));
    }

    proptest! {
        /// Each exchange keeps its number, no two have the same, and later ones have greater ones.
        #[test]
        fn numbers_are_those_of_first_sight(seen in proptest::collection::vec((0_usize..3, 1_u64..40), 1..200)) {
            let mut record = MergedRecord::default();
            let mut first_sight: Vec<RecordPlace> = Vec::new();
            for (server, number) in seen {
                let place = place(server, number);
                let merged = record.number_of(place);
                if !first_sight.contains(&place) {
                    first_sight.push(place);
                }
                let index = first_sight.iter().position(|known| *known == place).unwrap();
                prop_assert_eq!(merged, index as u64 + 1);
            }
            for (index, place) in first_sight.iter().enumerate() {
                prop_assert_eq!(record.place_of(index as u64 + 1), Some(*place));
            }
            prop_assert_eq!(record.place_of(first_sight.len() as u64 + 1), None);
            prop_assert_eq!(record.place_of(0), None);
        }
    }

    #[test]
    fn old_numbers_are_forgotten() {
        let mut record = MergedRecord::default();
        for number in 0..=MAX_REMEMBERED as u64 {
            record.number_of(place(0, number));
        }
        assert_eq!((record.place_of(1), record.place_of(2)), (None, Some(place(0, 1))));
        assert_eq!(record.numbers.len(), MAX_REMEMBERED);
    }
}
