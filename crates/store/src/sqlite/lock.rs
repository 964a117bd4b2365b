//! One process holds a store, and whoever comes second is told so at once.
//!
//! SQLite would let two servers write to one file in turns. But what a server keeps in memory (see `heads`), what it
//! tells its watchers, and that its writers queue before one pen, all rests on nobody else writing. Reading along, with
//! the `sqlite3` shell say, disturbs nothing and stays possible.
//!
//! The lock lies on a file beside the database, never on the database itself: the locks of POSIX, by which SQLite keeps
//! its processes apart, belong to a process and a file. To close any second descriptor of the database would let go of
//! all that SQLite holds on it. The system frees the lock when the process ends, however it ends. The file beside stays:
//! to remove it is to race with whoever has just opened it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::error::OpenError;

/// The right to a store. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// Takes the store at this path, and makes an empty file where there is none.
pub(super) fn take(path: &Path) -> Result<Lock, OpenError> {
    let failed = |error| explain(path, &error);
    make(path).map_err(failed)?;
    // One store has one lock, by whichever name it is called: a relative path, a symbolic link.
    let real = path.canonicalize().map_err(failed)?;
    if has_another_name(&real).map_err(failed)? {
        return Err(OpenError::TwoNames(path.to_owned()));
    }
    let beside = beside(&real);
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(beside).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::Held { path: real, by: holder(&mut file) }),
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    note_holder(&mut file).map_err(failed)?;
    Ok(Lock { _file: file })
}

fn beside(real: &Path) -> PathBuf {
    let mut name = real.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// Makes the file, and its entry in the folder outlives a power cut. SQLite has not opened it yet, so that to close it
/// here lets go of nothing.
fn make(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    #[cfg(unix)]
    if let Some(folder) = path.canonicalize()?.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Whether the file has more than one name (hard links). SQLite names its log after the file, so two names would make
/// two logs, and a damaged database.
fn has_another_name(path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Ok(path.metadata()?.nlink() > 1)
    }
    #[cfg(not(unix))]
    path.metadata().map(|_| false)
}

/// Who holds it, for people who look for it. It is not what keeps others out, and may be out of date.
fn note_holder(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    writeln!(file, "{}", std::process::id())
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.read_to_string(&mut text).ok();
    read.and_then(|_| text.trim().parse::<u32>().ok()).map_or_else(String::new, |id| format!(" (process {id})"))
}

fn explain(path: &Path, error: &io::Error) -> OpenError {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => OpenError::Unwritable(path),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::Full(path),
        _ => OpenError::Database { path, reason: error.to_string() },
    }
}
