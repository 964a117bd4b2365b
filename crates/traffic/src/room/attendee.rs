//! One person in a room, as their requests show them.

use std::fmt;
use std::net::IpAddr;

use contract::{Author, DocumentId, Exchange, ParticipantRow, Timestamp, fields};

/// The order of a roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RosterOrder {
    /// Those who are most versions behind first.
    #[default]
    MostBehind,
    /// By name, without regard to case.
    Name,
    /// In order of arrival.
    Arrival,
}

impl RosterOrder {
    /// Returns the order after a press of the key that changes it.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::MostBehind => Self::Name,
            Self::Name => Self::Arrival,
            Self::Arrival => Self::MostBehind,
        }
    }
}

/// The state of an editor, as it says of itself in `Ifmatch-Editing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Editing {
    /// Its text equals its base.
    Clean,
    /// Its text is edited.
    Edited,
    /// A merge is open, with so many conflicts to decide.
    Merging {
        /// The number of open conflicts.
        open: usize,
    },
}

impl Editing {
    /// Parses the value of the field, such as `merging; open=2`; returns `None` for anything else.
    ///
    /// # Examples
    ///
    /// ```
    /// use traffic::room::Editing;
    /// assert_eq!(Editing::parse("merging; open=2"), Some(Editing::Merging { open: 2 }));
    /// assert_eq!(Editing::parse("asleep"), None);
    /// ```
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let (word, rest) = value.split_once(';').map_or((value, None), |(word, rest)| (word, Some(rest)));
        match (word.trim(), rest) {
            ("clean", None) => Some(Self::Clean),
            ("edited", None) => Some(Self::Edited),
            ("merging", Some(rest)) => {
                let open = rest.trim().strip_prefix("open=")?;
                Some(Self::Merging { open: open.parse().ok()? })
            }
            _ => None,
        }
    }
}

/// Writes the value of the field, as [`Editing::parse`] reads it.
impl fmt::Display for Editing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clean => f.write_str("clean"),
            Self::Edited => f.write_str("edited"),
            Self::Merging { open } => write!(f, "merging; open={open}"),
        }
    }
}

/// The latest of a person's requests for documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    /// The number of the exchange in the server's record.
    pub number: u64,
    /// Whether it only reads.
    pub is_read: bool,
    /// When it arrived.
    pub received: Timestamp,
    /// The status of the response, or `None` if there is none.
    pub status: Option<u16>,
    /// Whether a response may still come: the request is held, or the server works on it.
    pub is_open: bool,
}

/// A person's row in the server's list of participants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Whether a token of their own identifies the person. Otherwise their client only claims the name.
    pub joined: bool,
    /// Whether a leader has removed the name.
    pub removed: bool,
    /// The number of open event streams.
    pub streams: u64,
}

/// One person in a room: a name, and an address if the name alone does not tell them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// The name.
    pub name: Author,
    /// The address that the requests come from, if the record has it.
    pub address: Option<IpAddr>,
    /// The document of the latest request.
    pub document: Option<DocumentId>,
    /// The number of the version that the person was shown or made last, or `None` if none is known.
    pub version: Option<u64>,
    /// The latest request.
    pub latest: Option<Latest>,
    /// The state of the editor, as it said of itself last.
    pub editing: Option<Editing>,
    /// The number of the exchange that reported it.
    editing_number: u64,
    /// When the person joined or sent the first request.
    pub first_seen: Timestamp,
    /// When the last request came, whatever it was about.
    pub last_seen: Timestamp,
    /// The person's row in the server's list; `None` if it has none, or was not read.
    pub membership: Option<Membership>,
    /// Whether the last write that ended was refused with a 412.
    refused: bool,
}

impl Attendee {
    pub(super) fn new(name: Author, address: Option<IpAddr>, first_seen: Timestamp) -> Self {
        Self {
            name,
            address,
            document: None,
            version: None,
            latest: None,
            editing: None,
            editing_number: 0,
            first_seen,
            last_seen: first_seen,
            membership: None,
            refused: false,
        }
    }

    /// Returns whether a token of their own identifies the person.
    #[must_use]
    pub fn has_joined(&self) -> bool {
        self.membership.is_some_and(|membership| membership.joined)
    }

    /// Returns whether a leader has removed the person.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.membership.is_some_and(|membership| membership.removed)
    }

    /// Takes in the row of this person in the server's list.
    pub(super) fn list(&mut self, row: &ParticipantRow, address: Option<IpAddr>) {
        self.address = address.or(self.address);
        self.first_seen = self.first_seen.min(row.first_seen);
        self.last_seen = self.last_seen.max(row.last_seen);
        self.membership = Some(Membership { joined: row.joined, removed: row.removed, streams: row.streams });
    }

    /// Takes in what is known of another client that turned out to be this person.
    pub(super) fn unite(&mut self, other: Self) {
        let number = |one: &Self| one.latest.map(|latest| latest.number);
        let first_seen = self.first_seen.min(other.first_seen);
        let last_seen = self.last_seen.max(other.last_seen);
        if number(&other) > number(self) {
            *self = other;
        }
        (self.first_seen, self.last_seen) = (first_seen, last_seen);
    }

    /// Takes in a request of this person, and returns whether it is a save that succeeds after a 412.
    ///
    /// `document` is the document that it is about, and `version` the version that the person holds afterwards.
    pub(super) fn record(&mut self, exchange: &Exchange, document: Option<DocumentId>, version: Option<u64>) -> bool {
        self.last_seen = self.last_seen.max(exchange.received);
        if exchange.number >= self.editing_number
            && let Some(editing) = exchange.request.field(fields::EDITING).and_then(Editing::parse)
        {
            // An exchange can end long after later ones, and is then reported again.
            (self.editing, self.editing_number) = (Some(editing), exchange.number);
        }
        let Some(document) = document else { return false };
        let is_present = self.latest.is_none_or(|latest| latest.number <= exchange.number);
        if self.document.as_ref() != Some(&document) {
            // Exchanges can end in another order than they arrived. A late one about an earlier document says nothing
            // about the present.
            if !is_present {
                return false;
            }
            self.document = Some(document);
            self.version = None;
            self.refused = false;
        }
        if is_present {
            self.latest = Some(Latest {
                number: exchange.number,
                is_read: exchange.is_read(),
                received: exchange.received,
                status: exchange.status,
                is_open: exchange.is_open(),
            });
        }
        self.version = version.or(self.version);
        if exchange.is_read() || exchange.is_open() {
            return false;
        }
        let succeeded = exchange.status.is_some_and(|status| (200..300).contains(&status));
        let follows_412 = succeeded && self.refused;
        self.refused = exchange.status == Some(412);
        follows_412
    }
}
