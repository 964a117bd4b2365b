//! The inputs of a merge: three texts, from files or from a git repository, and their labels.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use files::SeenContent;

use super::args::MergeArgs;
use super::error::MergeError;
use super::git;

/// The most bytes of one text; git refuses larger ones, too.
const MAX_BYTES: u64 = 1023 * 1024 * 1024;

/// A file with a NUL byte among its first bytes is not a text; git looks at the same number of bytes.
const PROBED_BYTES: usize = 8000;

impl MergeArgs {
    /// Reads mine, base and theirs, in this order.
    pub(super) fn texts(&self) -> Result<[Vec<u8>; 3], MergeError> {
        if self.object_id {
            let [mine, base, theirs] = git::objects(self.names())?;
            return Ok([checked(&self.mine, mine)?, checked(&self.base, base)?, checked(&self.theirs, theirs)?]);
        }
        Ok([read(&self.mine)?, read(&self.base)?, read(&self.theirs)?])
    }

    /// Looks at the file that `--output` names, if it names one.
    pub(super) fn seen_output(&self) -> Result<Option<SeenContent>, MergeError> {
        let Some(output) = &self.outlet.output else { return Ok(None) };
        let seen = SeenContent::of(Path::new(output), MAX_BYTES);
        seen.map(Some).map_err(|source| MergeError::Read { path: output.into(), source })
    }

    /// Returns the labels of the three texts: those of `-L`, or the names of the files.
    pub(super) fn checked_labels(&self) -> Result<[&[u8]; 3], MergeError> {
        if self.labels.len() > 3 {
            return Err(MergeError::Labels);
        }
        let names = self.names();
        let label = |at: usize| self.labels.get(at).unwrap_or(names[at]).as_encoded_bytes();
        Ok([label(0), label(1), label(2)])
    }
}

/// Returns the bytes of a file, if it is a text.
pub(super) fn read(path: &OsStr) -> Result<Vec<u8>, MergeError> {
    match files::read(Path::new(path), MAX_BYTES) {
        Ok(bytes) => checked(path, bytes),
        Err(source) => Err(MergeError::Read { path: path.into(), source }),
    }
}

fn checked(name: &OsStr, bytes: Vec<u8>) -> Result<Vec<u8>, MergeError> {
    let name = || PathBuf::from(name);
    match &bytes {
        bytes if bytes.len() as u64 > MAX_BYTES => Err(MergeError::Large(name())),
        bytes if bytes.iter().take(PROBED_BYTES).any(|byte| *byte == 0) => Err(MergeError::Binary(name())),
        _ => Ok(bytes),
    }
}
