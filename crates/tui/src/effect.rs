//! Effects: everything that the program may do to the outside world, as values.
//!
//! `update` returns effects and touches nothing. The loop has them executed, and their results come back as
//! [`crate::Event`]s.

use std::path::PathBuf;
use std::time::Duration;

use client::{DraftId, EntryChange};
use contract::{Author, Document, DocumentId, EntityTag, Exchange, FaultSettings};
use editor::{Draft, EditorRequest, Guard, LineComparison, RequestId};
use lesson::player::InstructorTask;
use lesson::script::ScriptedRequest;
use precondition::policy::Preconditions;
use traffic::room::Editing;

use crate::gate::GateRequest;
use crate::ids::{DocumentKey, EditorIndex};
use crate::progress::Achievement;
use crate::question_lead::LeadRequest;
use crate::room_question::SentAnswer;
use crate::room_request::RoomRequest;

/// An action on the outside world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Look for drafts of a document, and reply with [`crate::Event::Opened`].
    ///
    /// If there is a choice, the reply is [`crate::Event::DraftsOffered`].
    Open {
        /// The seat of the editor.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
    },
    /// Send a request to the server, and reply with [`crate::Event::Answered`].
    Ask {
        /// The seat of the client.
        seat: EditorIndex,
        /// Returned with the reply.
        work: DocumentKey,
        /// Returned with the reply.
        request: RequestId,
        /// The document.
        document: DocumentId,
        /// The request.
        ask: EditorRequest,
    },
    /// Send a read in the background after a pause, labelled as a prefetch.
    ///
    /// The reply is [`crate::Event::Prefetched`].
    Prefetch {
        /// The seat of the client.
        seat: EditorIndex,
        /// Returned with the reply.
        work: DocumentKey,
        /// Returned with the reply.
        request: RequestId,
        /// The document.
        document: DocumentId,
        /// The request.
        ask: EditorRequest,
    },
    /// Compare the lines of two texts on another thread, and reply with [`crate::Event::LinesCompared`].
    CompareLines {
        /// Returned with the reply.
        work: DocumentKey,
        /// Returned with the reply.
        comparison: u64,
        /// The texts.
        texts: LineComparison,
    },
    /// Reply with [`crate::Event::Woke`] after a time.
    Wake {
        /// Returned with the reply.
        work: DocumentKey,
        /// The time.
        after: Duration,
    },
    /// Reply with [`crate::Event::FreshLinesShown`] after a moment: the highlight of followed lines ends.
    ShowFreshLines {
        /// Returned with the reply.
        work: DocumentKey,
        /// Returned with the reply: the number of the highlight.
        highlight: u64,
    },
    /// Reply with [`crate::Event::EnterUnprotected`] after the time in which Enter is ignored.
    ProtectFromEnter {
        /// Returned with the reply.
        turn: u64,
    },
    /// Reply with [`crate::Event::ListAged`] when an age in the list of documents changes its words.
    AwaitListAge {
        /// Returned with the reply.
        turn: u64,
        /// The time.
        after: Duration,
    },
    /// Reply with [`crate::Event::Paused`] after a pause in typing.
    AwaitPause {
        /// Returned with the reply.
        work: DocumentKey,
    },
    /// Apply a choice to the drafts that were offered, and reply as for [`Effect::Open`].
    ChooseDraft {
        /// The seat of the editor.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The choice.
        choice: DraftChoice,
    },
    /// Keep what was typed for a document that is being opened, or stop keeping it.
    ///
    /// The reply is as for [`Effect::KeepDraft`]. No draft of an earlier run is touched.
    KeepEarlyDraft {
        /// The seat of the editor.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The generation of this draft: a later one replaces it.
        generation: u64,
        /// The draft, or `None` to keep nothing.
        draft: Option<Draft>,
    },
    /// Keep unsaved text so that it survives a crash.
    ///
    /// The reply is [`crate::Event::DraftWritten`] or [`crate::Event::DraftFailed`], unless a later generation replaces
    /// this one.
    KeepDraft {
        /// The seat of the editor.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The generation of this draft: a later one replaces it.
        generation: u64,
        /// The draft.
        draft: Draft,
    },
    /// Remove a draft that is no longer needed. The reply is as for [`Effect::KeepDraft`].
    ForgetDraft {
        /// The seat of the editor.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The generation of this draft: a later one replaces it.
        generation: u64,
    },
    /// Keep a text as a new file, and reply with [`crate::Event::FileKept`].
    KeepFile {
        /// The name of the file without its extension. If the file exists, a number is appended.
        name: String,
        /// The content.
        text: String,
    },
    /// In a merge of files: write the result to a new file at a path.
    ///
    /// The reply is [`crate::Event::WrittenElsewhere`].
    WriteElsewhere {
        /// The path, as typed.
        path: PathBuf,
        /// The result.
        text: String,
    },
    /// Write a text to a new file at a path, and reply with [`crate::Event::FileKeptAs`].
    KeepFileAs {
        /// Returned with the reply.
        work: DocumentKey,
        /// The generation of the document's text; returned, too.
        generation: u64,
        /// The path, which is relative to the folder for such files.
        path: PathBuf,
        /// The content.
        text: String,
    },
    /// Send a text to the terminal for its clipboard, and reply with [`crate::Event::CopySent`].
    Copy {
        /// Returned with the reply.
        work: DocumentKey,
        /// The generation of the document's text; returned, too.
        generation: u64,
        /// The text.
        text: String,
    },
    /// Send a text that was copied to the terminal for its clipboard, and do not wait for it.
    ///
    /// Only a failure is reported, with [`crate::Event::ClipboardNotFilled`].
    FillClipboard(String),
    /// Request the list of documents, and reply with [`crate::Event::Listed`].
    List {
        /// The seat of the client.
        seat: EditorIndex,
    },
    /// Change an entry of the list of documents, and reply with [`crate::Event::EntryAnswered`].
    ChangeEntry {
        /// The seat of the client.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The version that the list shows, and that is to be changed.
        etag: EntityTag,
        /// The change.
        change: EntryChange,
    },
    /// Request the newest versions of a document, and reply with [`crate::Event::VersionsListed`].
    ListVersions {
        /// The seat of the client.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
    },
    /// Request the text of a version, and reply with [`crate::Event::VersionRead`].
    ReadVersion {
        /// The seat of the client.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The number of the version.
        number: u64,
    },
    /// Restore a version: write its title, text and parent as a new version, with one conditional PUT.
    ///
    /// Reply with [`crate::Event::VersionRestored`].
    RestoreVersion {
        /// The seat of the client.
        seat: EditorIndex,
        /// The document.
        document: DocumentId,
        /// The number of the version.
        number: u64,
        /// The condition, which names the newest version that the user has seen.
        guard: Guard,
        /// The document of the version.
        text: Box<Document>,
    },
    /// Read a document as the server has it, and reply with [`crate::Event::ServerSeen`].
    ///
    /// The reads are not on the wire, and bypass the gate.
    LookAtServer {
        /// The document.
        document: DocumentId,
    },
    /// Say this of the editor in each further request, if the user allows it (`Ifmatch-Editing`).
    TellEditing(Option<Editing>),
    /// Read the leader's question to the room, and reply with [`crate::Event::QuestionRead`].
    ReadQuestion,
    /// Send my answer to the leader's question, and reply with [`crate::Event::QuestionAnswered`].
    ///
    /// A client that has not joined the room joins it first, under its author's name.
    AnswerQuestion(SentAnswer),
    /// Send a leader's request about the room's question, after those before it.
    ///
    /// The reply is [`crate::Event::QuestionLed`].
    LeadQuestion(LeadRequest),
    /// Request the server's policy, and reply with [`crate::Event::PolicyRead`].
    ReadPolicy,
    /// Set the server's policy on preconditions, and reply with [`crate::Event::PolicySet`].
    SetPreconditions {
        /// The seat of the client.
        seat: EditorIndex,
        /// The new policy.
        preconditions: Preconditions,
    },
    /// Send a request to the server's gate, and reply with [`crate::Event::GateTold`].
    Gate(GateRequest),
    /// Have the server inject these faults, and reply with [`crate::Event::FaultsSet`].
    SetFaults(FaultSettings),
    /// Follow the server's record of all exchanges, and report each as [`crate::Event::Recorded`].
    FollowRecord(RecordStart),
    /// Send a request again, unchanged. The result appears on the wire; no editor waits for it.
    SendAgain {
        /// The seat of the client.
        seat: EditorIndex,
        /// The earlier exchange.
        exchange: Box<Exchange>,
    },
    /// In plain mode: print these lines, which contain no control characters.
    Print(Vec<String>),
    /// Advance the lesson's clock by this many milliseconds.
    AdvanceClock(u64),
    /// Have the lesson's instructor perform a task, and reply with [`crate::Event::InstructorDone`].
    ///
    /// Tasks are performed in order.
    Instruct(InstructorTask),
    /// Send a request that is written out in a lesson, and reply with [`crate::Event::Sent`].
    Send {
        /// The seat of the client, in the order of [`lesson::Lesson::senders`].
        seat: EditorIndex,
        /// The person.
        who: Author,
        /// The request.
        request: ScriptedRequest,
    },
    /// Reply with [`crate::Event::Paced`] after a time.
    ScheduleStep {
        /// Returned with the reply.
        turn: u64,
        /// The time.
        after: Duration,
    },
    /// Send a request of the leader of a room, and reply with [`crate::Event::Room`].
    Room(RoomRequest),
    /// Play the lesson under every policy, and reply with [`crate::Event::Compared`].
    Compare,
    /// Keep an achievement of the user in a lesson, and reply with [`crate::Event::ProgressKept`].
    KeepProgress {
        /// The name of the lesson.
        lesson: String,
        /// The achievement.
        achievement: Achievement,
    },
    /// Restore the terminal, stop the process, and set the terminal up again when the process continues.
    Suspend,
    /// Set the terminal up again, and draw everything.
    RedrawAll,
    /// Switch on kitty's keyboard protocol, which the terminal has.
    UseKeyboardProtocol,
}

impl Effect {
    /// Returns the seat and the document of the draft that the effect changes, or `None`.
    pub(crate) const fn draft_subject(&self) -> Option<(EditorIndex, &DocumentId)> {
        if let Self::KeepEarlyDraft { seat, document, .. }
        | Self::KeepDraft { seat, document, .. }
        | Self::ForgetDraft { seat, document, .. } = self
        {
            Some((*seat, document))
        } else {
            None
        }
    }

    /// Returns whether plain mode waits for the event that replies to the effect.
    ///
    /// If so, there is exactly one such event, and its [`crate::Event::is_awaited`] returns true.
    pub(crate) const fn is_awaited(&self) -> bool {
        match self {
            Self::Open { .. }
            | Self::Ask { .. }
            | Self::ChooseDraft { .. }
            | Self::KeepFile { .. }
            | Self::KeepFileAs { .. }
            | Self::WriteElsewhere { .. }
            | Self::List { .. }
            | Self::ChangeEntry { .. }
            | Self::ListVersions { .. }
            | Self::ReadVersion { .. }
            | Self::RestoreVersion { .. }
            | Self::ReadPolicy
            | Self::SetPreconditions { .. }
            | Self::Gate(_)
            | Self::SetFaults(_)
            | Self::KeepProgress { .. }
            | Self::AnswerQuestion(_)
            | Self::Compare => true,
            Self::Prefetch { .. }
            | Self::CompareLines { .. }
            | Self::Wake { .. }
            | Self::AwaitPause { .. }
            | Self::AwaitListAge { .. }
            | Self::ProtectFromEnter { .. }
            | Self::ShowFreshLines { .. }
            | Self::KeepEarlyDraft { .. }
            | Self::KeepDraft { .. }
            | Self::ForgetDraft { .. }
            | Self::Copy { .. }
            | Self::LookAtServer { .. }
            | Self::TellEditing(_)
            | Self::ReadQuestion
            | Self::LeadQuestion(_)
            | Self::FollowRecord(_)
            | Self::Room(_)
            | Self::SendAgain { .. }
            | Self::FillClipboard(_)
            | Self::Print(_)
            | Self::AdvanceClock(_)
            | Self::Instruct(_)
            | Self::Send { .. }
            | Self::ScheduleStep { .. }
            | Self::Suspend
            | Self::RedrawAll
            | Self::UseKeyboardProtocol => false,
        }
    }
}

/// The exchange with which to begin in the server's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordStart {
    /// With what comes now.
    Now,
    /// With all exchanges that are still on record.
    Kept,
}

/// A choice among the drafts that are offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftChoice {
    /// Continue this draft.
    Take(DraftId),
    /// Delete this draft.
    Discard(DraftId),
    /// Continue none of them. They stay on the disk, and are offered again the next time.
    Without,
}
