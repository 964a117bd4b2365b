//! Events: everything that can happen, in one enum, through one channel, in one order.
//!
//! Each variant names its sender. An event is a fact about the past; only `update` decides what to do about it.

use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use client::{ClientError, DocumentListing, EntryChange, FoundDraft};
use contract::{
    Author, Document, DocumentId, EventKind, Exchange, FaultSettings, GateSettings, Question, Reason, RoomSettings,
    Snapshot, Version,
};
use editor::{Draft, RequestId, ResponseOutcome};
use lesson::compare::ComparisonTable;
use lesson::player::Observation;
use precondition::Policy;
use serde::{Deserialize, Serialize};
use swarm::SwarmProgress;
use terminal::event::TerminalEvent;

use crate::ids::{DocumentKey, EditorIndex};
use crate::question_lead::LeadReport;
use crate::room_question::{AnswerFailure, SentAnswer};
use crate::room_request::RoomReport;

/// The reason why the text of a version could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadFailure {
    /// The server has removed the text to save space.
    Removed,
    /// The request failed, for this reason.
    Failed(String),
}

impl From<ClientError> for ReadFailure {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Refused(problem) if problem.reason == Some(Reason::TextRemoved) => Self::Removed,
            error => Self::Failed(error.to_string()),
        }
    }
}

/// A document as the server has it: its newest versions, and the text of the newest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentLook {
    /// The newest versions, newest first; empty if the document has never existed.
    pub versions: Vec<Version>,
    /// The current text, or `None` if the document does not exist now.
    pub text: Option<Document>,
    /// The text that the newest version replaced, or `None` if there is none.
    pub replaced: Option<Document>,
}

/// A line of plain mode, or the end of its input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeardLine {
    /// A line, without its line end.
    Line(String),
    /// There are no more lines.
    End,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Event {
    /// From the loop: the session begins.
    Begun,
    /// From the loop, in plain mode: it is the turn of an input line.
    LineDue(HeardLine),
    /// From the terminal, standard input, the operating system, or a task.
    Terminal(TerminalEvent),

    /// From the drafts: a document may be opened, with an earlier run's draft if one is continued.
    Opened {
        /// The seat of the editor.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The draft.
        #[serde(with = "client::optional_draft")]
        draft: Option<Draft>,
    },
    /// From the drafts: before a document is opened, the user must choose which of its drafts to continue.
    DraftsOffered {
        /// The seat of the editor.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The drafts, newest first. There is at least one.
        offered: Vec<FoundDraft>,
        /// The failure of the previous choice, if the drafts are offered again because of it.
        trouble: Option<String>,
    },
    /// From the drafts: the wanted state of an open document's draft is on the disk.
    DraftWritten {
        /// The seat of the editor.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The generation that was written.
        generation: u64,
    },
    /// From the drafts: the wanted state of an open document's draft could not be written. It is retried.
    DraftFailed {
        /// The seat of the editor.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The generation that failed.
        generation: u64,
        /// The reason, in plain words.
        why: String,
    },
    /// From the drafts: news about drafts of earlier runs or of other editors.
    ///
    /// `Err` is a problem with them. All of these drafts are still on the disk.
    DraftNews(Result<String, String>),
    /// From a client: a request has ended.
    Answered {
        /// The open document.
        work: DocumentKey,
        /// The request.
        request: RequestId,
        /// The result.
        outcome: ResponseOutcome,
        /// The deadline for comparing the texts of a merge that follows; `None` for no limit.
        #[serde(skip)]
        merge_by: Option<Instant>,
    },
    /// From a client: a read in the background has ended.
    Prefetched {
        /// The open document.
        work: DocumentKey,
        /// The request.
        request: RequestId,
        /// The result.
        outcome: ResponseOutcome,
    },
    /// From another thread: the lines of two texts were compared.
    LinesCompared {
        /// The open document.
        work: DocumentKey,
        /// The number of the comparison.
        comparison: u64,
        /// The hunks, each as its lines in the base and in the other text.
        hunks: Vec<(Range<usize>, Range<usize>)>,
    },
    /// From a client: a request still has no response.
    Unanswered {
        /// The open document.
        work: DocumentKey,
        /// The time since the request, in seconds.
        seconds: u64,
    },
    /// From a client: the server's first response, which came late, refuses the user access.
    NotLetIn,
    /// From a client: the list of documents, or why it is not known.
    Listed(Result<DocumentListing, String>),
    /// From a client: the change of an entry of the list of documents has a response, or got none.
    EntryAnswered {
        /// The seat of the client; 0 in a record that was made before events had it.
        #[serde(default)]
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The change.
        change: EntryChange,
        /// The result.
        outcome: ResponseOutcome,
    },
    /// From a client: the newest versions of a document, or why they are not known.
    ///
    /// A document that has never existed has none.
    VersionsListed {
        /// The document.
        document: DocumentId,
        /// The response.
        listed: Result<Vec<Version>, String>,
    },
    /// From a client: the text of a version, or why it is not known.
    VersionRead {
        /// The document.
        document: DocumentId,
        /// The number of the version.
        number: u64,
        /// The response.
        read: Result<Box<Snapshot>, ReadFailure>,
    },
    /// From a client: the response to the PUT that restores a version.
    VersionRestored {
        /// The seat of the client.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The number of the version.
        number: u64,
        /// The outcome.
        outcome: ResponseOutcome,
    },
    /// From the stage: a document as the server has it, or why it could not be read.
    ServerSeen {
        /// The document.
        document: DocumentId,
        /// The document as the server has it.
        look: Result<Box<DocumentLook>, String>,
    },
    /// From a client: the leader's question, or why it is not known.
    QuestionRead(Result<Option<Box<Question>>, String>),
    /// From an event stream: the leader's question has changed, or a participant has answered.
    QuestionHeard(Option<Box<Question>>),
    /// From an event stream: the settings of the room.
    RoomSettingsHeard(RoomSettings),
    /// From the room: news about the question that this program leads.
    ///
    /// It leads one on the stage or on a leader's screen.
    QuestionLed(LeadReport),
    /// From a client: my answer to the leader's question was counted, or not.
    QuestionAnswered {
        /// The answer.
        sent: SentAnswer,
        /// The result.
        result: Result<(), AnswerFailure>,
    },
    /// From a client: the server's policy, or why it is not known.
    PolicyRead(Result<Policy, String>),
    /// From a client: the server refuses to show this client its policy (403).
    PolicyWithheld,
    /// From a client: the server's policy after a change, or why the change failed.
    PolicySet(Result<Policy, String>),
    /// From the leader's client: the state of the gate and the waiting requests, or why they are not known.
    GateTold(Result<GateSettings, String>),
    /// From the leader's client: another client has changed the gate. This is not a reply to a request.
    GateChanged(GateSettings),
    /// From the leader's client: another client leads the gate.
    GateWithheld,
    /// From a client that does not lead: the paths of its own requests that wait at the gate.
    OwnRequestsHeld(Vec<String>),
    /// From the leader's client: the faults that the server injects now, or why they are not set.
    FaultsSet(Result<FaultSettings, String>),
    /// From the leader's client: the reply to a request of the leader of a room.
    Room(RoomReport),
    /// From the wire: a request was sent, answered or lost. All events of an exchange have its number.
    Exchanged(Box<Exchange>),

    /// From the server's record: an exchange is held at the gate, or has ended. The number is the server's.
    Recorded(Box<Exchange>),
    /// From the server's record: the stream is open, so no later exchange is missed.
    RecordBegins,
    /// From the server's record: the stream broke off, so exchanges may be missing.
    RecordLost,

    /// From an event stream: a document changed.
    Heard {
        /// The seat of its editor.
        seat: EditorIndex,
        /// The kind of change.
        kind: EventKind,
        /// The document and the author.
        event: contract::DocumentEvent,
    },
    /// From an event stream: the stream is open, for the first time or again.
    Connected {
        /// The seat of the editor.
        seat: EditorIndex,
    },
    /// From an event stream: the stream broke off.
    Disconnected {
        /// The seat of the editor.
        seat: EditorIndex,
    },
    /// From a timer: the time that an editor asked for has passed.
    Woke {
        /// The open document.
        work: DocumentKey,
    },

    /// From a timer: the time of [`crate::Effect::ShowFreshLines`] has passed.
    FreshLinesShown {
        /// The open document.
        work: DocumentKey,
        /// The number of the highlight.
        highlight: u64,
    },

    /// From a timer: the time of [`crate::Effect::ProtectFromEnter`] has passed.
    EnterUnprotected {
        /// The generation of the timer.
        turn: u64,
    },

    /// From a timer: the time of [`crate::Effect::AwaitListAge`] has passed.
    ListAged {
        /// The generation of the timer.
        turn: u64,
        /// The time that has really passed, also while the machine was suspended.
        waited: Duration,
    },

    /// From a timer: the pause of [`crate::Effect::AwaitPause`] has passed.
    Paused {
        /// The open document.
        work: DocumentKey,
        /// The deadline for comparing the texts; `None` for no limit.
        #[serde(skip)]
        merge_by: Option<Instant>,
    },

    /// From the lesson's instructor: the observation of a task that is done, if any, or why it failed.
    InstructorDone(Result<Option<Observation>, String>),
    /// From the lesson's instructor: how far simulated writers are.
    SwarmProgressed(Box<SwarmProgress>),
    /// From a client: a request that is written out in a lesson was answered or lost, as the wire shows.
    Sent {
        /// The person.
        who: Author,
    },
    /// From the lesson's server: a write was judged, and is held before it is written.
    AtWriteGate {
        /// The person.
        who: Author,
    },
    /// From a timer: the next step of the lesson is due, unless something else happened meanwhile.
    Paced {
        /// The generation of the timer: a timer set for an earlier pause is ignored.
        turn: u64,
    },
    /// From the host: a lesson under all policies, side by side, or why it could not be played.
    Compared(Result<ComparisonTable, String>),

    /// From the host: an achievement was kept, or why it was not.
    ProgressKept(Result<(), String>),
    /// From the host: the file in which a text was kept, or why it was not kept.
    FileKept(Result<PathBuf, String>),
    /// From the host: in a merge of files, the result was written to another path, or not.
    WrittenElsewhere {
        /// The text.
        text: String,
        /// The path, or why nothing was written.
        written: Result<PathBuf, String>,
    },
    /// From the host: the text of a document was written to a file, or not.
    FileKeptAs {
        /// The document.
        work: DocumentKey,
        /// The generation of its text.
        generation: u64,
        /// The result.
        kept: Result<PathBuf, String>,
    },
    /// From the host: the text of a document was sent to the terminal, or not.
    CopySent {
        /// The document.
        work: DocumentKey,
        /// The generation of its text.
        generation: u64,
        /// The result.
        sent: Result<(), String>,
    },
    /// From the host: a text that was copied was not sent to the terminal, and why.
    ClipboardNotFilled(String),
}

impl From<TerminalEvent> for Event {
    fn from(event: TerminalEvent) -> Self {
        Self::Terminal(event)
    }
}

impl Event {
    /// Returns whether plain mode waits for the event: whether it replies to an awaited effect.
    ///
    /// See [`crate::Effect::is_awaited`].
    pub(crate) const fn is_awaited(&self) -> bool {
        match self {
            Self::Opened { .. }
            | Self::DraftsOffered { .. }
            | Self::Answered { .. }
            | Self::Listed(_)
            | Self::EntryAnswered { .. }
            | Self::VersionsListed { .. }
            | Self::VersionRead { .. }
            | Self::QuestionAnswered { .. }
            | Self::VersionRestored { .. }
            | Self::PolicyRead(_)
            | Self::PolicyWithheld
            | Self::PolicySet(_)
            | Self::GateTold(_)
            | Self::GateWithheld
            | Self::OwnRequestsHeld(_)
            | Self::FaultsSet(_)
            | Self::Compared(_)
            | Self::ProgressKept(_)
            | Self::FileKept(_)
            | Self::FileKeptAs { .. }
            | Self::WrittenElsewhere { .. } => true,
            Self::Begun
            | Self::LineDue(_)
            | Self::Terminal(_)
            | Self::DraftWritten { .. }
            | Self::DraftFailed { .. }
            | Self::DraftNews(_)
            | Self::Prefetched { .. }
            | Self::LinesCompared { .. }
            | Self::Unanswered { .. }
            | Self::NotLetIn
            | Self::ServerSeen { .. }
            | Self::QuestionRead(_)
            | Self::QuestionLed(_)
            | Self::QuestionHeard(_)
            | Self::RoomSettingsHeard(_)
            | Self::GateChanged(_)
            | Self::Exchanged(_)
            | Self::Recorded(_)
            | Self::RecordBegins
            | Self::RecordLost
            | Self::Room(_)
            | Self::Heard { .. }
            | Self::Connected { .. }
            | Self::Disconnected { .. }
            | Self::Woke { .. }
            | Self::Paused { .. }
            | Self::ListAged { .. }
            | Self::EnterUnprotected { .. }
            | Self::FreshLinesShown { .. }
            | Self::InstructorDone(_)
            | Self::SwarmProgressed(_)
            | Self::Sent { .. }
            | Self::AtWriteGate { .. }
            | Self::Paced { .. }
            | Self::CopySent { .. }
            | Self::ClipboardNotFilled(_) => false,
        }
    }

    /// Returns whether the event is an input line of plain mode, or the end of these lines.
    pub(crate) const fn is_said(&self) -> bool {
        matches!(self, Self::Terminal(TerminalEvent::Line(_) | TerminalEvent::LinesEnded))
    }

    /// Returns whether the event comes from the user, or from the operating system on the user's behalf.
    ///
    /// Such an event is meant for whichever view is on the screen.
    pub(crate) const fn is_from_outside(&self) -> bool {
        matches!(self, Self::Terminal(event) if event.is_from_user())
    }
}
