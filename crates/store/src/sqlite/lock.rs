//! One process holds a store; a second server is refused at once.
//!
//! SQLite would let two servers write to one file in turns. But a server's cache (`head_cache`), the events that it
//! tells its subscribers, and its queue of writes all depend on no other process writing. Reading, with the `sqlite3`
//! shell or `ifmatch store backup`, disturbs nothing and stays possible.
//!
//! There are two locks, both by `flock`, and the kernel releases them when the process ends, however it ends:
//!
//! - One on a file beside the database, on every system. The file names the process that holds it. Removing the file
//!   would race with a process that has just opened it, so it is left behind.
//! - On Linux, one on the database itself. It holds if the file beside is removed, or if the folder is mounted a second
//!   time under another name. `flock` and `fcntl` do not see each other there, and SQLite's own locks are `fcntl`'s.
//!   On other systems, and on network file systems, the two conflict, and SQLite would wait for us.
//!
//! The descriptor of the second lock must outlive every connection: POSIX drops all `fcntl` locks that a process has on
//! a file when the process closes *any* descriptor of it. So it is closed last ([`StoreLock`] is shared by the
//! readers). If the lock is not granted, the descriptor is never closed, since the same process may have a store open
//! there.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::error::SqliteOpenError;

/// The right to a store, until it is dropped.
#[derive(Debug)]
pub(super) struct StoreLock {
    _beside: Option<File>,
    _itself: Option<File>,
}

/// Locks the store at this path, and creates an empty file if there is none.
pub(super) fn acquire(path: &Path) -> Result<StoreLock, SqliteOpenError> {
    let failed = |error| explain(path, &error);
    create_file(path).map_err(failed)?;
    // A store has one lock, whether it is opened by a relative path or by a symbolic link.
    let real = path.canonicalize().map_err(failed)?;
    if has_another_name(&real).map_err(failed)? {
        return Err(SqliteOpenError::HardLinked(path.to_owned()));
    }
    if is_mounted_alone(&real).map_err(failed)? {
        return Err(SqliteOpenError::MountedAlone(path.to_owned()));
    }
    let name = with_suffix(&real, ".lock");
    let mut beside = match owner_only().read(true).create(true).open(&name) {
        Ok(file) => Some(file),
        // If there is no room for the file, the lock on the database itself is enough.
        Err(error) if LOCKS_FILE && is_full(&error) => None,
        Err(error) => return Err(failed(error)),
    };
    match beside.as_ref().map_or(Ok(()), File::try_lock) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(SqliteOpenError::Locked { path: real, by: holder_of(beside.as_mut()) });
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    let itself = match lock_itself(&real).map_err(failed)? {
        FileLock::Locked(file) => Some(file),
        FileLock::CannotBe => None,
        FileLock::Held => return Err(SqliteOpenError::Locked { path: real, by: String::new() }),
    };
    if let Some(file) = &mut beside {
        match note_holder(file) {
            Err(error) if !is_full(&error) => return Err(failed(error)),
            _ => {}
        }
    }
    Ok(StoreLock { _beside: beside, _itself: itself })
}

/// Whether the store also locks the database file itself.
const LOCKS_FILE: bool = cfg!(target_os = "linux");

/// The result of locking the database itself.
enum FileLock {
    Locked(File),
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux keeps the two kinds of locks apart"))]
    Held,
    CannotBe,
}

#[cfg(target_os = "linux")]
fn lock_itself(real: &Path) -> io::Result<FileLock> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;

    let file = File::open(real)?;
    if is_across_network(&file)? {
        // No SQLite connection of this process can be open here: the lock beside has just been granted.
        return Ok(FileLock::CannotBe);
    }
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(FileLock::Locked(file)),
        Err(error) => {
            // This process may have the same file open under another name: see the top.
            std::mem::forget(file);
            if error == Errno::WOULDBLOCK { Ok(FileLock::Held) } else { Err(error.into()) }
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn lock_itself(_: &Path) -> io::Result<FileLock> {
    Ok(FileLock::CannotBe)
}

/// Returns whether the file is on NFS or SMB, whose servers take `flock` for `fcntl`.
#[cfg(target_os = "linux")]
fn is_across_network(file: &File) -> io::Result<bool> {
    const NFS: u32 = 0x6969;
    const SMB: [u32; 3] = [0x517b, 0xff53_4d42, 0xfe53_4d42];
    let kind = rustix::fs::fstatfs(file)?.f_type;
    Ok(std::iter::once(NFS).chain(SMB).any(|network| i128::from(kind) & 0xffff_ffff == i128::from(network)))
}

/// Returns the path with a suffix after the name, as SQLite names its log.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Creates the file of the database if it is missing. Its entry in the folder survives a power cut.
///
/// SQLite has not opened the file yet, so closing it here drops none of SQLite's locks.
fn create_file(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    owner_only().create(true).open(path)?;
    #[cfg(unix)]
    if let Some(folder) = path.canonicalize()?.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Returns options that open a file for writing.
///
/// Only its owner can read a new file; an existing one keeps its mode.
///
/// SQLite gives the log the permissions of the database.
fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Returns whether the file has more than one name (hard links).
///
/// SQLite names its log after the file, so two names would make two logs, and a damaged database.
fn has_another_name(path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Ok(path.metadata()?.nlink() > 1)
    }
    #[cfg(not(unix))]
    path.metadata().map(|_| false)
}

/// Returns whether the file is mounted by itself: a bind mount, as containers make of single files.
///
/// A bind mount gives the file a second name, and the log is beside the first one. Kernels before Linux 5.8 and other
/// systems do not report it.
#[cfg(target_os = "linux")]
pub(super) fn is_mounted_alone(real: &Path) -> io::Result<bool> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};

    let mount = |path: &Path| {
        let found = statx(CWD, path, AtFlags::empty(), StatxFlags::MNT_ID)?;
        Ok::<_, io::Error>((found.stx_mask & StatxFlags::MNT_ID.bits() != 0).then_some(found.stx_mnt_id))
    };
    let Some(folder) = real.parent() else { return Ok(false) };
    match (mount(real), mount(folder)) {
        (Ok(file), Ok(folder)) => Ok(file != folder),
        // Some sandboxes forbid the call.
        (Err(error), _) | (_, Err(error)) if error.kind() == io::ErrorKind::NotFound => Err(error),
        _ => Ok(false),
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_mounted_alone(_: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Notes the process that holds the store, for people who look for it.
///
/// The note locks nothing, and may be out of date.
fn note_holder(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    writeln!(file, "{}", std::process::id())
}

fn holder_of(file: Option<&mut File>) -> String {
    let mut text = String::new();
    let read = file.and_then(|file| file.read_to_string(&mut text).ok());
    read.and_then(|_| text.trim().parse::<u32>().ok()).map_or_else(String::new, |id| format!(" (process {id})"))
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn explain(path: &Path, error: &io::Error) -> SqliteOpenError {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => SqliteOpenError::Unwritable(path),
        _ if is_full(error) => SqliteOpenError::Full(path),
        _ => SqliteOpenError::from_io(&path, error),
    }
}
