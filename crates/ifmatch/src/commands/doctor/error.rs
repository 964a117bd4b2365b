//! The error when a path is not examined.

use std::io;

use client::ClientError;
use doctor::ExaminationError;
use thiserror::Error;

use crate::exit::Exit;
use crate::options::ConnectionError;
use crate::session::login_remedy;

/// The error when a path is not examined, or the report is not printed.
#[derive(Debug, Error)]
pub(crate) enum DoctorCommandError {
    /// The options that name the server cannot be used.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// No ifmatch server is reached that accepts the client.
    #[error("{error}{remedy}", error = .0, remedy = remedy(.0))]
    Examination(#[from] ExaminationError),
    /// The system gives no random numbers.
    #[error("this machine gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// Standard output takes nothing.
    #[error("standard output cannot be written to: {0}")]
    Output(#[from] io::Error),
}

/// Returns the option to start again with, if the server wants to know who asks.
fn remedy(error: &ExaminationError) -> &'static str {
    match error {
        ExaminationError::Refused(problem) => login_remedy(&ClientError::Refused(problem.clone())),
        _ => "",
    }
}

impl DoctorCommandError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Connection(error) => error.exit(),
            Self::Examination(error) => match error {
                ExaminationError::Client(ClientError::Address(_)) => Exit::Usage,
                ExaminationError::Client(ClientError::Setup(_)) => Exit::Internal,
                ExaminationError::Refused(_) => Exit::Refused,
                _ => Exit::Unreachable,
            },
            Self::Random(_) | Self::Output(_) => Exit::Machine,
        }
    }
}
