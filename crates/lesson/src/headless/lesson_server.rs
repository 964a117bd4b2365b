//! The server of a lesson, and the errors of a run.

use std::time::Duration;

use client::{ClientError, RawRequestError};
use contract::{Author, DocumentId, NameError};
use editor::ResponseOutcome;
use thiserror::Error;
use tokio::task::JoinError;

use crate::clock::LessonClock;
use crate::write_gate::WriteGate;

/// The longest time that a cue may take.
///
/// No lesson comes near it: reaching it is a bug in the program, which should be reported rather than waited for.
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// A fresh server for one run of a lesson: it is empty, and has no other clients.
#[derive(Debug, Clone)]
pub struct LessonServer {
    /// The server's address, such as `http://127.0.0.1:40123`.
    pub server: String,
    /// The server's clock.
    pub clock: LessonClock,
    /// The gate between evaluation and write, for a policy under which these are two steps.
    pub write_gate: WriteGate,
}

/// The reason why a run could not continue. A false claim is not an error.
#[derive(Debug, Error)]
pub enum PlayError {
    /// The server cannot be reached, or refused a request of the leader.
    #[error("the lesson's server: {0}")]
    Client(#[from] ClientError),
    /// A name is not allowed by the contract.
    #[error("{0}")]
    Name(#[from] NameError),
    /// The server refused a document of the lesson.
    #[error("the document '{0}' cannot be created: the server answered {1:?}")]
    NotCreated(DocumentId, Box<ResponseOutcome>),
    /// A scripted request cannot be sent.
    #[error("{0}")]
    Plain(#[from] RawRequestError),
    /// The lesson's proxy cannot be started.
    #[error("the lesson's proxy cannot be started: {0}")]
    Proxy(#[source] std::io::Error),
    /// The proxy is to be changed, but the lesson began without one.
    #[error("the lesson has no proxy")]
    NoProxy,
    /// The task of a request failed.
    #[error("the task of a request failed: {0}")]
    Task(#[from] JoinError),
    /// A cue is for a person who is not in the lesson.
    #[error("no one in the lesson is called '{0}'")]
    UnknownPerson(Author),
    /// Too many requests of simulated writers had no response.
    #[error("{0} requests of simulated writers had no response; is the server still running?")]
    SwarmUnanswered(usize),
    /// A request was neither answered nor held for a minute.
    #[error("nothing has happened for {} s: a request is neither answered nor held", REQUEST_TIMEOUT.as_secs())]
    Stuck,
}
