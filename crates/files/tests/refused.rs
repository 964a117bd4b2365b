//! Writes that are refused or fail leave the file as it was.
#![cfg(unix)]

use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use files::{ExpectedContent, FileAccess, WriteError, create, has_changed, read, write};
use tempfile::TempDir;

fn folder(name: &str, content: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    (folder, path)
}

#[test]
fn read_only_file_is_refused_even_for_root() {
    let (_folder, path) = folder("mine", b"old");
    for mode in [0o444, 0o400, 0o000, 0o466] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let refusal = write(&path, b"new", ExpectedContent::Anything, None).unwrap_err();
        assert!(matches!(refusal, WriteError::ReadOnly { mode: told } if told == mode), "{mode:o}: {refusal}");
        assert!(refusal.to_string().contains("chmod u+w"), "{refusal}");
    }
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"old");
}

#[test]
fn file_of_another_user_goes_by_all_write_bits() {
    let (_folder, path) = folder("mine", b"old");
    if chown(&path, Some(4242), None).is_err() {
        println!("skipped: only root can give a file away");
        return;
    }
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    assert!(matches!(write(&path, b"new", ExpectedContent::Anything, None), Err(WriteError::ReadOnly { mode: 0o444 })));
    fs::set_permissions(&path, Permissions::from_mode(0o464)).unwrap();
    write(&path, b"new", ExpectedContent::Content(b"old"), None).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
}

#[test]
fn changed_file_is_refused() {
    let (_folder, path) = folder("mine", b"another user's");
    assert!(matches!(write(&path, b"new", ExpectedContent::Content(b"old"), None), Err(WriteError::Changed)));
    assert!(matches!(write(&path, b"new", ExpectedContent::Absent, None), Err(WriteError::Changed)));
    assert_eq!(fs::read(&path).unwrap(), b"another user's");
}

#[test]
fn missing_file_is_not_created_in_place_of_one_that_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine");
    let refusal = write(&path, b"new", ExpectedContent::Content(b"old"), None).unwrap_err();
    assert!(matches!(refusal, WriteError::Io(error) if error.kind() == ErrorKind::NotFound));
    assert!(!path.exists());
}

#[test]
fn folder_and_missing_folder_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path| write(path, b"new", ExpectedContent::Anything, None).unwrap_err().to_string();
    assert!(refused(folder.path()).contains("is a directory"), "{}", refused(folder.path()));
    // The name of a temporary file means nothing to a user.
    assert_eq!(refused(&folder.path().join("no/mine")), "No such file or directory (os error 2)");
}

#[test]
fn locked_file_is_refused_after_a_while() {
    let (_folder, path) = folder("mine", b"old");
    let held = File::open(&path).unwrap();
    held.lock().unwrap();
    assert!(matches!(write(&path, b"new", ExpectedContent::Anything, None), Err(WriteError::Locked)));
    drop(held);
    write(&path, b"new", ExpectedContent::Anything, None).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
}

#[test]
fn new_file_never_replaces_one() {
    let (_folder, path) = folder("kept", b"old");
    assert_eq!(create(&path, b"new", FileAccess::Owner).unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(fs::read(&path).unwrap(), b"old");
    let other = path.with_file_name("other");
    create(&other, b"new", FileAccess::Owner).unwrap();
    assert_eq!(fs::metadata(&other).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn change_of_a_file_is_noticed() {
    let (_folder, path) = folder("base", b"old");
    assert_eq!(read(&path, 100).unwrap(), b"old");
    assert!(!has_changed(&path, b"old"));
    for other in [&b"new"[..], b"old and new", b"ol", b""] {
        assert!(has_changed(&path, other), "{other:?}");
    }
    let long = "o".repeat(99_999);
    fs::write(&path, format!("{long}o")).unwrap();
    assert!(!has_changed(&path, format!("{long}o").as_bytes()));
    assert!(has_changed(&path, format!("{long}x").as_bytes()));
    fs::remove_file(&path).unwrap();
    assert!(!has_changed(&path, b"old"), "nothing newer can be had");
    assert_eq!(read(Path::new("/dev/zero"), 3).unwrap(), [0; 4]);
    assert!(!has_changed(Path::new("/dev/zero"), b"old"));
}

/// A file system of 256 KiB.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// Mounts it. Returns `None` and prints the reason if this user cannot mount one.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "none"]).arg(folder.path()).output();
        if !mount.is_ok_and(|output| output.status.success()) {
            println!("skipped: only root can mount a small disk");
            return None;
        }
        Some(Self(folder))
    }

    /// Leaves room for `left` bytes and no more.
    fn fill(&self, left: u64) {
        let mut rest = File::create(self.0.path().join("rest")).unwrap();
        // The copy fails when the disk is full; the part that fits stays.
        let _ = io::copy(&mut File::open("/dev/zero").unwrap().take(256 * 1024), &mut rest);
        let size = rest.metadata().unwrap().len();
        rest.set_len(size - left).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[test]
fn full_disk_leaves_the_file_as_it_was() {
    let Some(disk) = SmallDisk::mount() else { return };
    let path = disk.0.path().join("mine");
    fs::write(&path, "old").unwrap();
    disk.fill(0);
    let refusal = write(&path, &[b'n'; 9000], ExpectedContent::Content(b"old"), None).unwrap_err();
    assert!(refusal.to_string().contains("No space left"), "{refusal}");
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(fs::read_dir(disk.0.path()).unwrap().count(), 2, "nothing is left behind");
}

#[test]
fn full_disk_without_room_for_a_backup_is_refused() {
    let Some(disk) = SmallDisk::mount() else { return };
    let path = disk.0.path().join("mine");
    fs::write(&path, [b'o'; 5000]).unwrap();
    fs::hard_link(&path, disk.0.path().join("other name")).unwrap();
    disk.fill(0);
    let refusal = write(&path, &[b'n'; 9000], ExpectedContent::Anything, None).unwrap_err();
    assert!(matches!(refusal, WriteError::NoBackup { .. }), "{refusal}");
    assert_eq!(fs::read(&path).unwrap(), [b'o'; 5000]);
    // With a backup elsewhere, writing begins, fails, and is undone.
    let elsewhere = tempfile::tempdir().unwrap();
    let refusal =
        write(&path, &[b'n'; 9000], ExpectedContent::Anything, Some(&elsewhere.path().join("backups"))).unwrap_err();
    assert!(refusal.to_string().contains("No space left"), "{refusal}");
    assert_eq!(fs::read(&path).unwrap(), [b'o'; 5000]);
    assert_eq!(fs::read_dir(elsewhere.path().join("backups")).unwrap().count(), 0);
    // A content that fits into the blocks of the file is written.
    write(&path, &[b'n'; 4500], ExpectedContent::Anything, Some(elsewhere.path())).unwrap();
    assert_eq!(fs::read(disk.0.path().join("other name")).unwrap(), [b'n'; 4500]);
}

#[test]
fn read_only_disk_is_refused() {
    let Some(disk) = SmallDisk::mount() else { return };
    let path = disk.0.path().join("mine");
    fs::write(&path, "old").unwrap();
    let remount = Command::new("mount").args(["-o", "remount,ro"]).arg(disk.0.path()).status().unwrap();
    assert!(remount.success());
    let refusal = write(&path, b"new", ExpectedContent::Anything, None).unwrap_err();
    assert!(refusal.to_string().contains("Read-only file system"), "{refusal}");
}
