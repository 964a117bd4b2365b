//! What can go wrong with a store, apart from a refusal, which is an answer and no error.

use std::path::PathBuf;

use contract::DocumentId;
use thiserror::Error;

/// Why a store could not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// There is no room left for another version. Nothing was written, and reading goes on.
    #[error("the disk is full; nothing was written")]
    Full,
    /// A version is not what was written: its bytes and its hash differ.
    #[error("version {number} of {id} is damaged: its text and its hash differ")]
    Damaged {
        /// Which document.
        id: DocumentId,
        /// Which of its versions.
        number: u64,
    },
    /// A row holds what this program never writes there.
    #[error("the database holds what this program never wrote: {0}")]
    Unreadable(String),
    /// The store has been closed, or its writer has died.
    #[error("the store has stopped")]
    Stopped,
    /// The database said no, for a reason that is not ours.
    #[error("the database failed: {0}")]
    Database(String),
}

/// Why a store could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The path is a folder.
    #[error("{} is a folder; name a file in it", .0.display())]
    Folder(PathBuf),
    /// The folder that the file should be in is not there.
    #[error("there is no folder {}; make it, or choose another path", .0.display())]
    NoFolder(PathBuf),
    /// The file, or its folder, cannot be written to.
    #[error("{} cannot be written to; check its permissions and those of its folder", .0.display())]
    Unwritable(PathBuf),
    /// The file is something else than a SQLite database.
    #[error("{} is no database; choose another path", .0.display())]
    NoDatabase(PathBuf),
    /// The file is a SQLite database, and somebody else's.
    #[error("{} is a database of another program; choose another path", .0.display())]
    Foreign(PathBuf),
    /// The file was written by a newer program.
    #[error(
        "{} has schema {found}, and this program knows schemas up to {known}; use the newer program that wrote it",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema that it has.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// The database said no.
    #[error("{} could not be opened: {reason}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What it said.
        reason: String,
    },
}
