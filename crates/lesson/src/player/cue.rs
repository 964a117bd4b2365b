//! What goes out of the player and what comes in: scenes of cues, and observations.

use contract::{Author, Document, DocumentId, Exchange, Policy, Version};

use crate::run_log::{EditorView, LogEntry};
use crate::script::{EditorAction, HoldPoint, Quiz, ScriptedRequest};

/// One step, as cues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonScene {
    /// Its number: 0 for the opening, then the steps from 1.
    pub step: usize,
    /// The line for the screen.
    pub caption: String,
    /// What is to be done, in this order.
    pub cues: Vec<Cue>,
}

/// Something to be done by whoever plays the lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cue {
    /// The lesson's clock goes on by so many milliseconds.
    Tick(u64),
    /// Say this.
    Say(String),
    /// Ask this, and wait for the answer where there is somebody to answer.
    Ask(Quiz),
    /// Have somebody do something in their editor, and wait until the request that it leads to is answered or held.
    Perform {
        /// Who.
        who: Author,
        /// What.
        deed: EditorAction,
    },
    /// Have somebody send this, every place filled in, and wait as above.
    Send {
        /// Who.
        who: Author,
        /// What.
        request: ScriptedRequest,
    },
    /// Have the instructor do something, and wait until it is done.
    Instruct(InstructorTask),
    /// Let the request of that person go on, and wait until it is answered.
    Release {
        /// Whose.
        who: Author,
        /// Whether the answer is to be lost, if it is a success.
        lost: bool,
    },
}

/// What the instructor of a lesson does by herself, outside of the recorded traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstructorTask {
    /// Hold requests there from now on, and nowhere else.
    Hold(HoldPoint),
    /// Release a held request.
    Release {
        /// The author of the request.
        who: Author,
        /// The number under which the gate holds it, or `None` if it waits at the write gate.
        gate: Option<u64>,
        /// Whether its response is to be lost, if it is a success.
        lost: bool,
    },
    /// Set the server's policy.
    SetPolicy(Policy),
    /// Have the server lose the next responses.
    Lose(u32),
    /// Look at a document and its history.
    Look(DocumentId),
}

/// Something that was seen while cues were carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation {
    /// A request departed.
    Departed(Box<Exchange>),
    /// A request is held.
    Held {
        /// Whose.
        who: Author,
        /// Whether it was judged already.
        judged: bool,
    },
    /// A request that was held goes on.
    Released(Author),
    /// A request was answered, or will never be.
    Ended(Box<Exchange>),
    /// How somebody's editor stands now.
    Editor {
        /// Whose.
        who: Author,
        /// How.
        view: EditorView,
    },
    /// What a document is now.
    Document {
        /// Which.
        id: DocumentId,
        /// Its current state; none where it is gone, or never was.
        document: Option<Document>,
        /// Its versions, oldest first.
        versions: Vec<Version>,
    },
    /// What somebody was to do is off.
    Off {
        /// Who.
        who: Author,
        /// Why.
        why: String,
    },
}

/// Returns whether a cue only talks or looks, so that it takes no time of the lesson's clock.
pub(super) fn takes_no_time(cue: &Cue) -> bool {
    match cue {
        Cue::Say(_) | Cue::Ask(_) | Cue::Instruct(InstructorTask::Look(_)) => true,
        Cue::Instruct(
            InstructorTask::Hold(_)
            | InstructorTask::Release { .. }
            | InstructorTask::SetPolicy(_)
            | InstructorTask::Lose(_),
        )
        | Cue::Tick(_)
        | Cue::Release { .. }
        | Cue::Perform { .. }
        | Cue::Send { .. } => false,
    }
}

/// Returns the entry of the run log for a cue, or `None` if the log gets what comes of it.
pub(super) fn log_entry_for(cue: &Cue) -> Option<LogEntry> {
    match cue {
        Cue::Say(text) => Some(LogEntry::Said { text: text.clone() }),
        Cue::Ask(question) => Some(LogEntry::Asked { question: question.clone() }),
        Cue::Instruct(InstructorTask::Hold(stop)) => {
            let word = HoldPoint::ALL.iter().find(|(one, _)| one == stop).map_or("", |(_, word)| word);
            Some(LogEntry::Set { what: format!("gate: hold = {word}") })
        }
        Cue::Instruct(InstructorTask::Lose(count)) => {
            Some(LogEntry::Set { what: format!("faults: loseResponses = {count}") })
        }
        Cue::Instruct(InstructorTask::SetPolicy(_) | InstructorTask::Release { .. } | InstructorTask::Look(_))
        | Cue::Tick(_)
        | Cue::Release { .. }
        | Cue::Perform { .. }
        | Cue::Send { .. } => None,
    }
}
