//! The attributes of a file are the same after a write.
#![cfg(unix)]

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};

use files::{ExpectedContent, write};
use rustix::fs::{XattrFlags, getxattr, setxattr};
use rustix::io::Errno;
use tempfile::TempDir;

/// Creates a folder with a file in it.
fn file(content: &str, mode: u32) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.txt");
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    (folder, path)
}

fn write_over(path: &Path, old: &str, new: &str) {
    write(path, new.as_bytes(), ExpectedContent::Content(old.as_bytes()), None).unwrap();
    assert_eq!(fs::read_to_string(path).unwrap(), new);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn names_in(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// Sets an extended attribute. Returns false and prints the reason if this file system has none.
fn has_set(path: &Path, name: &str, value: &[u8]) -> bool {
    match setxattr(path, name, value, XattrFlags::empty()) {
        Err(Errno::NOTSUP | Errno::PERM) => {
            println!("skipped: the file system of {} does not keep {name}", path.display());
            false
        }
        set => {
            set.unwrap();
            true
        }
    }
}

fn attribute(path: &Path, name: &str) -> Vec<u8> {
    let mut value = vec![0; 1024];
    let length = getxattr(path, name, &mut value).unwrap();
    value.truncate(length);
    value
}

/// Returns an access control list as Linux keeps it.
///
/// The owner and user 4242 may write, the group may read, and others may do nothing.
fn list_with_user_4242() -> Vec<u8> {
    let entries: [(u16, u16, u32); 5] =
        [(0x01, 6, u32::MAX), (0x02, 6, 4242), (0x04, 4, u32::MAX), (0x10, 6, u32::MAX), (0x20, 0, u32::MAX)];
    let entry = |(tag, may, id): (u16, u16, u32)| {
        [tag.to_le_bytes().to_vec(), may.to_le_bytes().to_vec(), id.to_le_bytes().to_vec()].concat()
    };
    std::iter::once(2_u32.to_le_bytes().to_vec()).chain(entries.map(entry)).flatten().collect()
}

#[test]
fn mode_stays_with_its_special_bits() {
    for wanted in [0o600, 0o644, 0o755, 0o4755, 0o2750, 0o1666] {
        let (folder, path) = file("old", wanted);
        write_over(&path, "old", "new");
        assert_eq!(mode(&path), wanted, "{wanted:o}");
        assert_eq!(names_in(folder.path()), ["mine.txt"], "nothing is left behind");
    }
}

#[test]
fn special_bits_stay_when_written_in_place() {
    let (folder, path) = file("old", 0o6755);
    fs::hard_link(&path, folder.path().join("other name")).unwrap();
    write_over(&path, "old", "new");
    assert_eq!(mode(&path), 0o6755);
}

#[test]
fn owner_and_group_stay() {
    let (_folder, path) = file("old", 0o640);
    if chown(&path, Some(4242), Some(4243)).is_err() {
        println!("skipped: only root can give a file away");
        return;
    }
    write_over(&path, "old", "new");
    let metadata = fs::metadata(&path).unwrap();
    assert_eq!((metadata.uid(), metadata.gid(), metadata.mode() & 0o7777), (4242, 4243, 0o640));
}

#[test]
fn hard_links_stay_one_file() {
    let (folder, path) = file("a much longer text than the new one", 0o644);
    let other = folder.path().join("other name");
    fs::hard_link(&path, &other).unwrap();
    let inode = fs::metadata(&path).unwrap().ino();
    write_over(&path, "a much longer text than the new one", "new");
    assert_eq!(fs::read_to_string(&other).unwrap(), "new");
    assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
    assert_eq!(names_in(folder.path()), ["mine.txt", "other name"], "the backup is gone");
}

#[test]
fn chain_of_links_stays_and_its_file_is_written() {
    let (folder, path) = file("old", 0o644);
    fs::create_dir(folder.path().join("below")).unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("below/second"));
    symlink("below/second", &first).unwrap();
    symlink("../mine.txt", &second).unwrap();
    write_over(&first, "old", "new");
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    assert!(fs::symlink_metadata(&first).unwrap().is_symlink() && fs::symlink_metadata(&second).unwrap().is_symlink());
}

#[test]
fn dangling_link_gets_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    symlink("second", &first).unwrap();
    symlink("file", &second).unwrap();
    write(&first, b"new", ExpectedContent::Absent, None).unwrap();
    assert!(fs::symlink_metadata(&first).unwrap().is_symlink() && fs::symlink_metadata(&second).unwrap().is_symlink());
    assert_eq!(fs::read(folder.path().join("file")).unwrap(), b"new");
}

#[test]
fn circle_of_links_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    symlink("two", folder.path().join("one")).unwrap();
    symlink("one", folder.path().join("two")).unwrap();
    assert!(write(&folder.path().join("one"), b"new", ExpectedContent::Anything, None).is_err());
}

#[test]
fn extended_attributes_stay() {
    let (_folder, path) = file("old", 0o644);
    if !has_set(&path, "user.origin", b"a scan of page 7") {
        return;
    }
    let inode = fs::metadata(&path).unwrap().ino();
    write_over(&path, "old", "new");
    assert_eq!(attribute(&path, "user.origin"), b"a scan of page 7");
    assert_ne!(fs::metadata(&path).unwrap().ino(), inode, "it is a new file, so the attribute was copied");
}

#[test]
fn access_control_list_stays() {
    let (_folder, path) = file("old", 0o640);
    let list = list_with_user_4242();
    if !has_set(&path, "system.posix_acl_access", &list) {
        return;
    }
    let before = mode(&path);
    write_over(&path, "old", "new");
    assert_eq!(attribute(&path, "system.posix_acl_access"), list);
    assert_eq!(mode(&path), before);
}

#[test]
fn list_of_the_folder_does_not_reach_a_file_without_one() {
    let (folder, path) = file("old", 0o600);
    if !has_set(folder.path(), "system.posix_acl_default", &list_with_user_4242()) {
        return;
    }
    write_over(&path, "old", "new");
    assert!(getxattr(&path, "system.posix_acl_access", &mut [0; 256][..]).is_err(), "it had none, and has none");
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn long_name_is_replaced_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ä".repeat(127));
    fs::write(&path, "old").unwrap();
    let inode = fs::metadata(&path).unwrap().ino();
    write_over(&path, "old", "new");
    assert_ne!(fs::metadata(&path).unwrap().ino(), inode, "there is room for the name of the temporary file");
}

#[test]
fn device_is_written_to_and_stays_a_device() {
    write(Path::new("/dev/null"), b"new", ExpectedContent::Anything, None).unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let full = write(Path::new("/dev/full"), b"new", ExpectedContent::Anything, None);
    if Path::new("/dev/full").exists() {
        assert!(full.unwrap_err().to_string().contains("No space left"));
    }
}

#[test]
fn file_that_a_shell_has_open_is_not_replaced() {
    let (_folder, path) = file("old", 0o644);
    let open = File::options().write(true).open(&path).unwrap();
    let name = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&open));
    if !Path::new(&name).exists() {
        println!("skipped: there is no /proc here");
        return;
    }
    let inode = open.metadata().unwrap().ino();
    write(Path::new(&name), b"new", ExpectedContent::Anything, None).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
}
