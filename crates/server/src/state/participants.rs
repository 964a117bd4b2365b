//! The people in a room: names, tokens, the list of clients, and removals.
//!
//! A client joins with the room's code and gets a token of its own. From then on only that token may use the name, so
//! names in a room are unique. Names that differ only in case count as the same. A client that does not join may use
//! any other name; two such clients with one name are two rows, told apart by their addresses.
//!
//! The tokens are random (128 bits). Only their digests are kept, in memory or where all servers share them: a token is
//! worth nothing after the servers have stopped, and a stolen memory image or database has none. After a restart,
//! clients join again.
//!
//! Everything here is bounded: names by [`PARTICIPANTS`], other rows by [`ROSTER_CLIENTS`], streams by
//! [`PARTICIPANT_STREAMS`] and [`ADDRESS_STREAMS`]. If all names are taken, the name of a participant who has never
//! used it, or has been away for [`AWAY`], becomes free. Servers that share the names do not do this, since none knows
//! who is active at another one.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use contract::name::MAX_AUTHOR_CHARS;
use contract::{ANONYMOUS, Author, ParticipantList, ParticipantRow, Timestamp, Token};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::budget::{ADDRESS_STREAMS, Budget, PARTICIPANT_STREAMS, PARTICIPANTS, ROSTER_CLIENTS, Uses};
use crate::lock::lock;
use crate::options::ServerOptions;
use crate::options::tokens::{TokenDigest, TokenHolder};

/// The time after which a participant without an event stream and without a request counts as away.
const AWAY: Duration = Duration::from_secs(10 * 60);

/// The most clients that are remembered as leaders. Of further ones, those that listen count as people.
const MAX_LEADERS: usize = 64;

/// The people in a room.
pub(crate) struct Participants {
    roster: Mutex<Roster>,
    /// Whether a name has been joined or removed. Every request reads this, so it needs no lock.
    has_names: AtomicBool,
    /// Counts the removals, so that event streams notice them.
    removals: watch::Sender<u64>,
    limits: Limits,
    uses: Uses,
}

#[derive(Clone, Copy)]
struct Limits {
    joined: usize,
    clients: usize,
    participant_streams: u64,
    address_streams: u64,
    /// Whether clients that have not joined have shown the code of the room.
    has_tokens: bool,
}

#[derive(Clone, Default)]
struct Roster {
    /// The number of the last row.
    last: u64,
    /// All rows, by their place in the order of arrival.
    rows: BTreeMap<u64, Row>,
    /// The rows of each name, exactly as it is written.
    by_name: HashMap<Author, Vec<u64>>,
    /// The row of each joined name, by its [folded](Author::folded) form.
    taken: HashMap<String, u64>,
    /// The row that each token identifies.
    tokens: HashMap<TokenDigest, u64>,
    /// The removed names, by their [folded](Author::folded) form.
    removed: HashMap<String, Removal>,
    /// Clients that have acted as leaders, at most [`MAX_LEADERS`].
    leaders: HashSet<(Author, Option<IpAddr>)>,
    /// The open event streams of clients that have not joined, by address.
    streams: HashMap<IpAddr, u64>,
    /// When another server of the store was last known to run; `None` if never.
    ///
    /// Until then, a client may have been active there that seems to be away here.
    shared_until: Option<Timestamp>,
}

#[derive(Clone)]
struct Row {
    name: Author,
    /// Whether a token identifies the client.
    joined: bool,
    /// The token that was given out here.
    ///
    /// `None` if the server was started with the token, or if there is none.
    token: Option<TokenDigest>,
    /// Whether the client leads.
    admin: bool,
    address: Option<IpAddr>,
    first_seen: Timestamp,
    last_seen: Timestamp,
    /// Whether the client has sent a request since it joined.
    used: bool,
    streams: u64,
}

impl Row {
    /// Returns the row of a client that sends its first request under a name.
    fn of(client: &ClientIdentity, name: &Author, now: Timestamp) -> Self {
        Self {
            name: name.clone(),
            joined: client.joined,
            token: None,
            admin: client.admin,
            address: client.address,
            first_seen: now,
            last_seen: now,
            used: true,
            streams: 0,
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Removal {
    name: Author,
    at: Timestamp,
}

/// The client of a request, as the roster knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClientIdentity {
    /// The name, or [`ANONYMOUS`].
    pub(crate) name: Author,
    /// Whether a token identifies the client, and not only a field.
    pub(crate) joined: bool,
    /// Whether the client has an admin token.
    pub(crate) admin: bool,
    pub(crate) address: Option<IpAddr>,
}

/// Whether a client may use its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameStanding {
    Welcome,
    /// Another client has joined under the name.
    Taken,
    /// The leader has removed the name.
    Removed,
}

/// Why a client cannot join.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum JoinError {
    /// The name is taken; this one is free.
    Taken { free: Author },
    /// All names that the budget allows are in use.
    Full,
    /// The system gave no random numbers.
    NoRandomNumbers,
}

/// Why a client cannot be removed or readmitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RemovalError {
    /// No client of that name is known.
    Unknown,
    /// The name belongs to a leader.
    Leader,
}

impl Participants {
    pub(crate) fn new(options: &ServerOptions, uses: &Uses) -> Self {
        let limits = Limits {
            joined: options.budgets.size(&PARTICIPANTS),
            clients: options.budgets.size(&ROSTER_CLIENTS),
            participant_streams: options.budgets.of(&PARTICIPANT_STREAMS),
            address_streams: options.budgets.of(&ADDRESS_STREAMS),
            has_tokens: options.tokens.is_some(),
        };
        let (removals, has_names) = (watch::Sender::default(), AtomicBool::new(false));
        Self { roster: Mutex::default(), has_names, removals, limits, uses: uses.clone() }
    }

    fn roster(&self) -> MutexGuard<'_, Roster> {
        lock(&self.roster)
    }

    /// Returns the participant that a token identifies.
    pub(crate) fn holder(&self, token: &TokenDigest) -> Option<TokenHolder> {
        if !self.has_names.load(Ordering::Acquire) {
            return None;
        }
        let roster = self.roster();
        let row = roster.rows.get(roster.tokens.get(token)?)?;
        Some(TokenHolder { name: Some(row.name.clone()), admin: row.admin })
    }

    /// Returns whether a client may use its name. `joined` says whether a token identifies the client.
    pub(crate) fn standing(&self, name: &Author, joined: bool) -> NameStanding {
        if !self.has_names.load(Ordering::Acquire) {
            return NameStanding::Welcome;
        }
        let (roster, name) = (self.roster(), name.folded());
        if roster.removed.contains_key(&name) {
            NameStanding::Removed
        } else if !joined && roster.taken.contains_key(&name) {
            NameStanding::Taken
        } else {
            NameStanding::Welcome
        }
    }

    /// Returns whether a name is removed. It is in the form in which names are compared.
    pub(crate) fn is_removed(&self, folded: &str) -> bool {
        self.roster().removed.contains_key(folded)
    }

    /// Lets a client join under a name, and returns its token.
    ///
    /// `is_reserved` says whether a name belongs to a token that the server was started with. A client that a token
    /// already identifies as this name gets a new token, which replaces the one that it got here before.
    pub(crate) fn join(
        &self,
        client: &ClientIdentity,
        name: &Author,
        now: Timestamp,
        is_reserved: impl Fn(&str) -> bool,
    ) -> Result<Token, JoinError> {
        let (token, digest) = new_token().ok_or(JoinError::NoRandomNumbers)?;
        let mut roster = self.roster();
        let is_own = client.joined && client.name == *name;
        let folded = name.folded();
        if !is_own && (roster.has(&folded) || is_reserved(&folded)) {
            return Err(JoinError::Taken { free: roster.free_name(name, is_reserved) });
        }
        let known = if is_own { roster.find(name, |row| row.joined) } else { None };
        let order = if let Some(order) = known {
            order
        } else {
            if roster.taken.len() >= self.limits.joined {
                return Err(JoinError::Full);
            }
            roster.add(Row { joined: true, used: false, ..Row::of(client, name, now) })
        };
        roster.set_token(order, digest);
        if !is_own || !is_reserved(&folded) {
            roster.taken.insert(folded, order);
        }
        self.uses.set(&PARTICIPANTS, roster.taken.len());
        self.has_names.store(true, Ordering::Release);
        Ok(token)
    }

    /// Frees a name that is no longer used, if all that the budget allows are in use.
    ///
    /// No other server of the store may be running.
    pub(super) fn make_room_for_name(&self, now: Timestamp) {
        let mut roster = self.roster();
        if roster.taken.len() >= self.limits.joined {
            roster.forget_unused(now);
        }
    }

    /// Notes that another server of the store runs.
    pub(super) fn note_other_server(&self, now: Timestamp) {
        self.roster().shared_until = Some(now);
    }

    /// Records a request.
    pub(crate) fn saw(&self, client: &ClientIdentity, now: Timestamp) {
        let mut roster = self.roster();
        if let Some(order) = roster.find_client(client) {
            if let Some(row) = roster.rows.get_mut(&order) {
                (row.last_seen, row.used, row.admin) = (now, true, client.admin);
                row.address = client.address.or(row.address);
            }
        } else if roster.has_room_for_client(self.limits.clients) {
            roster.add(Row::of(client, &client.name, now));
        } else {
            self.uses.refused(&ROSTER_CLIENTS);
        }
    }

    /// Records that a client has acted as a leader: it asks the room, and is not asked.
    ///
    /// On a server without tokens, nothing else tells a leader from the others.
    pub(crate) fn led(&self, client: &ClientIdentity) {
        let mut roster = self.roster();
        if roster.leaders.len() < MAX_LEADERS {
            roster.leaders.insert((client.name.clone(), client.address));
        }
    }

    /// Counts an event stream that a client opens. [`close_stream`](Self::close_stream) must follow.
    ///
    /// # Errors
    ///
    /// The budget that is exhausted. An admin's streams are not counted.
    pub(crate) fn open_stream(&self, client: &ClientIdentity) -> Result<OpenStream, &'static Budget> {
        let mut roster = self.roster();
        let row = roster.find_client(client);
        let of_row = row.and_then(|order| roster.rows.get(&order)).map_or(0, |row| row.streams);
        let address = client.address.filter(|_| !client.joined && !client.admin);
        let of_address = address.and_then(|address| roster.streams.get(&address)).copied().unwrap_or(0);
        let exceeded = if client.admin {
            None
        } else if (client.joined || self.limits.has_tokens) && of_row >= self.limits.participant_streams {
            Some(&PARTICIPANT_STREAMS)
        } else if of_address >= self.limits.address_streams {
            Some(&ADDRESS_STREAMS)
        } else {
            None
        };
        if let Some(budget) = exceeded {
            return Err(budget);
        }
        if let Some(row) = row.and_then(|order| roster.rows.get_mut(&order)) {
            row.streams += 1;
        }
        if let Some(address) = address {
            *roster.streams.entry(address).or_default() += 1;
        }
        Ok(OpenStream { row, address })
    }

    /// Counts the end of an event stream.
    pub(crate) fn close_stream(&self, stream: &OpenStream) {
        let mut roster = self.roster();
        if let Some(row) = stream.row.and_then(|order| roster.rows.get_mut(&order)) {
            row.streams -= 1;
        }
        let Some(address) = stream.address else { return };
        if let Some(count) = roster.streams.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                roster.streams.remove(&address);
            }
        }
    }

    /// Removes a name: all requests under it are refused, and its event streams end.
    pub(crate) fn remove(&self, name: &Author, now: Timestamp) -> Result<(), RemovalError> {
        let mut roster = self.roster();
        let folded = name.folded();
        let mut rows = roster.rows.values().filter(|row| row.name.folded() == folded).peekable();
        if rows.peek().is_none() && !roster.removed.contains_key(&folded) {
            return Err(RemovalError::Unknown);
        }
        if rows.any(|row| row.admin) {
            return Err(RemovalError::Leader);
        }
        roster.removed.entry(folded).or_insert_with(|| Removal { name: name.clone(), at: now });
        self.has_names.store(true, Ordering::Release);
        // Under the lock, so that a stream that opens meanwhile finds the name removed or notices this.
        self.removals.send_modify(|count| *count += 1);
        Ok(())
    }

    /// Undoes a removal. A name that is known and was not removed stays as it is.
    pub(crate) fn readmit(&self, name: &Author) -> Result<(), RemovalError> {
        let mut roster = self.roster();
        let folded = name.folded();
        let is_known = roster.removed.remove(&folded).is_some() || roster.has_row(&folded);
        if is_known { Ok(()) } else { Err(RemovalError::Unknown) }
    }

    /// Returns a receiver that changes with each removal.
    pub(crate) fn removals(&self) -> watch::Receiver<u64> {
        self.removals.subscribe()
    }

    /// Returns all rows, in the order of arrival.
    pub(crate) fn list(&self) -> ParticipantList {
        let roster = self.roster();
        let is_removed = |name: &Author| roster.removed.contains_key(&name.folded());
        let rows = roster.rows.iter().map(|(order, row)| ParticipantRow {
            name: row.name.clone(),
            order: *order,
            joined: row.joined,
            address: row.address.map(|address| address.to_string()),
            first_seen: row.first_seen,
            last_seen: row.last_seen,
            streams: row.streams,
            removed: is_removed(&row.name),
        });
        // A removed name stays in the list, so that the leader can undo the removal.
        let gone =
            roster.removed.iter().filter(|(folded, _)| !roster.has_row(folded)).map(|(_, removal)| ParticipantRow {
                name: removal.name.clone(),
                order: 0,
                joined: false,
                address: None,
                first_seen: removal.at,
                last_seen: removal.at,
                streams: 0,
                removed: true,
            });
        ParticipantList { participants: rows.chain(gone).collect() }
    }

    /// Returns the names of the participants in the room, in the form in which names are compared.
    ///
    /// These have joined and are not removed, and have an event stream, an answer, or a request within the last ten
    /// minutes. A client that has not joined counts if it has a name and an event stream: its editor shows the
    /// question, and joins when it answers. A leader counts only with an answer.
    pub(crate) fn names_here(&self, now: Timestamp, has_answered: impl Fn(&Author) -> bool) -> HashSet<String> {
        let roster = self.roster();
        let is_here = |row: &Row| {
            row.joined && (has_answered(&row.name) || (!row.admin && (row.streams > 0 || !is_away(row, now))))
        };
        let listens = |row: &Row| {
            let is_asked = !row.joined && !row.admin && row.name.as_str() != ANONYMOUS;
            is_asked && row.streams > 0 && !roster.leaders.contains(&(row.name.clone(), row.address))
        };
        let names = roster.rows.values().filter_map(|row| {
            let name = row.name.folded();
            // Such a client cannot answer under a name that another one has.
            let counts = is_here(row) || (listens(row) && !roster.taken.contains_key(&name));
            (counts && !roster.removed.contains_key(&name)).then_some(name)
        });
        names.collect()
    }
}

/// A counted event stream.
#[derive(Debug)]
#[must_use = "the end of the stream must be counted"]
pub(crate) struct OpenStream {
    row: Option<u64>,
    address: Option<IpAddr>,
}

impl Roster {
    /// Returns the row of a client.
    fn find_client(&self, client: &ClientIdentity) -> Option<u64> {
        self.find(&client.name, |row| row.joined == client.joined && (client.joined || row.address == client.address))
    }

    fn find(&self, name: &Author, is_wanted: impl Fn(&Row) -> bool) -> Option<u64> {
        let orders = self.by_name.get(name)?;
        orders.iter().copied().find(|order| self.rows.get(order).is_some_and(&is_wanted))
    }

    fn add(&mut self, row: Row) -> u64 {
        self.last += 1;
        self.by_name.entry(row.name.clone()).or_default().push(self.last);
        self.rows.insert(self.last, row);
        self.last
    }

    fn forget(&mut self, order: u64) {
        let Some(row) = self.rows.remove(&order) else { return };
        if let Some(token) = row.token {
            self.tokens.remove(&token);
        }
        let folded = row.name.folded();
        if self.taken.get(&folded) == Some(&order) {
            self.taken.remove(&folded);
        }
        if let Some(orders) = self.by_name.get_mut(&row.name) {
            orders.retain(|other| *other != order);
            if orders.is_empty() {
                self.by_name.remove(&row.name);
            }
        }
    }

    fn set_token(&mut self, order: u64, token: TokenDigest) {
        let Some(row) = self.rows.get_mut(&order) else { return };
        if let Some(old) = row.token.replace(token) {
            self.tokens.remove(&old);
        }
        self.tokens.insert(token, order);
    }

    /// Returns whether a folded name is joined or removed.
    fn has(&self, folded: &str) -> bool {
        self.taken.contains_key(folded) || self.removed.contains_key(folded)
    }

    fn has_row(&self, folded: &str) -> bool {
        self.rows.values().any(|row| row.name.folded() == folded)
    }

    /// Returns a free name that is like a taken one: `sam-2` for `sam`.
    fn free_name(&self, name: &Author, is_reserved: impl Fn(&str) -> bool) -> Author {
        let candidates = (2_u64..).filter_map(|number| {
            let end = format!("-{number}");
            let begin: String = name.as_str().chars().take(MAX_AUTHOR_CHARS - end.len()).collect();
            format!("{}{end}", begin.trim_end()).parse::<Author>().ok()
        });
        let is_free = |candidate: &Author| {
            let folded = candidate.folded();
            !self.has(&folded) && !is_reserved(&folded)
        };
        // Only finitely many names are taken.
        candidates.into_iter().find(is_free).unwrap_or_else(|| name.clone())
    }

    /// Frees the name of a participant who never used it, or who is away, if there is one.
    fn forget_unused(&mut self, now: Timestamp) {
        let idle = self.rows.iter().filter(|(_, row)| row.token.is_some() && row.streams == 0 && !row.admin);
        let candidates = idle.filter(|(_, row)| self.is_unused(row) || self.is_away_everywhere(row, now));
        let oldest = candidates.min_by_key(|(order, row)| (row.used, row.last_seen, **order)).map(|(order, _)| *order);
        if let Some(order) = oldest {
            self.forget(order);
        }
    }

    /// Returns whether the client of a row has sent no request since it joined, to any server of the store.
    fn is_unused(&self, row: &Row) -> bool {
        !row.used && self.shared_until.is_none_or(|until| until < row.first_seen)
    }

    /// Returns whether the client of a row is away, and was not lately at another server that has stopped.
    fn is_away_everywhere(&self, row: &Row, now: Timestamp) -> bool {
        is_away(row, now) && self.shared_until.is_none_or(|until| is_long_ago(until, now))
    }

    /// Makes room for one more client that has not joined; returns whether there is any.
    fn has_room_for_client(&mut self, most: usize) -> bool {
        if self.rows.len() - self.taken.len() < most {
            return true;
        }
        let idle = self.rows.iter().filter(|(_, row)| row.token.is_none() && row.streams == 0);
        let oldest = idle.min_by_key(|(order, row)| (row.last_seen, **order)).map(|(order, _)| *order);
        oldest.is_some_and(|order| {
            self.forget(order);
            true
        })
    }
}

fn is_away(row: &Row, now: Timestamp) -> bool {
    is_long_ago(row.last_seen, now)
}

/// Returns whether a client that was last seen at this time is away.
fn is_long_ago(time: Timestamp, now: Timestamp) -> bool {
    let away = u64::try_from(AWAY.as_millis()).unwrap_or(u64::MAX);
    now.as_millis().saturating_sub(time.as_millis()) > away
}

/// Returns a random token and its digest; `None` if the system gives no random numbers.
fn new_token() -> Option<(Token, TokenDigest)> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).ok()?;
    let mut text = String::new();
    for byte in random {
        // Writing to a String never fails.
        let _ = write!(text, "{byte:02x}");
    }
    let token: Token = text.parse().expect("hex digits are a token");
    let digest = TokenDigest::of(token.expose().as_bytes());
    Some((token, digest))
}

mod shared;
#[cfg(test)]
mod tests;
