//! Reads a store's file beside the server that has it open, and changes nothing.
//!
//! No lock of ours is taken (see `lock`), so a server keeps writing and another one may start. While a read transaction
//! of SQLite is open, it cannot shorten the write-ahead log.
//!
//! A store that was closed in order has no log, and SQLite would create one even for a reader, and leave it behind. So
//! such a file is opened as immutable, without a lock and without a log. If a server opened the file meanwhile, the
//! result is dropped, and the file is read again with the log.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, OpenFlags};

use super::error::SqliteOpenError;
use super::lock::{is_mounted_alone, with_suffix};
use super::migrations;

/// Calls `query` with a connection that can only read, and with the number of the schema.
///
/// The number is 0 for an empty file.
///
/// `query` may be called twice, and only what it returns the second time counts.
pub(super) fn read_consistently<T, E: From<SqliteOpenError>>(
    path: &Path,
    mut query: impl FnMut(&Connection, i64) -> Result<T, E>,
) -> Result<T, E> {
    let real = real_path(path)?;
    let before = FileFingerprint::of(&real);
    if !before.has_log {
        let value = open(&real, true)
            .and_then(|connection| Ok((migrations::check_schema_version(&connection, path)?, connection)));
        let value = value.map_err(E::from).and_then(|(number, connection)| query(&connection, number));
        if FileFingerprint::of(&real) == before {
            return value;
        }
    }
    let connection = open(&real, false)?;
    let number = migrations::check_schema_version(&connection, path)?;
    query(&connection, number)
}

/// Refuses a file that is not a store, or is read-only, before anything is changed.
///
/// Opening a database for writing does change it: SQLite rolls a journal back, moves a log into the database when it
/// closes, and `journal_mode` writes to the header. Opening refuses what reading alone does not show.
///
/// # Errors
///
/// [`SqliteOpenError`] if the file is a text, another program's database, a newer store, damaged or read-only.
pub(super) fn check_before_open(path: &Path) -> Result<(), SqliteOpenError> {
    let Ok(real) = path.canonicalize() else { return Ok(()) };
    if !real.is_file() {
        return Ok(());
    }
    let check = |immutable| {
        let connection = open(&real, immutable)?;
        // Another program may have locked the file; then opening it for writing shows what it is.
        connection.busy_timeout(Duration::ZERO).map_err(|error| SqliteOpenError::from_sqlite_read(path, &error))?;
        migrations::check_schema_version(&connection, path).map(drop)
    };
    let before = FileFingerprint::of(&real);
    let has_log = before.has_log;
    match check(true) {
        // The first pages of the database may be older than its log, but a table or an id that is not ours is not ours
        // in the log either.
        Err(error @ SqliteOpenError::Foreign(_)) => return Err(error),
        Err(error) if !has_log && is_about_content(&error) && FileFingerprint::of(&real) == before => {
            return Err(error);
        }
        _ if has_log => match check(false) {
            Err(error) if is_about_content(&error) => return Err(error),
            _ => {}
        },
        _ => {}
    }
    refuse_read_only(path)
}

/// Returns whether an error is about the file's content.
///
/// Other errors mean only that the file cannot be read at the moment.
fn is_about_content(error: &SqliteOpenError) -> bool {
    use SqliteOpenError::{Corrupt, Foreign, Newer, NoDatabase};
    matches!(error, NoDatabase(_) | Foreign(_) | Newer { .. } | Corrupt { .. })
}

/// Refuses a file whose mode lets no user write it. Root could write it, and is refused as well.
///
/// # Errors
///
/// [`SqliteOpenError::ReadOnly`]
pub(super) fn refuse_read_only(path: &Path) -> Result<(), SqliteOpenError> {
    #[cfg(unix)]
    let mode = |metadata: &fs::Metadata| std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777;
    #[cfg(not(unix))]
    let mode = |_: &fs::Metadata| 0o444;
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.permissions().readonly() => {
            Err(SqliteOpenError::ReadOnly { path: path.to_owned(), mode: mode(&metadata) })
        }
        _ => Ok(()),
    }
}

/// Returns the real name of the file, beside which SQLite's log is.
pub(super) fn real_path(path: &Path) -> Result<PathBuf, SqliteOpenError> {
    if path.is_dir() {
        return Err(SqliteOpenError::Folder(path.to_owned()));
    }
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => SqliteOpenError::Missing(path.to_owned()),
        _ => SqliteOpenError::from_io(path, &error),
    };
    let real = path.canonicalize().map_err(failed)?;
    // A server's log, with the newest versions, would be beside the other name.
    if is_mounted_alone(&real).map_err(failed)? {
        return Err(SqliteOpenError::MountedAlone(path.to_owned()));
    }
    Ok(real)
}

/// Opens the file for reading. If it is `immutable`, SQLite takes no lock and ignores a log.
pub(super) fn open(real: &Path, immutable: bool) -> Result<Connection, SqliteOpenError> {
    let failed = |error| SqliteOpenError::from_sqlite_read(real, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = if immutable {
        Connection::open_with_flags(format!("{}?immutable=1", uri(real)), flags | OpenFlags::SQLITE_OPEN_URI)
    } else {
        Connection::open_with_flags(real, flags)
    };
    let connection = connection.map_err(failed)?;
    connection.busy_timeout(migrations::BUSY_TIMEOUT).map_err(failed)?;
    Ok(connection)
}

/// Returns the path as a URI, with every byte in hex that could have another meaning there.
fn uri(path: &Path) -> String {
    let text = path.to_string_lossy();
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str());
    #[cfg(not(unix))]
    let bytes = text.as_bytes();
    let mut uri = String::with_capacity(text.len() + 16);
    uri.push_str("file:");
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"/-._~:\\".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// Shows, if it changes, that a server opened or wrote the file.
#[derive(PartialEq, Eq)]
struct FileFingerprint {
    has_log: bool,
    length: Option<u64>,
    modified: Option<SystemTime>,
}

impl FileFingerprint {
    fn of(real: &Path) -> Self {
        let metadata = fs::metadata(real).ok();
        Self {
            has_log: ["-wal", "-journal"].iter().any(|suffix| with_suffix(real, suffix).exists()),
            length: metadata.as_ref().map(fs::Metadata::len),
            modified: metadata.and_then(|metadata| metadata.modified().ok()),
        }
    }
}
