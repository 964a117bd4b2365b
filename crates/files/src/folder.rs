//! Folders that did not exist before, with all of their files.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::Builder;

use crate::create::{FileAccess, open_new, sync_folder};
use crate::target::folder_of;

/// Creates a folder with these files.
///
/// The folder appears whole or not at all, and never replaces another one.
/// Only the owner may read the folder and its files. Each file is a name and its content.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`] if `path` exists; another error if the folder around it or the disk refuses. Then
/// nothing is left of the files.
pub fn create_folder(path: &Path, files: &[(&str, &[u8])]) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // A hidden name with this ending, in case the process is killed before the folder is whole.
    let mut builder = Builder::new();
    let (prefix, suffix) = (format!(".{name}."), ".partial");
    builder.prefix(&prefix).suffix(suffix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    // The path of a temporary folder means nothing to a user, so errors do not name it.
    let without_path = |error: io::Error| error.raw_os_error().map_or(error, io::Error::from_raw_os_error);
    let partial = builder.tempdir_in(folder_of(path)).map_err(without_path)?;
    for (name, content) in files {
        let mut file = open_new(&partial.path().join(name), FileAccess::Owner)?;
        file.write_all(content)?;
        file.sync_all()?;
    }
    sync_folder(&partial.path().join("."));
    rename_to_new(partial.path(), path)?;
    // It has another name now, and must not be removed.
    let _ = partial.keep();
    sync_folder(path);
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(io::Error::from) {
        // Some file systems have no such rename. An ordinary one replaces only an empty folder.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            fs::rename(from, to)
        }
        renamed => renamed,
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, &[u8]); 2] = [("one.md", b"one"), ("two.har", b"two")];

    #[test]
    fn folder_and_files_are_the_owners_alone() {
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join("session");
        create_folder(&path, &FILES).unwrap();
        for (name, content) in FILES {
            assert_eq!(fs::read(path.join(name)).unwrap(), content, "{name}");
        }
        #[cfg(unix)]
        for (path, mode) in [(path.clone(), 0o700), (path.join("one.md"), 0o600), (path.join("two.har"), 0o600)] {
            let found = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
            assert_eq!(found & 0o777, mode, "{}", path.display());
        }
        assert_eq!(fs::read_dir(around.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn existing_folder_or_file_is_not_touched() {
        let around = tempfile::tempdir().unwrap();
        let (folder, file) = (around.path().join("folder"), around.path().join("file"));
        fs::create_dir(&folder).unwrap();
        fs::write(&file, "old").unwrap();
        for path in [&folder, &file] {
            assert_eq!(create_folder(path, &FILES).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        assert_eq!(fs::read_dir(around.path()).unwrap().count(), 2);
    }

    #[test]
    fn failure_leaves_nothing_that_looks_whole() {
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join("session");
        // The second file cannot be written, as if the disk were full.
        let bad: [(&str, &[u8]); 2] = [("one.md", b"one"), ("no/such/folder", b"two")];
        create_folder(&path, &bad).unwrap_err();
        assert_eq!(fs::read_dir(around.path()).unwrap().count(), 0);
        create_folder(&around.path().join("no/session"), &FILES).unwrap_err();
    }
}
