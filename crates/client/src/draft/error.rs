//! The error of an operation on a draft.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::plain_cause;

/// The error when a draft cannot be written, read or removed.
#[derive(Debug, Error)]
#[error("the draft {} could not be {doing}: {}", .path.display(), plain_cause(.source))]
pub struct DraftError {
    path: PathBuf,
    doing: &'static str,
    source: io::Error,
}

impl DraftError {
    pub(super) fn new(path: &Path, doing: &'static str, source: io::Error) -> Self {
        Self { path: path.to_owned(), doing, source }
    }

    /// Returns the cause in plain words, such as `no space left`.
    #[must_use]
    pub fn cause(&self) -> String {
        plain_cause(&self.source)
    }

    /// Returns the file or the folder that could not be written, read or removed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}
