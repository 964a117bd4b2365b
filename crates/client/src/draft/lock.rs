//! The lock beside a draft: the process that holds the lock is the editor that owns the draft.
//!
//! The operating system releases a lock when its process ends, however it ends. A file system without locks cannot tell
//! whether other processes live: there, every draft counts as left behind, and a draft that is taken over is copied, so
//! that no two editors ever write to one file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::private::owner_only;

/// How often a lock is tried that another process's search may hold for a moment.
const MAX_LOCK_ATTEMPTS: u32 = 20;
/// How often a lock is tried by a mere search.
const MAX_PROBE_ATTEMPTS: u32 = 5;
const LOCK_RETRY_DELAY: Duration = Duration::from_millis(10);

/// A lock, held while this value exists.
#[derive(Debug)]
pub(super) struct DraftLock {
    path: PathBuf,
    _file: File,
}

/// The result of an attempt to take a lock.
#[derive(Debug)]
pub(super) enum LockAttempt {
    /// This process holds the lock.
    Held(DraftLock),
    /// Another living process holds the lock.
    Elsewhere,
    /// This file system has no locks.
    Unsupported,
}

impl DraftLock {
    /// Creates and takes a new lock.
    ///
    /// Returns `None` if the lock file exists, or existed until a moment ago.
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
        // Before it was locked, another process's search may have removed the file as a leftover.
        Ok(path.try_exists()?.then_some(Self { path, _file: file }))
    }

    /// Takes the lock at a path if no living editor holds it.
    ///
    /// The lock file is created if it is missing: earlier versions of this program wrote drafts without locks.
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

    /// Returns whether a living editor holds the lock at a path.
    ///
    /// The lock is probed in shared mode, so two searches at the same time do not see each other. A released lock may
    /// still be held for a moment, by a child of its process that has not yet executed its own program; hence the lock
    /// is probed several times.
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

    /// Returns whether the lock file still exists. A user who tidies up may have removed it.
    pub(super) fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Removes the lock file while the lock is held, then releases the lock.
    pub(super) fn remove(self) -> io::Result<()> {
        remove(&self.path)
    }
}

/// Removes a file, if it exists.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
