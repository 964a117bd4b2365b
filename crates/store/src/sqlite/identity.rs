//! Detects that a path no longer leads to the files that were opened.
//!
//! A file that is removed or replaced while it is open still takes writes, and they are gone with the last descriptor.
//! So before a write is acknowledged, the database, its log and the index of the log are compared by device and inode
//! with those that were opened. This is not a lock: the file can be removed the moment after.
//!
//! The locked file beside the database (see `lock`) is not compared: without it, the lock on the database holds.

use std::io;
use std::path::{Path, PathBuf};

use super::lock::with_suffix;

/// The inodes of the database, its log and the index of its log, when they were opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileIdentity {
    files: [(PathBuf, Inode); 3],
}

/// Device and inode, or `None` if there is no file.
///
/// Systems that have none report the same for every file.
type Inode = Option<(u64, u64)>;

impl FileIdentity {
    /// Notes the files. After the first transaction of a connection, the log is there as well.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if the metadata of a file cannot be read.
    pub(super) fn of(real: &Path) -> io::Result<Self> {
        let note = |suffix| {
            let path = with_suffix(real, suffix);
            inode(&path).map(|inode| (path, inode))
        };
        Ok(Self { files: [note("")?, note("-wal")?, note("-shm")?] })
    }

    /// Returns whether the same files are still there; `false` if this cannot be found out.
    pub(super) fn is_still_there(&self) -> bool {
        are_still_there(&self.files)
    }

    /// Returns whether the files that hold what was written are still there.
    ///
    /// The index of the log is rebuilt from the log.
    pub(super) fn keeps_what_was_written(&self) -> bool {
        let [database, log, _index] = &self.files;
        are_still_there([database, log])
    }
}

fn are_still_there<'a>(files: impl IntoIterator<Item = &'a (PathBuf, Inode)>) -> bool {
    files.into_iter().all(|(path, opened)| inode(path).is_ok_and(|now| now == *opened))
}

/// Returns the inode of a file, and asks for nothing else.
///
/// Since Linux 6.13, a file whose times were read gets new times with the next write, and then a commit has to write
/// the inode as well, which takes a fifth longer.
#[cfg(target_os = "linux")]
fn inode(path: &Path) -> io::Result<Inode> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    match statx(CWD, path, AtFlags::empty(), StatxFlags::INO) {
        Ok(found) => Ok(Some((u64::from(found.stx_dev_major) << 32 | u64::from(found.stx_dev_minor), found.stx_ino))),
        Err(rustix::io::Errno::NOENT) => Ok(None),
        // Kernels before 4.11 do not have this call, and some containers refuse it.
        Err(_) => of_metadata(path),
    }
}

#[cfg(not(target_os = "linux"))]
fn inode(path: &Path) -> io::Result<Inode> {
    of_metadata(path)
}

fn of_metadata(path: &Path) -> io::Result<Inode> {
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(Some(number(&metadata))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn number(metadata: &std::fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn number(_: &std::fs::Metadata) -> (u64, u64) {
    (0, 0)
}
