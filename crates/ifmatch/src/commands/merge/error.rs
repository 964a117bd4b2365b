//! The error when `ifmatch merge` has no result, and the exit code that git gets for it.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::PathBuf;

use files::WriteError;
use thiserror::Error;

use super::args::MergeArgs;
use super::git::GitError;
use crate::exit::Exit;
use crate::session::SessionFailure;

/// The error when `ifmatch merge` has no result.
#[derive(Debug, Error)]
pub(crate) enum MergeError {
    #[error("{} cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} has a NUL byte, so it is not text; take one of the two files as a whole", _0.display())]
    Binary(PathBuf),
    #[error("{} is larger than a gigabyte; take one of the two files as a whole", _0.display())]
    Large(PathBuf),
    #[error("{} is not UTF-8, which the view requires; -p prints the merge", _0.display())]
    Encoding(PathBuf),
    #[error("-L is given more than three times; give it once for each of MINE, BASE and THEIRS, in this order")]
    Labels,
    #[error("{} cannot be written: {source}; -p prints the result", path.display())]
    Write { path: PathBuf, source: WriteError },
    #[error("{} keeps changing: {attempts} merges in a row were out of date; -p prints one of them", path.display())]
    Restless { path: PathBuf, attempts: usize },
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{0}; -p prints the result")]
    Unwritten(String),
    #[error("--plain requires --view, which it makes work line by line; -p prints the result")]
    Plain,
    #[error("the result cannot be printed: {0}")]
    Print(io::Error),
    /// The merge view failed.
    #[error(transparent)]
    Session(#[from] SessionFailure),
}

/// A merge without a result, as the command line wants it reported.
#[derive(Debug)]
pub(crate) struct MergeFailure {
    error: MergeError,
    /// Git's name of the file: its copies have other names.
    path_name: Option<OsString>,
    is_quiet: bool,
    /// Whether git calls this as a merge driver.
    is_driver: bool,
}

impl MergeFailure {
    pub(super) fn new(error: MergeError, arguments: &MergeArgs) -> Self {
        let path_name = arguments.path_name.clone();
        Self { error, path_name, is_quiet: arguments.quiet, is_driver: arguments.is_driver() }
    }

    /// Whether nothing is printed. That the merge view failed is always printed.
    pub(crate) fn is_quiet(&self) -> bool {
        self.is_quiet && !matches!(self.error, MergeError::Session(_))
    }

    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match &self.error {
            MergeError::Session(failure) => failure.exit(),
            // If a driver ends with more than 128, git takes it for broken, and merges no other file either. With 1,
            // this file is in conflict, and mine stays.
            MergeError::Binary(_) | MergeError::Large(_) if self.is_driver => Exit::Conflicts(1),
            _ => Exit::MergeFailed,
        }
    }
}

impl fmt::Display for MergeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.path_name, &self.error) {
            (None, error) | (_, error @ MergeError::Session(_)) => error.fmt(f),
            (Some(name), error) => write!(f, "{}: {error}", name.display()),
        }
    }
}

impl std::error::Error for MergeFailure {}
