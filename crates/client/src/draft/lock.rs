//! The lock beside a draft: the process that holds it is the editor that the draft belongs to.
//!
//! The system lets go of it when a process ends, however that ends. On a file system without locks nothing can be told
//! of other processes: there every draft counts as left behind, and what is taken is copied, so that no two editors
//! ever write into one file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::private::owner_only;

/// How often, and how long apart, a lock is asked for that a search of another process may hold for a moment.
const MAX_LOCK_ATTEMPTS: u32 = 20;
/// How often it is looked at only.
const MAX_PROBE_ATTEMPTS: u32 = 5;
const LOCK_RETRY_DELAY: Duration = Duration::from_millis(10);

/// A lock that is held, for as long as this exists.
#[derive(Debug)]
pub(super) struct DraftLock {
    path: PathBuf,
    _file: File,
}

/// What came of the wish to hold a lock.
#[derive(Debug)]
pub(super) enum LockAttempt {
    /// It is held from here.
    Held(DraftLock),
    /// A living process holds it.
    Elsewhere,
    /// This file system has no locks.
    Unsupported,
}

impl DraftLock {
    /// Makes a new lock and holds it; `None` if there is a file of that name already, or was until a moment ago.
    pub(super) fn create(path: PathBuf) -> io::Result<Option<Self>> {
        let file = match owner_only(OpenOptions::new().write(true).create_new(true)).open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(None),
            opened => opened?,
        };
        match file.lock() {
            Err(error) if error.kind() != ErrorKind::Unsupported => {
                let _ = fs::remove_file(&path);
                return Err(error);
            }
            _ => {}
        }
        // Before it was locked, a search for drafts may have taken it for a leftover.
        Ok(path.try_exists()?.then_some(Self { path, _file: file }))
    }

    /// Takes the lock at a path, if no living editor holds it. It is made if there is none: drafts of earlier versions
    /// of this program have no locks.
    pub(super) fn take(path: &Path) -> io::Result<LockAttempt> {
        let file = owner_only(OpenOptions::new().write(true).create(true).truncate(false)).open(path)?;
        for attempt in 1.. {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if attempt == MAX_LOCK_ATTEMPTS => return Ok(LockAttempt::Elsewhere),
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_RETRY_DELAY),
                Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {
                    return Ok(LockAttempt::Unsupported);
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(LockAttempt::Held(Self { path: path.to_owned(), _file: file }))
    }

    /// Whether a living editor holds the lock at a path. Two that ask at the same time do not see each other.
    ///
    /// A lock that was let go of may be held for a moment still: by a child of its process that has not begun its own
    /// program yet. So it is asked for more than once.
    pub(super) fn is_held(path: &Path) -> io::Result<bool> {
        let file = match OpenOptions::new().write(true).open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            opened => opened?,
        };
        for attempt in 1.. {
            match file.try_lock_shared() {
                Err(TryLockError::WouldBlock) if attempt == MAX_PROBE_ATTEMPTS => return Ok(true),
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_RETRY_DELAY),
                Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => return Err(error),
                Ok(()) | Err(TryLockError::Error(_)) => break,
            }
        }
        Ok(false)
    }

    /// Whether the file is still where it was made. A user who tidies up may have removed it.
    pub(super) fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Removes the file while the lock is still held, and lets go of it.
    pub(super) fn remove(self) -> io::Result<()> {
        remove(&self.path)
    }
}

/// Removes a file; that there is none is as good.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
