//! The requests of a room's leader to the server, and the reports that come back.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use client::Tagged;
use contract::{
    Author, DocumentId, EntityTag, Exchange, FaultSettings, ParticipantList, Question, RoomSettings, Timestamp,
};
use precondition::Policy;
use precondition::policy::{Dates, Etags, Judging};
use serde::{Deserialize, Serialize};
use traffic::room::Room;

use crate::seed::{SeedReport, SeedSource};

/// A mistake that a server can be told to make, or its absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mistake {
    /// The content of entity tags.
    Etags(Etags),
    /// Whether judging and writing are one step.
    Judging(Judging),
    /// How far dates are trusted.
    Dates(Dates),
}

impl Mistake {
    /// Returns the policy with this member.
    #[must_use]
    pub const fn applied_to(self, policy: Policy) -> Policy {
        match self {
            Self::Etags(etags) => Policy { etags, ..policy },
            Self::Judging(judging) => Policy { judging, ..policy },
            Self::Dates(dates) => Policy { dates, ..policy },
        }
    }

    /// Returns the name of the member.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Etags(_) => "tags",
            Self::Judging(_) => "judging",
            Self::Dates(_) => "dates",
        }
    }

    /// Returns the value, as the control interface writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Etags(etags) => etags.as_str(),
            Self::Judging(judging) => judging.as_str(),
            Self::Dates(dates) => dates.as_str(),
        }
    }

    /// Returns whether the server makes the mistake.
    #[must_use]
    pub fn is_made(self) -> bool {
        self.applied_to(Policy::default()) != Policy::default()
    }
}

/// The text with which a new round begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoundText {
    /// That of the document's first version: the round before began with it.
    First,
    /// That of its newest version.
    Newest,
}

/// A request of the leader of a room, or a timer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomRequest {
    /// Read the list of participants and the number of guesses, and reply with [`RoomReport::People`].
    ListPeople,
    /// Remove a participant, and reply with [`RoomReport::Removed`].
    Remove(Author),
    /// Undo a removal, and reply with [`RoomReport::Readmitted`].
    Readmit(Author),
    /// Read the settings of the room, and reply with [`RoomReport::Settings`].
    ReadSettings,
    /// Open a document for all, or none, and reply with [`RoomReport::OpenedForAll`].
    OpenForAll {
        /// The document.
        document: Option<DocumentId>,
        /// The tag of the settings that this replaces, as the leader saw them.
        ///
        /// With `None`, they are read first.
        over: Option<EntityTag>,
    },
    /// Save the session in a new folder, and reply with [`RoomReport::SessionSaved`].
    SaveSession(Box<ScreenRecord>),
    /// Read the faults that the server injects, and reply with [`RoomReport::Faults`].
    ///
    /// If several servers inject different ones, the reply is [`RoomReport::DifferentFaults`].
    ReadFaults,
    /// Change a member of the policy, and reply with [`RoomReport::MistakeSet`].
    SetMistake(Mistake),
    /// Copy a document into a new one, open that for all, and reply with [`RoomReport::RoundBegun`].
    BeginRound {
        /// The document.
        document: DocumentId,
        /// Which of its texts is copied.
        text: RoundText,
        /// The settings of the room that are replaced, as for [`RoomRequest::OpenForAll`].
        over: Option<EntityTag>,
    },
    /// Create documents, unless they exist, and reply with [`RoomReport::Seeded`].
    Seed(SeedSource),
    /// List a folder of this machine, and reply with [`RoomReport::FolderListed`].
    ListFolder(String),
    /// Tell the time after this long, with [`RoomReport::Time`].
    TellTime {
        /// The generation of the timer: the reply to an earlier one is ignored.
        turn: u64,
        /// The time to wait.
        after: Duration,
    },
}

/// The text files and the folders in a folder, in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FolderListing {
    /// The names of the files that are taken for text.
    pub files: Vec<String>,
    /// The names of the folders.
    pub folders: Vec<String>,
}

/// The part of a session that the leader's screen knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScreenRecord {
    /// The people and the counters.
    pub room: Room,
    /// The exchanges, in the order of their numbers.
    pub exchanges: Vec<Arc<Exchange>>,
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

/// Why a document was not opened for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum OpenForAllFailure {
    /// Another leader has changed the settings meanwhile (412); the settings as they are now.
    Overtaken(Tagged<RoomSettings>),
    /// Anything else, in words.
    Failed(String),
}

/// A round that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BegunRound {
    /// The new document.
    pub document: DocumentId,
    /// The settings that open it for all, or why they were not set.
    pub opened: Result<Tagged<RoomSettings>, OpenForAllFailure>,
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
    /// The settings of the room, or why they are not known.
    Settings(Result<Tagged<RoomSettings>, String>),
    /// The settings of the room after a change, or why they were not changed.
    OpenedForAll(Result<Tagged<RoomSettings>, OpenForAllFailure>),
    /// The session was saved, or why not.
    SessionSaved(Result<SavedSession, String>),
    /// The faults that the server injects, or `None` if they could not be read.
    Faults(Option<FaultSettings>),
    /// Several servers inject different faults: the longest delay, and all responses that are to be lost.
    DifferentFaults(FaultSettings),
    /// One of several servers can no longer be followed, or can be again.
    ServerFollowed {
        /// The server, as exchanges name it.
        server: String,
        /// Whether its record is followed.
        is_followed: bool,
    },
    /// A member of the policy was changed, or why not.
    MistakeSet {
        /// The member.
        mistake: Mistake,
        /// The policy afterwards.
        set: Result<Policy, String>,
    },
    /// A document was copied for a new round, or why not.
    RoundBegun {
        /// The document.
        document: DocumentId,
        /// The new document.
        copy: Result<BegunRound, String>,
    },
    /// The outcomes of seed documents, or why none was sent.
    Seeded(Result<SeedReport, String>),
    /// The files and folders in a folder, or why they are not known.
    FolderListed {
        /// The folder, as it was typed; empty for the working folder.
        folder: String,
        /// Its files and folders.
        listed: Result<FolderListing, String>,
    },
    /// The time of this machine.
    Time {
        /// The generation of the timer.
        turn: u64,
        /// The time.
        now: Timestamp,
    },
}
