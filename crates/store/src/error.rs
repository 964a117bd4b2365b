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
    /// The file is not the one that was opened: it was removed, or another one is in its place. Reading goes on.
    #[error("the file of the store was removed or replaced; nothing is written")]
    Replaced,
    /// A version is not what was written: its bytes and its checksums differ.
    #[error("version {number} of {id} is damaged: its bytes and its checksums differ")]
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
    /// It is no path of a file, but the address of something else: its scheme.
    #[error(
        "this build keeps documents in SQLite only, and {}; name the path of a file, or memory:",
        if .0.starts_with("postgres") { "has no PostgreSQL".to_owned() } else { format!("knows no {}://", .0) }
    )]
    Scheme(String),
    /// The path is a folder.
    #[error("{} is a folder; name a file in it", .0.display())]
    Folder(PathBuf),
    /// The folder that the file should be in is not there.
    #[error("there is no folder {}; make it, or choose another path", .0.display())]
    NoFolder(PathBuf),
    /// There is no file at the path.
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    /// The file cannot be read.
    #[error("{} cannot be read; check its permissions and those of its folder", .0.display())]
    Unreadable(PathBuf),
    /// The file, or its folder, cannot be written to.
    #[error("{} cannot be written to; check its permissions and those of its folder", .0.display())]
    Unwritable(PathBuf),
    /// The mode of the file lets nobody write it.
    #[error("{} is read-only (mode {mode:04o}); 'chmod u+w' makes it writable", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// Its mode, without the type of the file.
        mode: u32,
    },
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
    /// Another process has the store.
    #[error(
        "another ifmatch{by} has {}; use that server, end it first, or choose another file with --store",
        path.display()
    )]
    Locked {
        /// The file.
        path: PathBuf,
        /// Which process, as far as it is known: ` (process 4711)`, or nothing.
        by: String,
    },
    /// The file has another name besides this one.
    #[error("{} has a second name (a hard link), by which its log would not be found; remove one", .0.display())]
    HardLinked(PathBuf),
    /// The file is a mount point.
    #[error("{} is mounted by itself, so its log would not be found beside it; mount its folder instead", .0.display())]
    MountedAlone(PathBuf),
    /// There is no room.
    #[error("there is no room on the disk for {}; make some, and start again", .0.display())]
    Full(PathBuf),
    /// The file is a damaged database.
    #[error("{} is damaged ({reason}); restore it from a backup, or choose another file", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
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

/// Why a store could not be copied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BackupError {
    /// The store cannot be read, or the path of the copy cannot be that of a file.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file is empty.
    #[error("{} has no documents yet, so there is nothing to copy", .0.display())]
    Empty(PathBuf),
    /// There is a file already.
    #[error("{} exists; choose another name, or pass --overwrite", .0.display())]
    Exists(PathBuf),
    /// The copy would replace the store.
    #[error("{} is the store itself; choose another name for the copy", .0.display())]
    Same(PathBuf),
    /// A log of SQLite is in the way.
    #[error(
        "{} is the log of a database that is open, or was not closed in order, and would damage {}; choose another name",
        log.display(),
        to.display()
    )]
    Log {
        /// The path of the copy.
        to: PathBuf,
        /// The log.
        log: PathBuf,
    },
    /// SQLite takes names in UTF-8 only.
    #[error("{} is not UTF-8; choose another name", .0.display())]
    Name(PathBuf),
    /// There is no room for the copy.
    #[error("there is no room on the disk for {}; make some, or copy to another disk", .0.display())]
    Full(PathBuf),
    /// The copy cannot be written.
    #[error("{} cannot be written: {reason}", to.display())]
    Write {
        /// The path of the copy.
        to: PathBuf,
        /// What the system said.
        reason: String,
    },
}
