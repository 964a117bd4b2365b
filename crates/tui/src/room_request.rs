//! The requests of a room's leader to the server, and the reports that come back.

use std::path::PathBuf;
use std::time::Duration;

use contract::{Author, Exchange, ParticipantList, Question, Timestamp};
use serde::{Deserialize, Serialize};
use traffic::room::Room;

/// A request of the leader of a room, or a timer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomRequest {
    /// Read the list of participants and the number of guesses, and reply with [`RoomReport::People`].
    ListPeople,
    /// Remove a participant, and reply with [`RoomReport::Removed`].
    Remove(Author),
    /// Undo a removal, and reply with [`RoomReport::Readmitted`].
    Readmit(Author),
    /// Save the session in a new folder, and reply with [`RoomReport::SessionSaved`].
    SaveSession(Box<ScreenRecord>),
    /// Tell the time after this long, with [`RoomReport::Time`].
    TellTime {
        /// The generation of the timer: the reply to an earlier one is ignored.
        turn: u64,
        /// The time to wait.
        after: Duration,
    },
}

/// The part of a session that the leader's screen knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScreenRecord {
    /// The people and the counters.
    pub room: Room,
    /// The exchanges, in the order of their numbers.
    pub exchanges: Vec<Exchange>,
    /// The questions, oldest first.
    pub questions: Vec<Question>,
}

/// A session that was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSession {
    /// The new folder.
    pub folder: PathBuf,
    /// How many exchanges are in it.
    pub exchanges: u64,
    /// How many earlier exchanges are not in it.
    pub missed: u64,
    /// The number of the newest exchange in it.
    pub newest: u64,
    /// How many other facts could not be read.
    pub gaps: u64,
}

/// The people in a room, as the server lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleReport {
    /// The participants.
    pub list: ParticipantList,
    /// How many guesses at tokens and codes the server has counted; `None` if that is not known.
    pub guesses: Option<u64>,
}

/// The reply to a [`RoomRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoomReport {
    /// The people in the room, or why they are not known.
    People(Result<PeopleReport, String>),
    /// A participant was removed, or why not.
    Removed {
        /// The name.
        name: Author,
        /// The people afterwards.
        people: Result<ParticipantList, String>,
    },
    /// A removal was undone, or why not.
    Readmitted {
        /// The name.
        name: Author,
        /// The people afterwards.
        people: Result<ParticipantList, String>,
    },
    /// The session was saved, or why not.
    SessionSaved(Result<SavedSession, String>),
    /// The time of this machine.
    Time {
        /// The generation of the timer.
        turn: u64,
        /// The time.
        now: Timestamp,
    },
}
