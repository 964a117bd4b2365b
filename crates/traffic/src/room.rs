//! A room: its people and its counters, derived from the server's record of exchanges alone.
//!
//! A leader watches a server that other people use. Everything here follows from what was on the wire: which version a
//! response showed to whom, which request is still open, which save followed a 412. Who has joined, is silent or was
//! removed is in the server's list of participants. What only an editor knows is in the field `Ifmatch-Editing`, which
//! editors send of themselves; it is hearsay.
//!
//! What is *not* here: sockets and clocks. The record has the server's times.

mod attendee;
mod counters;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use contract::{ANONYMOUS, ApiPath, Author, DocumentId, Exchange, ParticipantList};

pub use attendee::{Attendee, Editing, Latest, Membership, RosterOrder};
pub use counters::{Counted, Counters, MINUTES_KEPT, Tally};

use crate::reading::{as_issued, shown_version};
use crate::version_number::version_number;

/// The most people that are kept. Of those beyond, only the exchanges are counted.
pub const MAX_ATTENDEES: usize = 500;

/// The most documents whose newest version is kept.
const MAX_DOCUMENTS: usize = 1000;

/// How many ended exchanges are remembered, so that one that is reported twice is counted once.
const MAX_ENDED: usize = 4096;

/// The people in a room and what was counted there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Room {
    /// In order of arrival.
    attendees: Vec<Attendee>,
    /// The number of the newest version of each document that was on the wire.
    newest: BTreeMap<DocumentId, u64>,
    counters: Counters,
    /// The numbers of the exchanges that have ended, the newest of them.
    ended: BTreeSet<u64>,
}

impl Room {
    /// Takes in an exchange of the server's record.
    ///
    /// It may be reported when it arrives, and again when it ends. An exchange that has ended is counted once, however
    /// often it is reported.
    pub fn record(&mut self, exchange: &Exchange) {
        let is_known =
            if exchange.is_open() { self.ended.contains(&exchange.number) } else { !self.note_ended(exchange.number) };
        if is_known {
            return;
        }
        let document = document_of(exchange);
        let shown = version_after(exchange);
        if let (Some(document), Some(number)) = (&document, shown) {
            self.note_newest(document, number);
        }
        let place = self.place_of(exchange);
        let follows_412 = place.is_some_and(|at| self.attendees[at].record(exchange, document, shown));
        if !exchange.is_open() && is_counted(exchange) {
            self.counters.count(exchange, follows_412);
        }
    }

    /// Returns whether the exchange had not ended before.
    fn note_ended(&mut self, number: u64) -> bool {
        let oldest = self.ended.first().copied().unwrap_or_default();
        if (self.ended.len() == MAX_ENDED && number < oldest) || !self.ended.insert(number) {
            return false;
        }
        if self.ended.len() > MAX_ENDED {
            self.ended.pop_first();
        }
        true
    }

    fn note_newest(&mut self, document: &DocumentId, number: u64) {
        if let Some(newest) = self.newest.get_mut(document) {
            *newest = number.max(*newest);
        } else if self.newest.len() < MAX_DOCUMENTS {
            self.newest.insert(document.clone(), number);
        }
    }

    /// Returns the place of the person who sent a request; a new person gets the next place.
    ///
    /// A request without an author is from 'anonymous', who is a person only if it is about a document: a request to
    /// join has no author either. Returns `None` for other such requests, and for people beyond [`MAX_ATTENDEES`].
    fn place_of(&mut self, exchange: &Exchange) -> Option<usize> {
        let name = exchange.author.as_ref().map_or(ANONYMOUS, Author::as_str);
        // A token identifies those who have joined, so their address does not matter.
        let is_sender =
            |one: &Attendee| one.name.as_str() == name && (one.has_joined() || one.address == exchange.client_address);
        if let Some(at) = self.attendees.iter().position(is_sender) {
            return Some(at);
        }
        let is_person = exchange.author.is_some() || (document_of(exchange).is_some() && exchange.status != Some(401));
        let name = is_person.then(|| name.parse().ok()).flatten()?;
        self.add(Attendee::new(name, exchange.client_address, exchange.received))
    }

    /// Adds a person, and returns the place; `None` if there are [`MAX_ATTENDEES`] already.
    fn add(&mut self, attendee: Attendee) -> Option<usize> {
        if self.attendees.len() == MAX_ATTENDEES {
            return None;
        }
        self.attendees.push(attendee);
        Some(self.attendees.len() - 1)
    }

    /// Takes in the server's list of participants.
    ///
    /// It also has those who have sent nothing about a document. People who are not on the list any more stay, as
    /// far as their exchanges are known.
    pub fn list_participants(&mut self, list: &ParticipantList) {
        for attendee in &mut self.attendees {
            attendee.membership = None;
        }
        for row in &list.participants {
            let address = row.address.as_deref().and_then(|address| address.parse().ok());
            let known = if row.joined {
                self.unite(&row.name)
            } else {
                self.attendees.iter().position(|one| one.name == row.name && one.address == address)
            };
            let place = known.or_else(|| self.add(Attendee::new(row.name.clone(), address, row.first_seen)));
            if let Some(at) = place {
                self.attendees[at].list(row, address);
            }
        }
        self.attendees.sort_by_key(|one| one.first_seen);
    }

    /// Makes the people of one name one person, and returns the place; `None` if there is no such person.
    ///
    /// Before a client joins, requests under its name may have come from several addresses.
    fn unite(&mut self, name: &Author) -> Option<usize> {
        let first = self.attendees.iter().position(|one| one.name == *name)?;
        let later: Vec<Attendee> = self.attendees.extract_if(first + 1.., |one| one.name == *name).collect();
        for other in later {
            self.attendees[first].unite(other);
        }
        Some(first)
    }

    /// Returns whether the server's list has a person who sends under this name.
    #[must_use]
    pub fn is_listed(&self, name: &Author) -> bool {
        self.attendees.iter().any(|one| one.name == *name && one.membership.is_some())
    }

    /// Begins a round: sets the counters to zero; the people and the totals stay.
    pub fn begin_round(&mut self) {
        self.counters.begin_round();
    }

    /// Returns the people in order of arrival.
    #[must_use]
    pub fn attendees(&self) -> &[Attendee] {
        &self.attendees
    }

    /// Returns the places of the people in [`Room::attendees`], in an order for display.
    #[must_use]
    pub fn roster(&self, order: RosterOrder) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.attendees.len()).collect();
        let people = &self.attendees;
        match order {
            RosterOrder::Arrival => {}
            RosterOrder::Name => places.sort_by_key(|at| people[*at].name.as_str().to_lowercase()),
            // A stable sort: people who are equally far behind stay in order of arrival.
            RosterOrder::MostBehind => places.sort_by_key(|at| std::cmp::Reverse(self.behind(&people[*at]))),
        }
        places
    }

    /// Returns by how many versions a person is behind the newest version of their document.
    ///
    /// Returns `None` if the person holds no version, or if it has no number.
    #[must_use]
    pub fn behind(&self, attendee: &Attendee) -> Option<u64> {
        let newest = self.newest.get(attendee.document.as_ref()?)?;
        Some(newest.saturating_sub(attendee.version?))
    }

    /// Returns whether more than one person uses this name, so that addresses tell them apart.
    #[must_use]
    pub fn is_shared_name(&self, attendee: &Attendee) -> bool {
        let mut same = self.attendees.iter().filter(|one| one.name == attendee.name);
        same.nth(1).is_some()
    }

    /// Returns the number of the newest version of a document, as far as it was on the wire.
    #[must_use]
    pub fn newest(&self, document: &DocumentId) -> Option<u64> {
        self.newest.get(document).copied()
    }

    /// Returns the counters.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Returns the documents of the latest requests with their numbers of people, the most people first.
    #[must_use]
    pub fn documents(&self) -> Vec<(&DocumentId, usize)> {
        let mut people: HashMap<&DocumentId, usize> = HashMap::new();
        for document in self.attendees.iter().filter_map(|one| one.document.as_ref()) {
            *people.entry(document).or_default() += 1;
        }
        let mut documents: Vec<_> = people.into_iter().collect();
        documents.sort_by(|(a, many), (b, more)| more.cmp(many).then_with(|| a.cmp(b)));
        documents
    }
}

/// Returns the document that a request is about, or `None` if it is about none or about a list.
fn document_of(exchange: &Exchange) -> Option<DocumentId> {
    match ApiPath::parse(&exchange.target)? {
        ApiPath::Document(id) => Some(id),
        _ => None,
    }
}

/// The beginning of the name of `ifmatch proxy` in `Via`.
const PROXY_PSEUDONYM: &str = "ifmatch-";

/// Returns whether an exchange is counted: it is about documents, or with a server behind a proxy.
fn is_counted(exchange: &Exchange) -> bool {
    match ApiPath::parse(&exchange.target) {
        Some(ApiPath::Documents | ApiPath::Document(_) | ApiPath::Versions(_) | ApiPath::Version(..)) => true,
        Some(_) => false,
        // Our proxy names itself in each response, and our server does not.
        None => {
            let via = exchange.response.as_ref().and_then(|response| response.field("Via"));
            via.is_some_and(|via| via.contains(PROXY_PSEUDONYM))
        }
    }
}

/// Returns the number of the version that the sender holds after an exchange, if that is settled.
///
/// A response that shows a text gives its version, also a 412 that carries the current document. A successful write
/// gives the version that it made, and a 304 the one that the sender has.
fn version_after(exchange: &Exchange) -> Option<u64> {
    let status = exchange.status?;
    let tag = exchange.response.as_ref().and_then(|response| response.field("ETag"));
    let is_held = status == 304 || (!exchange.is_read() && (200..300).contains(&status));
    let shown = if is_held { tag.map(as_issued) } else { shown_version(exchange) };
    version_number(&shown?)
}

#[cfg(test)]
mod tests;
