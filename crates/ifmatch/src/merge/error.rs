//! Why there is no result of a merge.

use std::io;
use std::path::PathBuf;

use files::WriteError;
use thiserror::Error;

use super::git::GitError;

/// Why there is no result.
#[derive(Debug, Error)]
pub(super) enum MergeError {
    #[error("{} cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} holds a NUL byte and is taken for no text; take one of the two files as a whole", _0.display())]
    Binary(PathBuf),
    #[error("{} is larger than a gigabyte; take one of the two files as a whole", _0.display())]
    Large(PathBuf),
    #[error("{} is not UTF-8, and the view shows nothing else; -p prints what can be merged", _0.display())]
    Encoding(PathBuf),
    #[error("-L stands there more than three times: once for MINE, BASE and THEIRS each, in this order")]
    Labels,
    #[error("{} cannot be written: {source}; -p prints the result", path.display())]
    Write { path: PathBuf, source: WriteError },
    #[error("{} changes all the time: {attempts} merges in a row were out of date; -p prints one of them", path.display())]
    Restless { path: PathBuf, attempts: usize },
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{0}; -p prints the result")]
    Unwritten(String),
    #[error("--plain goes with --view, which then goes line by line; -p prints the result")]
    Plain,
    #[error("the result cannot be printed: {0}")]
    Print(io::Error),
}

impl MergeError {
    /// Whether one of the files is none that can be merged line by line.
    pub(super) const fn is_about_a_text(&self) -> bool {
        matches!(self, Self::Binary(_) | Self::Large(_))
    }
}
