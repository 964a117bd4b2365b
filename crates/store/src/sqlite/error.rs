//! The errors of SQLite, and of opening its file.

use std::path::{Path, PathBuf};

use contract::DocumentId;
use rusqlite::ErrorCode;
use thiserror::Error;

use crate::error::StoreError;

/// The reason why a SQLite file could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SqliteOpenError {
    /// The path is a folder.
    #[error("{} is a folder; name a file in it", .0.display())]
    Folder(PathBuf),
    /// The folder of the file does not exist.
    #[error("there is no folder {}; create it, or choose another path", .0.display())]
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
    /// By its mode, the file cannot be written by any user.
    #[error("{} is read-only (mode {mode:04o}); 'chmod u+w' makes it writable", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// The mode of the file, without its type.
        mode: u32,
    },
    /// The file is not a SQLite database.
    #[error("{} is not a SQLite database; choose another path", .0.display())]
    NoDatabase(PathBuf),
    /// The file is the SQLite database of another program.
    #[error("{} is a database of another program; choose another path", .0.display())]
    Foreign(PathBuf),
    /// The file was written by a newer version of this program.
    #[error(
        "{} has schema {found}, and this program supports schemas up to {known}; use the newer program that wrote it",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of the file's schema.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// Another process has the file open.
    #[error(
        "another ifmatch{by} has {} open; use that server, stop it first, or choose another file with --store",
        path.display()
    )]
    Locked {
        /// The file.
        path: PathBuf,
        /// The process, if it is known: ` (process 4711)`; otherwise nothing.
        by: String,
    },
    /// The file has a second name (a hard link).
    #[error("{} has a second name (a hard link), and SQLite would not find its log under that name; remove one of the \
             names", .0.display())]
    HardLinked(PathBuf),
    /// The file is a mount point.
    #[error("{} is a mount point, so SQLite would not find its log beside it; mount its folder instead", .0.display())]
    MountedAlone(PathBuf),
    /// There is no room on the disk.
    #[error("the disk has no room for {}; free some space, and start again", .0.display())]
    Full(PathBuf),
    /// The file is a damaged database.
    #[error("{} is damaged ({reason}); restore it from a backup, or choose another file", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// The damage.
        reason: String,
    },
    /// SQLite or the system failed for another reason.
    #[error("{} could not be opened: {reason}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// The reason, in their words.
        reason: String,
    },
}

impl SqliteOpenError {
    /// Returns the error for a path at which SQLite failed.
    pub(super) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NoDatabase(path),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::Unwritable(path),
            Some(ErrorCode::DiskFull) => Self::Full(path),
            _ if is_without_room_for_index(error) => Self::Full(path),
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt { path, reason: error.to_string() },
            _ => Self::Database { path, reason: describe(error) },
        }
    }

    /// Returns the error for a path at which SQLite failed to read.
    pub(super) fn from_sqlite_read(path: &Path, error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
                Self::Unreadable(path.to_owned())
            }
            _ => Self::from_sqlite(path, error),
        }
    }

    /// Returns the error for a path at which the system failed.
    pub(super) fn from_io(path: &Path, error: &std::io::Error) -> Self {
        Self::Database { path: path.to_owned(), reason: error.to_string() }
    }
}

/// Returns whether SQLite could not extend the index of the log. It calls this an I/O error.
fn is_without_room_for_index(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}

/// Returns SQLite's message without the SQL that rusqlite adds to it.
fn describe(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

/// An error in an open file. Callers see it as a [`StoreError`].
#[derive(Debug, Error)]
pub(super) enum SqliteError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("the file was removed or replaced")]
    Replaced,
    #[error("version {number} of {id} is damaged")]
    Damaged { id: DocumentId, number: u64 },
}

impl From<SqliteError> for StoreError {
    fn from(error: SqliteError) -> Self {
        match error {
            SqliteError::Damaged { id, number } => Self::Damaged { id, number },
            SqliteError::Replaced => Self::Replaced,
            SqliteError::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => Self::Full,
            SqliteError::Sqlite(rusqlite::Error::InvalidColumnName(column)) => {
                Self::Unreadable(format!("in the column {column}"))
            }
            SqliteError::Sqlite(error) => Self::Database(error.to_string()),
        }
    }
}
