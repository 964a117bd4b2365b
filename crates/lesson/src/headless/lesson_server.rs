//! The server that a lesson is played before, and what can go wrong with the play.

use std::time::Duration;

use client::{ClientError, RawRequestError};
use contract::{Author, DocumentId, NameError};
use editor::ResponseOutcome;
use thiserror::Error;
use tokio::task::JoinError;

use crate::clock::LessonClock;
use crate::write_gate::WriteGate;

/// The longest that anything in a lesson takes. It is no part of any lesson: whoever comes here has found a mistake in
/// the program, and should see it rather than wait.
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// A server for one run of a lesson. It is fresh: nothing is in it, and nobody else uses it.
#[derive(Debug, Clone)]
pub struct LessonServer {
    /// Where it is, such as `http://127.0.0.1:40123`.
    pub server: String,
    /// The clock that it goes by.
    pub clock: LessonClock,
    /// Where its store waits between judging and writing, when these are two steps.
    pub write_gate: WriteGate,
}

/// Why a lesson could not be played on. That a claim is false is no such thing.
#[derive(Debug, Error)]
pub enum PlayError {
    /// The server.
    #[error("the lesson's server: {0}")]
    Client(#[from] ClientError),
    /// A name that the contract does not allow.
    #[error("{0}")]
    Name(#[from] NameError),
    /// A document that the lesson begins with was refused.
    #[error("the document '{0}' cannot be laid out: the server answered {1:?}")]
    LaidOut(DocumentId, Box<ResponseOutcome>),
    /// A request that cannot be sent.
    #[error("{0}")]
    Plain(#[from] RawRequestError),
    /// A task broke down.
    #[error("a request broke down: {0}")]
    Task(#[from] JoinError),
    /// Somebody who is not in the lesson.
    #[error("nobody is called '{0}'")]
    Nobody(Author),
    /// Nothing happened for too long.
    #[error("nothing has happened for {} s: a request is neither answered nor held", REQUEST_TIMEOUT.as_secs())]
    Stuck,
}
