//! The record of a session: `--record`.

use std::fs::OpenOptions;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use lesson::Lesson;
use terminal::input::LineSource;
use thiserror::Error;
use tui::{RECORD_CONTENT, SessionRecorder};

use crate::exit::Exit;
use crate::output::stderr::print_message;

/// The option of the record.
#[derive(Debug, Args)]
pub(crate) struct RecordOptions {
    /// Record the session in this new file, for a bug report: everything that is typed is in it.
    ///
    /// `ifmatch --replay FILE` shows what was on the screen. The texts of open documents are in the file too. Tokens
    /// and codes are not.
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
}

/// The error when a session cannot be recorded.
#[derive(Debug, Error)]
pub(crate) enum RecordFileError {
    /// The file cannot be created.
    #[error("the record {} cannot be created: {source}", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A session line by line has no frames.
    #[error(
        "--record is for a session on a screen; line by line, `tee` keeps what goes in and out: tee in.txt | ifmatch \
         --plain | tee out.txt"
    )]
    Plain,
}

impl RecordFileError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Create { .. } => Exit::Machine,
            Self::Plain => Exit::Usage,
        }
    }
}

impl RecordOptions {
    /// Begins the record if one is wanted. `lines` is the source of lines if the session has no screen.
    pub(crate) fn begin(
        &self,
        lessons: &[Arc<Lesson>],
        lines: Option<LineSource>,
    ) -> Result<Option<SessionRecorder>, RecordFileError> {
        let Some(path) = &self.record else { return Ok(None) };
        if lines.is_some() {
            return Err(RecordFileError::Plain);
        }
        let mut options = OpenOptions::new();
        // A record never replaces a file. It has everything that is typed, so it is private to its owner.
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let begun = options.open(path).and_then(|file| SessionRecorder::new(Box::new(file), lessons));
        begun.map(Some).map_err(|source| RecordFileError::Create { path: path.clone(), source })
    }

    /// Reports the record at the end of the session.
    pub(crate) fn report(&self, recorder: Option<&SessionRecorder>) {
        let (Some(path), Some(recorder)) = (&self.record, recorder) else { return };
        match recorder.failure() {
            None => print_message(format_args!(
                "the session is recorded in {path}; `ifmatch --replay {path}` shows it. {RECORD_CONTENT}",
                path = path.display()
            )),
            Some(why) => print_message(format_args!("the record {} ends early: {why}", path.display())),
        }
    }
}
