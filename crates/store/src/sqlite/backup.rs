//! Copies a store's file, also while a server writes to it.
//!
//! `VACUUM INTO` copies in one read transaction: the writer goes on, and the copy is the store at one moment. SQLite's
//! other way, the backup API, begins again with each write of another process, so a busy store would never be copied.
//!
//! The copy gets its name when it is complete and on the disk. Until then it is a file beside that name, which only its
//! owner can read.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};
use thiserror::Error;

use super::error::SqliteOpenError;
use super::lock::with_suffix;
use super::read_only;

/// The reason why a store could not be copied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BackupError {
    /// The store cannot be read, or the path of the copy cannot be that of a file.
    #[error(transparent)]
    Open(#[from] SqliteOpenError),
    /// The file is empty.
    #[error("{} has no documents yet, so there is nothing to copy", .0.display())]
    Empty(PathBuf),
    /// There is a file at the path of the copy.
    #[error("{} exists; choose another name, or pass --overwrite", .0.display())]
    Exists(PathBuf),
    /// The copy would replace the store.
    #[error("{} is the store itself; choose another name for the copy", .0.display())]
    Same(PathBuf),
    /// The log of another database is beside the path of the copy.
    #[error(
        "{} is the log of a database that is open or was not closed properly, and would damage {}; choose another name",
        log.display(),
        to.display()
    )]
    Log {
        /// The path of the copy.
        to: PathBuf,
        /// The log.
        log: PathBuf,
    },
    /// The name is not UTF-8, which SQLite needs.
    #[error("{} is not UTF-8; choose another name", .0.display())]
    Name(PathBuf),
    /// There is no room for the copy.
    #[error("the disk has no room for {}; free some space, or copy to another disk", .0.display())]
    Full(PathBuf),
    /// The copy cannot be written.
    #[error("{} cannot be written: {reason}", to.display())]
    Write {
        /// The path of the copy.
        to: PathBuf,
        /// The reason, in the words of the system.
        reason: String,
    },
}

/// The content of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupSummary {
    /// The documents that exist in the copy.
    pub documents: u64,
    /// The versions in the copy, those of deleted documents and deletes included.
    pub versions: u64,
    /// The size of the copy in bytes.
    pub bytes: u64,
}

/// Copies the store at `path` to a new file, or in place of an old one if `overwrite` is set.
///
/// # Errors
///
/// [`BackupError`] if the store cannot be read, or the copy cannot be written. Then `to` is as it was before.
pub fn backup(path: &Path, to: &Path, overwrite: bool) -> Result<BackupSummary, BackupError> {
    let real = read_only::real_path(path)?;
    check_destination(&real, to, overwrite)?;
    let failed = |error: io::Error| write_error(to, &error);
    let unfinished = PartialCopy::create(to).map_err(failed)?;
    read_only::read_consistently(path, |connection, schema| {
        if schema == 0 {
            return Err(BackupError::Empty(path.to_owned()));
        }
        unfinished.empty().map_err(failed)?;
        let name = unfinished.path.to_str().ok_or_else(|| BackupError::Name(to.to_owned()))?;
        connection.execute("VACUUM INTO ?1", [name]).map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => BackupError::Full(to.to_owned()),
            Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure) => {
                BackupError::Write { to: to.to_owned(), reason: error.to_string() }
            }
            _ => SqliteOpenError::from_sqlite_read(path, &error).into(),
        })?;
        Ok(())
    })?;
    let copied = summarize(&unfinished.path)?;
    unfinished.finish(to, overwrite)?;
    Ok(copied)
}

/// Refuses a path at which a copy would harm something.
fn check_destination(real: &Path, to: &Path, overwrite: bool) -> Result<(), BackupError> {
    if to.is_dir() {
        return Err(SqliteOpenError::Folder(to.to_owned()).into());
    }
    let folder = folder_of(to);
    if !folder.is_dir() {
        return Err(SqliteOpenError::NoFolder(folder.to_owned()).into());
    }
    // A rename replaces a link and not the file behind it, so the file behind the link must not be the store.
    if to.canonicalize().is_ok_and(|to| to == real) {
        return Err(BackupError::Same(to.to_owned()));
    }
    if !overwrite && to.symlink_metadata().is_ok() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    // A rename does not need the right to write the old file. The file behind a link stays, so its mode does not count.
    if !to.is_symlink() {
        read_only::refuse_read_only(to)?;
    }
    // SQLite would take the log of another database for the log of the copy, and damage the copy with it.
    for log in ["-wal", "-journal"].map(|suffix| with_suffix(to, suffix)) {
        if log.symlink_metadata().is_ok() {
            return Err(BackupError::Log { to: to.to_owned(), log });
        }
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns the content of a complete copy, which also shows that the copy can be opened.
fn summarize(copy: &Path) -> Result<BackupSummary, BackupError> {
    let failed = |error| BackupError::from(SqliteOpenError::from_sqlite_read(copy, &error));
    let connection = read_only::open(copy, true)?;
    let number = |connection: &Connection, sql| {
        let number: i64 = connection.query_row(sql, [], |row| row.get(0)).map_err(failed)?;
        Ok::<_, BackupError>(u64::try_from(number).unwrap_or(0))
    };
    Ok(BackupSummary {
        documents: number(&connection, "SELECT count(*) FROM document WHERE alive")?,
        versions: number(&connection, "SELECT count(*) FROM version")?,
        bytes: fs::metadata(copy).map_err(|error| write_error(copy, &error))?.len(),
    })
}

/// A copy that is not complete. Its file is removed unless it is finished.
struct PartialCopy {
    path: PathBuf,
}

impl PartialCopy {
    /// Creates an empty file beside `to` that only its owner can read.
    fn create(to: &Path) -> io::Result<Self> {
        let name = to.file_name().unwrap_or_default().to_string_lossy();
        for number in 0.. {
            let path = folder_of(to).join(format!(".{name}.{}-{number}.unfinished", std::process::id()));
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(_) => return Ok(Self { path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Empties the file, since SQLite writes into an empty file only.
    fn empty(&self) -> io::Result<()> {
        OpenOptions::new().write(true).open(&self.path)?.set_len(0)
    }

    /// Gives the copy its name, once it is on the disk.
    fn finish(self, to: &Path, overwrite: bool) -> Result<(), BackupError> {
        let failed = |error: io::Error| write_error(to, &error);
        OpenOptions::new().write(true).open(&self.path).and_then(|file| file.sync_all()).map_err(failed)?;
        if overwrite {
            fs::rename(&self.path, to).map_err(failed)?;
        } else {
            // A link never replaces a file that appeared meanwhile. Some file systems have no links.
            match fs::hard_link(&self.path, to) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists || to.symlink_metadata().is_ok() => {
                    return Err(BackupError::Exists(to.to_owned()));
                }
                Err(_) => fs::rename(&self.path, to).map_err(failed)?,
            }
        }
        // The copy keeps its one name: two would be two logs (see `lock`).
        drop(self);
        #[cfg(unix)]
        fs::File::open(folder_of(to)).and_then(|folder| folder.sync_all()).map_err(failed)?;
        Ok(())
    }
}

impl Drop for PartialCopy {
    fn drop(&mut self) {
        // After a rename there is nothing to remove.
        let _ = fs::remove_file(&self.path);
        let _ = fs::remove_file(with_suffix(&self.path, "-journal"));
    }
}

fn write_error(to: &Path, error: &io::Error) -> BackupError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => BackupError::Full(to.to_owned()),
        _ => BackupError::Write { to: to.to_owned(), reason: error.to_string() },
    }
}
