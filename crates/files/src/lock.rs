//! A file held for writing: open, locked, and still the file that its path leads to.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::attributes::{is_read_only, is_same_file, mode};
use crate::error::WriteError;

/// How long to wait for a lock of another program. A writer of this crate holds it for milliseconds.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);

/// How long to wait before asking for the lock again.
const LOCK_RETRY_DELAY: Duration = Duration::from_millis(10);

/// Opens and locks an existing file. Dropping the file releases the lock.
pub(crate) fn lock_for_writing(path: &Path) -> Result<File, WriteError> {
    let deadline = Instant::now() + LOCK_TIMEOUT;
    loop {
        let file = open(path)?;
        wait_for_lock(&file, deadline)?;
        // Another writer may have replaced the file while this one waited for the lock.
        if is_same_file(&file, path)? {
            return Ok(file);
        }
        if Instant::now() >= deadline {
            return Err(WriteError::Locked);
        }
    }
}

fn open(path: &Path) -> Result<File, WriteError> {
    let metadata = std::fs::metadata(path)?;
    if is_read_only(&metadata) {
        return Err(WriteError::ReadOnly { mode: mode(&metadata) });
    }
    Ok(OpenOptions::new().read(true).write(true).open(path)?)
}

fn wait_for_lock(file: &File, deadline: Instant) -> Result<(), WriteError> {
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => sleep(LOCK_RETRY_DELAY),
            Err(TryLockError::WouldBlock) => return Err(WriteError::Locked),
            // If the file system has no locks, content and identity have to do.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(()),
        }
    }
}

/// Returns the whole content of an open file.
pub(crate) fn read_content(mut file: &File) -> io::Result<Vec<u8>> {
    let size = file.metadata().as_ref().map_or(0, Metadata::len);
    let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    file.rewind()?;
    file.read_to_end(&mut content)?;
    Ok(content)
}
