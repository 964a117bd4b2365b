//! Reading a store's file beside the server that has it, and changing nothing.
//!
//! No lock of ours is taken (see `lock`), so a server keeps writing and another one may start. While a read transaction
//! of SQLite is open, it cannot shorten the write-ahead log.
//!
//! A store that was closed in order has no log, and SQLite would make one even for a reader, and leave it behind. So
//! such a file is opened as immutable: no lock, no log. If a server opened it meanwhile, what was read is thrown away,
//! and is read again with the log.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::lock::{is_mounted_alone, with_suffix};
use super::migrations;
use crate::error::OpenError;

/// Calls `look` with a connection that can only read, and with the number of the schema (0 for an empty file).
///
/// `look` may be called twice, and only what it returns the second time counts.
pub(super) fn read_consistently<T, E: From<OpenError>>(
    path: &Path,
    mut look: impl FnMut(&Connection, i64) -> Result<T, E>,
) -> Result<T, E> {
    let real = real_path(path)?;
    let before = FileFingerprint::of(&real);
    if !before.has_log {
        let value = open(&real, true)
            .and_then(|connection| Ok((migrations::check_schema_version(&connection, path)?, connection)));
        let value = value.map_err(E::from).and_then(|(number, connection)| look(&connection, number));
        if FileFingerprint::of(&real) == before {
            return value;
        }
    }
    let connection = open(&real, false)?;
    let number = migrations::check_schema_version(&connection, path)?;
    look(&connection, number)
}

/// Refuses a file that is not a store, or is read-only, before the program that wants to serve it changes anything.
///
/// Opening a database for writing does change it: SQLite rolls a journal back, moves a log into the database when it
/// closes, and `journal_mode` writes to the header. What cannot be found out by reading alone is not refused here, but
/// where it is opened.
///
/// # Errors
///
/// [`OpenError`] if the file is a text, another program's database, a newer store, damaged or read-only.
pub(super) fn look_first(path: &Path) -> Result<(), OpenError> {
    let Ok(real) = path.canonicalize() else { return Ok(()) };
    if !real.is_file() {
        return Ok(());
    }
    let look = |immutable| {
        let connection = open(&real, immutable)?;
        // Another program may have locked it, and nothing is lost by not knowing.
        connection.busy_timeout(Duration::ZERO).map_err(|error| explain(path, &error))?;
        migrations::check_schema_version(&connection, path).map(drop)
    };
    let before = FileFingerprint::of(&real);
    let has_log = before.has_log;
    match look(true) {
        // The first pages of the database may be old, but a table or an id that is not ours is not ours in the log
        // either.
        Err(error @ OpenError::Foreign(_)) => return Err(error),
        Err(error) if !has_log && is_about_content(&error) && FileFingerprint::of(&real) == before => {
            return Err(error);
        }
        _ if has_log => match look(false) {
            Err(error) if is_about_content(&error) => return Err(error),
            _ => {}
        },
        _ => {}
    }
    refuse_read_only(path)
}

/// Whether an error says what the file is, and not only that it could not be read now.
fn is_about_content(error: &OpenError) -> bool {
    use OpenError::{Corrupt, Foreign, Newer, NoDatabase};
    matches!(error, NoDatabase(_) | Foreign(_) | Newer { .. } | Corrupt { .. })
}

/// Refuses a file that nobody may write by its mode, also for root, who could.
///
/// # Errors
///
/// [`OpenError::ReadOnly`]
pub(super) fn refuse_read_only(path: &Path) -> Result<(), OpenError> {
    #[cfg(unix)]
    let mode = |metadata: &fs::Metadata| std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777;
    #[cfg(not(unix))]
    let mode = |_: &fs::Metadata| 0o444;
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.permissions().readonly() => {
            Err(OpenError::ReadOnly { path: path.to_owned(), mode: mode(&metadata) })
        }
        _ => Ok(()),
    }
}

/// The file by its real name, under which SQLite's log is found.
pub(super) fn real_path(path: &Path) -> Result<PathBuf, OpenError> {
    if path.is_dir() {
        return Err(OpenError::Folder(path.to_owned()));
    }
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => OpenError::Missing(path.to_owned()),
        _ => OpenError::Database { path: path.to_owned(), reason: error.to_string() },
    };
    let real = path.canonicalize().map_err(failed)?;
    // A server's log would lie beside the other name, and with it the newest versions.
    if is_mounted_alone(&real).map_err(failed)? {
        return Err(OpenError::MountedAlone(path.to_owned()));
    }
    Ok(real)
}

/// Opens the file for reading. If it is `immutable`, SQLite takes no lock and looks for no log.
pub(super) fn open(real: &Path, immutable: bool) -> Result<Connection, OpenError> {
    let failed = |error| explain(real, &error);
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

/// Puts an error of SQLite into words about a file that is only read.
pub(super) fn explain(path: &Path, error: &rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            OpenError::Unreadable(path.to_owned())
        }
        _ => migrations::explain(path, error),
    }
}

/// The path as a URI, every byte that could mean something else there in hex.
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

/// What shows that a file was opened by a server, or written.
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
