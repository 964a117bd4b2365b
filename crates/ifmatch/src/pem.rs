//! Files of certificates and keys, in PEM, that options name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A file of certificates or keys cannot be read.
#[derive(Debug, Error)]
#[error("{} cannot be read: {source}; {option} names the file of {content}, in PEM", path.display())]
pub(crate) struct PemError {
    option: &'static str,
    content: &'static str,
    path: PathBuf,
    source: io::Error,
}

/// Reads the file that `option` names; `content` says what it should contain.
pub(crate) fn read(path: &Path, option: &'static str, content: &'static str) -> Result<Vec<u8>, PemError> {
    fs::read(path).map_err(|source| PemError { option, content, path: path.to_owned(), source })
}
