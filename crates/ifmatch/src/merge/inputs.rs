//! The three texts of a merge: files, or objects of a git repository.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::MergeArgs;
use super::error::MergeError;
use super::git;

/// The most bytes of one text; git refuses larger ones, too.
pub(super) const MAX_BYTES: u64 = 1023 * 1024 * 1024;

/// The length of the beginning of a text in which a NUL byte says that it is no text, as for git.
const PROBED_BYTES: usize = 8000;

impl MergeArgs {
    /// Returns the names of mine, base and theirs, in this order.
    pub(super) fn names(&self) -> [&OsString; 3] {
        [&self.mine, &self.base, &self.theirs]
    }

    /// Reads mine, base and theirs, in this order.
    pub(super) fn texts(&self) -> Result<[Vec<u8>; 3], MergeError> {
        if self.object_id {
            let [mine, base, theirs] = git::objects(self.names())?;
            return Ok([checked(&self.mine, mine)?, checked(&self.base, base)?, checked(&self.theirs, theirs)?]);
        }
        Ok([read(&self.mine)?, read(&self.base)?, read(&self.theirs)?])
    }
}

/// Returns the bytes of a file, if they are those of a text.
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
