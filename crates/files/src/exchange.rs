//! Compare and swap for files: one replaces another, if that is still the one that was read.
//!
//! A file system allows this in the reverse order: the two files are exchanged, then the old one, which no path leads
//! to any more, is compared. If it is not the file that was read, the two are exchanged again. Comparing first and
//! renaming later would lose what another program writes in between.

use std::fs::File;
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

use crate::attributes::is_same_file;
use crate::error::WriteError;
use crate::lock;

/// The result of an exchange.
pub(crate) enum SwapResult {
    /// The new file is in its place.
    Done,
    /// The system does not let this file be replaced; it is as it was.
    Impossible,
}

/// Puts `new` in the place of the file at `path`, which is open as `held` and had the content `old`.
pub(crate) fn swap_in(new: NamedTempFile, path: &Path, held: &File, old: &[u8]) -> Result<SwapResult, WriteError> {
    match swap(new.path(), path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(WriteError::Changed),
        Err(error) if is_unsupported(&error) => return replace(new, path, held, old),
        // A folder with the sticky bit, a file that is a mount of its own.
        Err(_) => return Ok(SwapResult::Impossible),
    }
    if is_untouched(new.path(), held, old) {
        return Ok(SwapResult::Done);
    }
    swap(new.path(), path)?;
    if !is_same_file(new.as_file(), new.path()).unwrap_or(false) {
        // A third writer came between the two exchanges, and its file has ended up here: it must not be deleted.
        let _ = new.keep();
    }
    Err(WriteError::Changed)
}

/// Compares as late as possible, then renames: for systems without an exchange.
fn replace(new: NamedTempFile, path: &Path, held: &File, old: &[u8]) -> Result<SwapResult, WriteError> {
    if !is_untouched(path, held, old) {
        return Err(WriteError::Changed);
    }
    Ok(if new.persist(path).is_ok() { SwapResult::Done } else { SwapResult::Impossible })
}

/// Whether a path leads to the file `held`, and its content is `old`.
fn is_untouched(path: &Path, held: &File, old: &[u8]) -> bool {
    is_same_file(held, path).unwrap_or(false) && lock::read_content(held).is_ok_and(|content| content == old)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn swap(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn swap(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether the error means that two files cannot be exchanged on this system at all.
fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    /// Creates a folder with a file in it, and a new file beside it.
    fn folder(old: &str) -> (tempfile::TempDir, std::path::PathBuf, NamedTempFile) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine");
        std::fs::write(&path, old).unwrap();
        let mut new = NamedTempFile::new_in(&folder).unwrap();
        new.write_all(b"new").unwrap();
        (folder, path, new)
    }

    fn files_in(folder: &tempfile::TempDir) -> usize {
        std::fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn exchange_of_the_compared_file_is_done() {
        let (folder, path, new) = folder("old");
        let held = File::open(&path).unwrap();
        assert!(matches!(swap_in(new, &path, &held, b"old"), Ok(SwapResult::Done)));
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(files_in(&folder), 1, "the old file is gone");
    }

    #[test]
    fn write_after_the_comparison_is_put_back() {
        let (folder, path, new) = folder("old");
        let held = File::open(&path).unwrap();
        std::fs::write(&path, "written in place by a program without locks").unwrap();
        assert!(matches!(swap_in(new, &path, &held, b"old"), Err(WriteError::Changed)));
        assert_eq!(std::fs::read(&path).unwrap(), b"written in place by a program without locks");
        assert_eq!(files_in(&folder), 1, "the new file is gone");
    }

    #[test]
    fn rename_after_the_comparison_is_put_back() {
        let (folder, path, new) = folder("old");
        let held = File::open(&path).unwrap();
        // The content is the same, but it is another file: the one that was read may still be open elsewhere.
        std::fs::write(folder.path().join("other"), "old").unwrap();
        std::fs::rename(folder.path().join("other"), &path).unwrap();
        assert!(matches!(swap_in(new, &path, &held, b"old"), Err(WriteError::Changed)));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(files_in(&folder), 1);
    }

    #[test]
    fn file_deleted_after_the_comparison_is_not_created() {
        let (folder, path, new) = folder("old");
        let held = File::open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(swap_in(new, &path, &held, b"old"), Err(WriteError::Changed)));
        assert_eq!(files_in(&folder), 0);
    }

    #[test]
    fn without_exchange_the_file_is_compared_first() {
        let (_folder, path, new) = folder("old");
        let held = File::open(&path).unwrap();
        std::fs::write(&path, "changed").unwrap();
        assert!(matches!(replace(new, &path, &held, b"old"), Err(WriteError::Changed)));
        assert_eq!(std::fs::read(&path).unwrap(), b"changed");
    }
}
