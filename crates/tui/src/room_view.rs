//! A room as its leader sees it: the people, the counters, and the faults that were asked for.
//!
//! The people and the counters are a model of their own, [`traffic::room`]; here is only what the screen adds.

mod clock;
mod led_settings;
mod session_saving;

use contract::{Author, DocumentId, Exchange, FaultSettings, ParticipantRow, fields};
use traffic::room::{Attendee, Room, RosterOrder};

use crate::led_question::LedQuestion;
use crate::refetch::Refetch;
use crate::room_hosting::RoomHosting;
pub(crate) use clock::RoomClock;
pub(crate) use led_settings::LedSettings;
pub(crate) use session_saving::SessionSaving;

/// The people who use a server, and how they are shown.
#[derive(Debug, Clone)]
pub(crate) struct RoomView {
    pub(crate) room: Room,
    pub(crate) order: RosterOrder,
    /// The faults that the server injects, as this screen has set or read them.
    pub(crate) faults: FaultSettings,
    /// Whether not every server injects them.
    pub(crate) faults_differ: bool,
    /// When to request the list of participants again.
    pub(crate) people_refetch: Refetch,
    /// Whether the list that arrives next may be older than a change of the leader.
    pub(crate) skips_next_list: bool,
    /// How many guesses at tokens and codes the server has counted; `None` if that is not known.
    pub(crate) guesses: Option<u64>,
    pub(crate) clock: RoomClock,
    /// Whether a change of a mistake is under way.
    pub(crate) sets_mistake: bool,
    /// The question to the room.
    pub(crate) question: LedQuestion,
    /// The name under which this screen sends its own requests.
    pub(crate) leader: Option<Author>,
    pub(crate) saving: SessionSaving,
    pub(crate) settings: LedSettings,
    /// The documents that were created from this screen, in order.
    pub(crate) seeded: Vec<DocumentId>,
    /// The document that the last note proposes to open for all, until the next key.
    pub(crate) proposed: Option<DocumentId>,
    /// The server, if it runs in this process and ends with this screen.
    pub(crate) hosting: Option<RoomHosting>,
}

impl Default for RoomView {
    fn default() -> Self {
        Self {
            room: Room::default(),
            order: RosterOrder::default(),
            faults: FaultSettings::default(),
            faults_differ: false,
            // The session begins with a request for it.
            people_refetch: Refetch::Once,
            skips_next_list: false,
            guesses: None,
            clock: RoomClock::default(),
            sets_mistake: false,
            question: LedQuestion::default(),
            leader: None,
            saving: SessionSaving::default(),
            settings: LedSettings::default(),
            seeded: Vec::new(),
            proposed: None,
            hosting: None,
        }
    }
}

impl RoomView {
    /// Returns the server behind the proxy, if this screen belongs to a proxy.
    pub(crate) fn forwards_to(&self) -> Option<&str> {
        self.hosting.as_ref()?.forwards_to.as_deref()
    }

    /// Returns the people in the order of display.
    pub(crate) fn people(&self) -> Vec<&Attendee> {
        self.room.roster(self.order).into_iter().map(|at| &self.room.attendees()[at]).collect()
    }

    /// Returns whether this screen sent a request itself.
    ///
    /// Its requests ask to pass the gate; an editor's requests for its user do not.
    pub(crate) fn is_own(&self, exchange: &Exchange) -> bool {
        self.leader.is_some() && exchange.author == self.leader && exchange.request.field(fields::GATE).is_some()
    }

    /// Returns whether a row of the server's list is only this screen.
    ///
    /// An editor may have the same name.
    pub(crate) fn is_own_row(&self, row: &ParticipantRow) -> bool {
        let is_user = |one: &Attendee| one.name == row.name && one.latest.is_some();
        self.leader.as_ref() == Some(&row.name) && !self.room.attendees().iter().any(is_user)
    }

    /// Returns whether several people have done something here that is not saved.
    pub(crate) fn is_unsaved(&self) -> bool {
        self.saving.is_unsaved() && self.room.attendees().len() > 1
    }

    /// Returns how many people would lose their connection if the server ended now.
    pub(crate) fn connected(&self) -> usize {
        let is_held = |one: &&Attendee| one.latest.is_some_and(|latest| latest.is_open);
        let has_stream = |one: &&Attendee| one.membership.is_some_and(|membership| membership.streams > 0);
        self.room.attendees().iter().filter(|one| has_stream(one) || is_held(one)).count()
    }
}
