//! Everything that the program may do to the world, as values.
//!
//! [`mod@crate::update`] returns them and touches nothing; the loop has them carried out, and what comes of it
//! comes back as an [`crate::Event`].

use std::path::PathBuf;
use std::time::Duration;

use client::DraftId;
use contract::{Author, DocumentId, Exchange};
use editor::{Draft, EditorRequest, RequestId};
use lesson::script::{HoldPoint, ScriptedRequest};
use precondition::Policy;
use precondition::policy::Preconditions;

use crate::gate::GateRequest;
use crate::ids::{DocumentKey, EditorIndex};

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Look for drafts of that document, and answer with [`crate::Event::Opened`], or, if there is a choice, with
    /// [`crate::Event::DraftsOffered`].
    Open {
        /// The seat of the editor.
        seat: EditorIndex,
        /// Which document.
        document: DocumentId,
    },
    /// Ask the server, and answer with [`crate::Event::Answered`].
    Ask {
        /// The seat of the client.
        seat: EditorIndex,
        /// Comes back with the answer.
        work: DocumentKey,
        /// Comes back with the answer.
        request: RequestId,
        /// About which document.
        document: DocumentId,
        /// What to ask.
        ask: EditorRequest,
    },
    /// Come back with [`crate::Event::Woke`] after that time.
    Wake {
        /// Comes back.
        work: DocumentKey,
        /// After how long.
        after: Duration,
    },
    /// Come back with [`crate::Event::Paused`] after a pause in which a person who types would look up.
    AwaitPause {
        /// Comes back.
        work: DocumentKey,
    },
    /// Do that with the drafts that were offered, and answer as to [`Effect::Open`].
    ChooseDraft {
        /// The seat of the editor.
        seat: EditorIndex,
        /// Of which document.
        document: DocumentId,
        /// What.
        choice: DraftChoice,
    },
    /// Keep what was typed for a document that is being opened, or nothing of it any more. It comes back as
    /// [`Effect::KeepDraft`] does, and no draft of an earlier run is touched by it.
    KeepEarlyDraft {
        /// The seat of the editor.
        seat: EditorIndex,
        /// For which document.
        document: DocumentId,
        /// Which of all that is wanted of this draft.
        generation: u64,
        /// What.
        draft: Option<Draft>,
    },
    /// Keep unsaved text where a crash does not reach it. What becomes of it comes back as
    /// [`crate::Event::DraftWritten`] or [`crate::Event::DraftFailed`], or is overtaken by the next.
    KeepDraft {
        /// The seat of the editor.
        seat: EditorIndex,
        /// Of which document.
        document: DocumentId,
        /// Which of all that is wanted of this draft.
        generation: u64,
        /// What.
        draft: Draft,
    },
    /// What was kept is not needed any more. It comes back as [`Effect::KeepDraft`] does.
    ForgetDraft {
        /// The seat of the editor.
        seat: EditorIndex,
        /// Of which document.
        document: DocumentId,
        /// Which of all that is wanted of this draft.
        generation: u64,
    },
    /// Keep a text as a new file, and answer with [`crate::Event::FileKept`].
    KeepFile {
        /// The name that the file gets, or one like it where there is such a file already; without an ending.
        name: String,
        /// What stands in it.
        text: String,
    },
    /// In a merge of files: write the result into a new file at that path, and answer with
    /// [`crate::Event::WrittenElsewhere`].
    WriteElsewhere {
        /// The path, as it was typed.
        path: PathBuf,
        /// The result.
        text: String,
    },
    /// Write a text into a new file at that path, and answer with [`crate::Event::FileKeptAs`].
    KeepFileAs {
        /// Comes back with the answer.
        work: DocumentKey,
        /// Which of the texts of that document; comes back, too.
        generation: u64,
        /// Where. A relative path begins at the folder for such files.
        path: PathBuf,
        /// What stands in it.
        text: String,
    },
    /// Send a text to the terminal for its clipboard, and answer with [`crate::Event::CopySent`].
    Copy {
        /// Comes back with the answer.
        work: DocumentKey,
        /// Which of the texts of that document; comes back, too.
        generation: u64,
        /// The text.
        text: String,
    },
    /// Ask for the list of documents, and answer with [`crate::Event::Listed`].
    List {
        /// The seat of the client.
        seat: EditorIndex,
    },
    /// Ask for the newest versions of a document, and answer with [`crate::Event::VersionsListed`].
    ListVersions {
        /// The seat of the client.
        seat: EditorIndex,
        /// Of which document.
        document: DocumentId,
    },
    /// Ask for the text of one version, and answer with [`crate::Event::VersionRead`].
    ReadVersion {
        /// The seat of the client.
        seat: EditorIndex,
        /// Of which document.
        document: DocumentId,
        /// Which version.
        number: u64,
    },
    /// Ask what the server insists on, and answer with [`crate::Event::PolicyRead`].
    ReadPolicy,
    /// Change what the server insists on, and answer with [`crate::Event::PolicySet`].
    SetPreconditions {
        /// The seat of the client.
        seat: EditorIndex,
        /// To what.
        preconditions: Preconditions,
    },
    /// Ask something of the server's gate, and answer with [`crate::Event::GateTold`].
    Gate(GateRequest),
    /// Follow the server's record of all exchanges, and tell it as [`crate::Event::Recorded`].
    FollowRecord,
    /// Send a request again as it was. What comes of it is seen on the wire, and no editor waits for it.
    SendAgain {
        /// The seat of the client.
        seat: EditorIndex,
        /// The request, and what became of it then.
        exchange: Box<Exchange>,
    },
    /// In plain mode: say these lines. Nothing in them steers a terminal.
    Print(Vec<String>),
    /// Move the lesson's clock on by so many milliseconds.
    AdvanceClock(u64),
    /// Have the lesson's leader do this, after whatever she does already, and answer with [`crate::Event::ErrandDone`].
    Instruct(InstructorTask),
    /// Send a request that a lesson spells out, and answer with [`crate::Event::Sent`].
    Send {
        /// Whose client, counted as the lesson's cast is.
        seat: EditorIndex,
        /// The person.
        who: Author,
        /// What.
        request: ScriptedRequest,
    },
    /// Come back with [`crate::Event::Paced`] after that time.
    ScheduleStep {
        /// Comes back.
        turn: u64,
        /// After how long.
        after: Duration,
    },
    /// Play the lesson under every policy, and answer with [`crate::Event::Compared`].
    Compare,
    /// Give the terminal back, stop the process, and take the terminal again when it goes on.
    Suspend,
    /// Take the terminal again, and draw the whole.
    RedrawAll,
}

impl Effect {
    /// Whether plain mode waits for the event that answers the effect.
    ///
    /// Exactly one event does, and [`crate::Event::is_awaited`] says so of it.
    pub(crate) const fn is_awaited(&self) -> bool {
        match self {
            Self::Open { .. }
            | Self::Ask { .. }
            | Self::ChooseDraft { .. }
            | Self::KeepFile { .. }
            | Self::KeepFileAs { .. }
            | Self::WriteElsewhere { .. }
            | Self::List { .. }
            | Self::ListVersions { .. }
            | Self::ReadVersion { .. }
            | Self::ReadPolicy
            | Self::SetPreconditions { .. }
            | Self::Gate(_)
            | Self::Compare => true,
            Self::Wake { .. }
            | Self::AwaitPause { .. }
            | Self::KeepEarlyDraft { .. }
            | Self::KeepDraft { .. }
            | Self::ForgetDraft { .. }
            | Self::Copy { .. }
            | Self::FollowRecord
            | Self::SendAgain { .. }
            | Self::Print(_)
            | Self::AdvanceClock(_)
            | Self::Instruct(_)
            | Self::Send { .. }
            | Self::ScheduleStep { .. }
            | Self::Suspend
            | Self::RedrawAll => false,
        }
    }
}

/// A choice among the drafts that are offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftChoice {
    /// That one is gone on with.
    Take(DraftId),
    /// That one is deleted.
    Discard(DraftId),
    /// None of them is gone on with. They stay, and are offered again the next time.
    Without,
}

/// A task of the leader of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstructorTask {
    /// Has requests stopped there.
    Hold(HoldPoint),
    /// Lets a request go on that was held.
    Release {
        /// The person.
        who: Author,
        /// The number under which the gate holds it; `None` if the write gate holds it.
        gate: Option<u64>,
        /// Whether its answer is to be lost, if it is a success.
        lost: bool,
    },
    /// Sets the server's policy.
    SetPolicy(Policy),
    /// Has the server lose the next answers.
    Lose(u32),
    /// Looks at a document and its history.
    Look(DocumentId),
}
