//! Whether the files that a path leads to are still those that were opened.
//!
//! A file that is removed or replaced while it is open goes on taking writes, and they are gone with the last
//! descriptor. So before a write is acknowledged, the database, its log and the index of the log are compared by device
//! and inode with what was opened. This is not a lock: it cannot keep a file from being removed the moment after.
//!
//! The file beside the database that is locked (see `lock`) is not compared: without it, the lock on the database
//! holds.

use std::io;
use std::path::{Path, PathBuf};

use super::lock::with_suffix;

/// The database, its log and the index of its log, as they were when they were opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileIdentity {
    files: [(PathBuf, Inode); 3],
}

/// Device and inode, or `None` if there is no file. On systems that do not tell them, every file has the same.
type Inode = Option<(u64, u64)>;

impl FileIdentity {
    /// Notes what is there. After the first transaction of a connection, the log is there too.
    ///
    /// # Errors
    ///
    /// An error if the system does not tell about one of the files.
    pub(super) fn of(real: &Path) -> io::Result<Self> {
        let note = |suffix| {
            let path = with_suffix(real, suffix);
            inode(&path).map(|inode| (path, inode))
        };
        Ok(Self { files: [note("")?, note("-wal")?, note("-shm")?] })
    }

    /// Whether the same files are still there. If that cannot be found out, they are not.
    pub(super) fn is_still_there(&self) -> bool {
        are_still_there(&self.files)
    }

    /// Whether the files that hold what was written are still there. The index of the log is made anew from the log.
    pub(super) fn keeps_what_was_written(&self) -> bool {
        let [database, log, _index] = &self.files;
        are_still_there([database, log])
    }
}

fn are_still_there<'a>(files: impl IntoIterator<Item = &'a (PathBuf, Inode)>) -> bool {
    files.into_iter().all(|(path, opened)| inode(path).is_ok_and(|now| now == *opened))
}

/// Only the inode is asked for. Since Linux 6.13, a file whose times were looked at gets new ones with the next write,
/// and a commit would have to write its inode as well: a fifth more for each.
#[cfg(target_os = "linux")]
fn inode(path: &Path) -> io::Result<Inode> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    match statx(CWD, path, AtFlags::empty(), StatxFlags::INO) {
        Ok(found) => Ok(Some((u64::from(found.stx_dev_major) << 32 | u64::from(found.stx_dev_minor), found.stx_ino))),
        Err(rustix::io::Errno::NOENT) => Ok(None),
        // Kernels before 4.11 have no such call, and some containers refuse it.
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
