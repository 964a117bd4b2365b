//! `ifmatch --replay`: the record of a session, shown again.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use terminal::theme::Theme;
use thiserror::Error;
use tui::{RecordError, SessionRecord, last_frame, run_replay};

use crate::catalog::Catalog;
use crate::exit::Exit;
use crate::options::DisplayOptions;
use crate::output::stdout;
use crate::session::{SessionFailure, exit_of};

/// The error when a record is not replayed.
#[derive(Debug, Error)]
pub(crate) enum ReplayError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is not a record that this program can replay.
    #[error("{} cannot be replayed: {source}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: RecordError,
    },
    /// Standard output takes nothing.
    #[error("standard output cannot be written to: {0}")]
    Output(io::Error),
    /// The session of the replay failed.
    #[error(transparent)]
    Session(#[from] SessionFailure),
}

impl ReplayError {
    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Read { .. } | Self::Output(_) => Exit::Machine,
            Self::Record { .. } => Exit::Usage,
            Self::Session(failure) => failure.exit(),
        }
    }
}

/// Shows a record on the terminal, or prints its last frame if there is none.
pub(super) async fn run(
    path: &Path,
    catalog: &Catalog,
    display: DisplayOptions,
    theme: Theme,
) -> Result<Exit, ReplayError> {
    let text = fs::read_to_string(path).map_err(|source| ReplayError::Read { path: path.to_owned(), source })?;
    let lessons = catalog.lessons();
    let record = SessionRecord::read(&text, &lessons);
    let record = record.map_err(|source| ReplayError::Record { path: path.to_owned(), source })?;
    let has_screen = io::stdin().is_terminal() && io::stdout().is_terminal();
    if display.is_plain() || !has_screen {
        stdout::print(last_frame(&record, &lessons, theme)).map_err(ReplayError::Output)?;
        return Ok(Exit::Success);
    }
    let ended = run_replay(&record, &lessons, theme).await.map_err(SessionFailure::from)?;
    Ok(exit_of(ended)?)
}
