//! The reasons for which a file is not written.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// The reason for which a file was not written. The caller names the file in front of it.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The file is not what the writer expects: it may have content that the writer has never seen.
    #[error("it has changed since it was read")]
    Changed,
    /// The mode of the file does not allow this user to write it.
    #[error("it is read-only (mode {mode:04o}); 'chmod u+w' makes it writable")]
    ReadOnly {
        /// The mode, without the type of the file.
        mode: u32,
    },
    /// Another program holds a lock on the file, for longer than a write waits.
    #[error("another program has locked it; close it there and try again")]
    Locked,
    /// The file has to be written in place, and its content cannot be saved elsewhere first.
    #[error("no backup of it can be made in {}: {source}; make room there, or choose another file", .folder.display())]
    NoBackup {
        /// The folder that was tried last.
        folder: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// Writing in place failed, and the old content could not be put back.
    #[error("{source}; its content from before is whole in {}", .backup.display())]
    Torn {
        /// The backup.
        backup: PathBuf,
        /// The error of the write.
        source: io::Error,
    },
    /// The operating system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}
