//! The output and the input of the player: scenes of cues, and observations.

use contract::{Author, Document, DocumentId, Exchange, Policy, Version};
use serde::{Deserialize, Serialize};

use crate::run_log::{EditorView, LevelSheet, LogEntry};
use crate::script::{EditorAction, HoldPoint, Level, Quiz, ScriptedRequest, SwarmTask, TransitChange};
use crate::swarm_result::SwarmResult;

/// One step of a lesson as cues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonScene {
    /// The number of the step, counted from 1; 0 for the opening.
    pub step: usize,
    /// The line for the screen.
    pub caption: String,
    /// The cues, to be carried out in this order.
    pub cues: Vec<Cue>,
}

/// An instruction to the program that plays the lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cue {
    /// Advance the lesson's clock by this many milliseconds.
    Tick(u64),
    /// Say this.
    Say(String),
    /// Ask this, and wait for the answer if there is someone to answer.
    Ask(Quiz),
    /// Give the learner the task of a level, and let them act until they reach the goal or skip the level.
    ///
    /// A program without a user passes over the level.
    YourTurn(Box<Level>),
    /// Perform an action in a person's editor, and wait until its request has a response or is held.
    Perform {
        /// The person.
        who: Author,
        /// The action.
        action: EditorAction,
    },
    /// Send a scripted request, and wait until it has a response or is held.
    Send {
        /// The author of the request.
        who: Author,
        /// The request, with its placeholders filled in.
        request: ScriptedRequest,
    },
    /// Have the leader perform a task, and wait until it is done.
    Instruct(InstructorTask),
    /// Release a person's request, and wait until it has a response.
    Release {
        /// The author of the request.
        who: Author,
        /// Whether a successful response is to be lost.
        lost: bool,
    },
}

/// A task of the lesson's leader, outside of the recorded traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstructorTask {
    /// Hold requests at this point from now on, and at no other.
    Hold(HoldPoint),
    /// Release a held request.
    Release {
        /// The author of the request.
        who: Author,
        /// The number under which the gate holds it, or `None` if it waits at the write gate.
        gate: Option<u64>,
        /// Whether a successful response is to be lost.
        lost: bool,
    },
    /// Set the server's policy.
    SetPolicy(Policy),
    /// Have the server lose this many of the next responses to successful writes.
    Lose(u32),
    /// Have the proxy rewrite tags like this from now on.
    SetProxy(TransitChange),
    /// Let simulated writers write, and report the result when they are done.
    Swarm(SwarmTask),
    /// Look at a document and its history.
    Look(DocumentId),
}

/// An observation made while cues are carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Observation {
    /// A request departed.
    Departed(Box<Exchange>),
    /// A request is held.
    Held {
        /// The author of the request.
        who: Author,
        /// Whether the server has already evaluated it.
        judged: bool,
    },
    /// The held request of this author was released.
    Released(Author),
    /// A request has a response, or will never have one.
    Ended(Box<Exchange>),
    /// The current state of an editor.
    Editor {
        /// The person.
        who: Author,
        /// The state.
        view: EditorView,
    },
    /// The current state of a document.
    Document {
        /// The document's id.
        id: DocumentId,
        /// The document, or `None` if it was deleted or has never existed.
        document: Option<Document>,
        /// The document's versions, oldest first.
        versions: Vec<Version>,
    },
    /// Simulated writers are done.
    Swarm(Box<SwarmResult>),
    /// A person could not perform an action.
    Off {
        /// The person.
        who: Author,
        /// The reason, in words.
        why: String,
    },
}

/// Returns whether a cue only talks or reads, so that the lesson's clock does not advance for it.
pub(super) fn takes_no_time(cue: &Cue) -> bool {
    match cue {
        Cue::Say(_) | Cue::Ask(_) | Cue::Instruct(InstructorTask::Look(_)) => true,
        Cue::Instruct(
            InstructorTask::Hold(_)
            | InstructorTask::Release { .. }
            | InstructorTask::SetPolicy(_)
            | InstructorTask::Lose(_)
            | InstructorTask::SetProxy(_)
            | InstructorTask::Swarm(_),
        )
        | Cue::Tick(_)
        // What the learner does is later than what the lesson did.
        | Cue::YourTurn(_)
        | Cue::Release { .. }
        | Cue::Perform { .. }
        | Cue::Send { .. } => false,
    }
}

/// Returns the run log's entry for a cue, or `None` if the log only has the observations that follow.
pub(super) fn log_entry_for(cue: &Cue) -> Option<LogEntry> {
    match cue {
        Cue::Say(text) => Some(LogEntry::Said { text: text.clone() }),
        Cue::Ask(question) => Some(LogEntry::Asked { question: question.clone() }),
        Cue::YourTurn(level) => Some(LogEntry::YourTurn(Box::new(LevelSheet::from(level.as_ref())))),
        Cue::Instruct(InstructorTask::Hold(stop)) => {
            let word = HoldPoint::ALL.iter().find(|(one, _)| one == stop).map_or("", |(_, word)| word);
            Some(LogEntry::Set { what: format!("gate: hold = {word}") })
        }
        Cue::Instruct(InstructorTask::Lose(count)) => {
            Some(LogEntry::Set { what: format!("faults: loseResponses = {count}") })
        }
        Cue::Instruct(InstructorTask::SetProxy(rewrite)) => {
            let word = TransitChange::ALL.iter().find(|(one, _)| one == rewrite).map_or("", |(_, word)| word);
            Some(LogEntry::Set { what: format!("proxy: {word}") })
        }
        Cue::Instruct(
            InstructorTask::SetPolicy(_)
            | InstructorTask::Release { .. }
            | InstructorTask::Look(_)
            | InstructorTask::Swarm(_),
        )
        | Cue::Tick(_)
        | Cue::Release { .. }
        | Cue::Perform { .. }
        | Cue::Send { .. } => None,
    }
}
