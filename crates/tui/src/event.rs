//! Everything that can happen, in one enum: it enters through one channel, in one order.
//!
//! Each variant says who sends it. An event is a fact about the past; what is to be done about it is decided in
//! [`mod@crate::update`], and nowhere else.

use std::path::PathBuf;
use std::time::Instant;

use client::{ClientError, FoundDraft};
use contract::{Author, DocumentEntry, DocumentId, EventKind, Exchange, GateSettings, Reason, Snapshot, Version};
use editor::{Draft, RequestId, ResponseOutcome};
use lesson::compare::ComparisonTable;
use lesson::player::Observation;
use precondition::Policy;
use terminal::event::TerminalEvent;

use crate::ids::{DocumentKey, EditorIndex};

/// Why the text of a version could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadFailure {
    /// The server has removed it to save space.
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

/// A line of plain mode, or that there are no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeardLine {
    /// A line, without its end.
    Line(String),
    /// There are no more lines.
    End,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// From the loop: the session begins.
    Begun,
    /// From the loop, in plain mode: it is the turn of a line that was heard.
    LineDue(HeardLine),
    /// From the terminal, standard input, the operating system, or a task.
    Terminal(TerminalEvent),

    /// From the drafts: a document may be opened, with the unsaved text of an earlier run if that is to be gone on
    /// with.
    Opened {
        /// The seat of the editor.
        seat: EditorIndex,
        /// Which document.
        document: DocumentId,
        /// What was kept of it.
        draft: Option<Draft>,
    },
    /// From the drafts: before a document is opened, the user has to say which of its drafts to go on with.
    DraftsOffered {
        /// The seat of the editor.
        seat: EditorIndex,
        /// Which document.
        document: DocumentId,
        /// The drafts, the newest first. There is at least one.
        offered: Vec<FoundDraft>,
        /// What went wrong with the choice before, if that is why they are offered again.
        trouble: Option<String>,
    },
    /// From the drafts: what was wanted of the draft of an open document is on the disk.
    DraftWritten {
        /// The seat of the editor.
        seat: EditorIndex,
        /// Of which document.
        document: DocumentId,
        /// Which of all that was wanted.
        generation: u64,
    },
    /// From the drafts: what was wanted of the draft of an open document is not on the disk. It is tried again.
    DraftFailed {
        /// The seat of the editor.
        seat: EditorIndex,
        /// Of which document.
        document: DocumentId,
        /// Which of all that was wanted.
        generation: u64,
        /// Why, in plain words.
        why: String,
    },
    /// From the drafts: what there is to know about the drafts of earlier runs or of other editors, or what is wrong
    /// with them. All of them are still there.
    DraftNews(Result<String, String>),
    /// From a client: a request came to its end.
    Answered {
        /// The open document.
        work: DocumentKey,
        /// Which.
        request: RequestId,
        /// The result.
        outcome: ResponseOutcome,
        /// Until when a merge that it leads to may compare the texts; none for as long as that takes.
        merge_by: Option<Instant>,
    },
    /// From a client: a request has had no answer for that many seconds.
    Unanswered {
        /// The open document.
        work: DocumentKey,
        /// How long, in seconds.
        seconds: u64,
    },
    /// From a client: the server's first answer, if it came late, does not let the user in.
    NotLetIn,
    /// From a client: the documents that there are, or why they are not known.
    Listed(Result<Vec<DocumentEntry>, String>),
    /// From a client: the newest versions of a document, or why they are not known. Of a document that has never been
    /// there are none.
    VersionsListed {
        /// Of which document.
        document: DocumentId,
        /// The response.
        listed: Result<Vec<Version>, String>,
    },
    /// From a client: the text of one version, or why it is not known.
    VersionRead {
        /// Of which document.
        document: DocumentId,
        /// Which version.
        number: u64,
        /// The response.
        read: Result<Box<Snapshot>, ReadFailure>,
    },
    /// From a client: what the server insists on, or why that is not known.
    PolicyRead(Result<Policy, String>),
    /// From a client: what the server insists on is told to the leader, and not to this client.
    PolicyWithheld,
    /// From a client: what the server insists on after a change, or why the change did not go through.
    PolicySet(Result<Policy, String>),
    /// From the leader's client: what the gate holds, and who waits; or why that is not known.
    GateTold(Result<GateSettings, String>),
    /// From the leader's client: the gate is no longer as it was set from here. This answers nothing that was asked.
    GateChanged(GateSettings),
    /// From the leader's client: another client leads the gate.
    GateWithheld,
    /// From the wire: a request departed, was answered, or was lost. The same exchange comes again under its number.
    Exchanged(Box<Exchange>),

    /// From the server's record: an exchange is held at its gate, or ended. The number is the server's.
    Recorded(Box<Exchange>),
    /// From the server's record: from now on nothing is missed.
    RecordBegins,
    /// From the server's record: it broke off, and what came meanwhile is not known.
    RecordLost,

    /// From an event stream: a document changed.
    Heard {
        /// The seat of its editor.
        seat: EditorIndex,
        /// What happened.
        kind: EventKind,
        /// To what, by whom.
        event: contract::DocumentEvent,
    },
    /// From an event stream: it is there, for the first time or again.
    Connected {
        /// The seat of the editor.
        seat: EditorIndex,
    },
    /// From an event stream: it broke off.
    Disconnected {
        /// The seat of the editor.
        seat: EditorIndex,
    },
    /// From a timer: the time is over that an editor asked for.
    Woke {
        /// The open document.
        work: DocumentKey,
    },

    /// From a timer: the pause is over that was asked for when an open merge had become outdated by typing.
    Paused {
        /// The open document.
        work: DocumentKey,
        /// The deadline for comparing the texts; `None` for as long as that takes.
        merge_by: Option<Instant>,
    },

    /// From the lesson's leader: an errand is done, with what was seen; or it is known why not.
    ErrandDone(Result<Option<Observation>, String>),
    /// From a client: a request that a lesson spells out was answered or lost. What came of it is on the wire.
    Sent {
        /// The person.
        who: Author,
    },
    /// From the lesson's brake: a write was judged, and waits there before it is written.
    AtTheBrake {
        /// The person.
        who: Author,
    },
    /// From a timer: it is time for the next step of the lesson, unless something else happened meanwhile.
    Paced {
        /// Which rest of the lesson it was set for.
        turn: u64,
    },
    /// From the runner: a lesson under all policies, side by side; or why that could not be played.
    Compared(Result<ComparisonTable, String>),

    /// From the runner: a text was kept as that file, or it is known why not.
    FileKept(Result<PathBuf, String>),
    /// From the runner: in a merge of files, the result was written to another file than it was meant for, or it is
    /// known why not.
    WrittenElsewhere {
        /// What was written.
        text: String,
        /// Where, or why not.
        written: Result<PathBuf, String>,
    },
    /// From the runner: the text of a document was written into that file, or it is known why not.
    FileKeptAs {
        /// Of which document.
        work: DocumentKey,
        /// Which of its texts.
        generation: u64,
        /// The result.
        kept: Result<PathBuf, String>,
    },
    /// From the runner: the text of a document was sent to the terminal, or it is known why not.
    CopySent {
        /// Of which document.
        work: DocumentKey,
        /// Which of its texts.
        generation: u64,
        /// The result.
        sent: Result<(), String>,
    },
}

impl From<TerminalEvent> for Event {
    fn from(event: TerminalEvent) -> Self {
        Self::Terminal(event)
    }
}

impl Event {
    /// Whether plain mode waits for the event.
    ///
    /// It answers an effect of which [`crate::Effect::is_awaited`] says the same.
    pub(crate) const fn is_awaited(&self) -> bool {
        match self {
            Self::Opened { .. }
            | Self::DraftsOffered { .. }
            | Self::Answered { .. }
            | Self::Listed(_)
            | Self::VersionsListed { .. }
            | Self::VersionRead { .. }
            | Self::PolicyRead(_)
            | Self::PolicyWithheld
            | Self::PolicySet(_)
            | Self::GateTold(_)
            | Self::GateWithheld
            | Self::Compared(_)
            | Self::FileKept(_)
            | Self::FileKeptAs { .. }
            | Self::WrittenElsewhere { .. } => true,
            Self::Begun
            | Self::LineDue(_)
            | Self::Terminal(_)
            | Self::DraftWritten { .. }
            | Self::DraftFailed { .. }
            | Self::DraftNews(_)
            | Self::Unanswered { .. }
            | Self::NotLetIn
            | Self::GateChanged(_)
            | Self::Exchanged(_)
            | Self::Recorded(_)
            | Self::RecordBegins
            | Self::RecordLost
            | Self::Heard { .. }
            | Self::Connected { .. }
            | Self::Disconnected { .. }
            | Self::Woke { .. }
            | Self::Paused { .. }
            | Self::ErrandDone(_)
            | Self::Sent { .. }
            | Self::AtTheBrake { .. }
            | Self::Paced { .. }
            | Self::CopySent { .. } => false,
        }
    }

    /// Whether it is a line of plain mode, or the end of the lines.
    pub(crate) const fn is_said(&self) -> bool {
        matches!(self, Self::Terminal(TerminalEvent::Line(_) | TerminalEvent::LinesEnded))
    }

    /// Whether it comes from the person, or from the operating system in their name: what is meant for whatever is on
    /// the screen, whoever that is.
    pub(crate) const fn is_from_outside(&self) -> bool {
        matches!(self, Self::Terminal(event) if event.is_from_user())
    }
}
