//! The error when a lesson is not played to its end.

use std::io;
use std::path::PathBuf;

use files::WriteError;
use lesson::PlayError;
use lesson::matrix::MatrixError;
use thiserror::Error;

use crate::catalog::CatalogError;
use crate::exit::Exit;
use crate::lesson_server::LessonServerError;
use crate::session::SessionFailure;

/// The error when a lesson is not played to its end.
#[derive(Debug, Error)]
pub(crate) enum LessonError {
    /// There is no such lesson, or its file is not valid.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The ending of a file's name is not that of a format.
    #[error("{} does not end like a transcript; use {endings}, or name the format with --transcript", path.display())]
    Ending {
        /// The file that was named.
        path: PathBuf,
        /// The endings that there are.
        endings: String,
    },
    /// The folder of a transcript cannot be created.
    #[error("{} cannot be written: {source}", path.display())]
    Save {
        /// The file of the transcript.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A transcript cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file of the transcript.
        path: PathBuf,
        /// The reason.
        source: WriteError,
    },
    /// No lesson was named whose questions could be asked.
    #[error("--ask needs the name of a lesson; `ifmatch lesson --list` lists all lessons")]
    NothingToAsk,
    /// The progress cannot be read.
    #[error("{0}")]
    Progress(String),
    /// The progress cannot be removed.
    #[error("{} cannot be removed: {source}", path.display())]
    Forget {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Standard output takes nothing.
    #[error("standard output cannot be written: {0}")]
    Print(io::Error),
    /// The matrix cannot be written in this format.
    #[error("the matrix is written as text or as markdown")]
    MatrixFormat,
    /// A run of the matrix has no verdict.
    #[error("{anomaly} under {server}: {source}")]
    Matrix {
        /// The row.
        anomaly: String,
        /// The column.
        server: String,
        /// The reason.
        source: MatrixError,
    },
    /// The anomalies of the matrix cannot be read.
    #[error(transparent)]
    Anomalies(#[from] lesson::Diagnostics),
    /// There is no server to play before.
    #[error(transparent)]
    Server(#[from] LessonServerError),
    /// There is no such step.
    #[error("there is no step {step}; the last one is {last}")]
    NoStep {
        /// The step that was asked for.
        step: usize,
        /// The last step.
        last: usize,
    },
    /// The stage that is recorded failed.
    #[error(transparent)]
    Recording(#[from] tui::SessionError),
    /// The session with the user failed.
    #[error(transparent)]
    Session(#[from] SessionFailure),
    /// A step of the lesson cannot be carried out.
    #[error("the lesson cannot go on: {0}")]
    Play(#[from] PlayError),
}

impl LessonError {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Catalog(error) => error.exit(),
            Self::Ending { .. } | Self::NoStep { .. } | Self::NothingToAsk | Self::MatrixFormat => Exit::Usage,
            Self::Save { .. } | Self::Write { .. } | Self::Print(_) | Self::Progress(_) | Self::Forget { .. } => {
                Exit::Machine
            }
            Self::Server(error) => error.exit(),
            Self::Session(failure) => failure.exit(),
            Self::Recording(_) | Self::Play(_) | Self::Matrix { .. } | Self::Anomalies(_) => Exit::Internal,
        }
    }
}
