//! Concurrent writers of one file lose no line.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use files::{ExpectedContent, WriteError, write};

/// Adds a line to a file as an editor does: reads, changes, writes if the file is still what was read.
fn add(path: &Path, line: &str) {
    loop {
        let old = fs::read(path).unwrap();
        let new = [&old, line.as_bytes(), b"\n"].concat();
        match write(path, &new, ExpectedContent::Content(&old), None) {
            Ok(()) => return,
            Err(WriteError::Changed | WriteError::Locked) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn all_lines_arrive(path: &Path) {
    thread::scope(|scope| {
        for writer in 0..4 {
            scope.spawn(move || (0..15).for_each(|line| add(path, &format!("{writer} {line}"))));
        }
    });
    let text = fs::read_to_string(path).unwrap();
    let lines: BTreeSet<&str> = text.lines().collect();
    assert_eq!((lines.len(), text.lines().count()), (60, 60), "{text}");
}

#[test]
fn concurrent_writers_lose_no_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list");
    fs::write(&path, "").unwrap();
    all_lines_arrive(&path);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left behind");
}

#[test]
fn concurrent_writers_in_place_lose_no_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list");
    fs::write(&path, "").unwrap();
    fs::hard_link(&path, folder.path().join("other name")).unwrap();
    all_lines_arrive(&path);
}

#[cfg(unix)]
#[test]
fn temporary_file_is_never_readable_by_more_users() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let seen = scope.spawn(|| {
            let mut open = Vec::new();
            while !done.load(Ordering::Relaxed) {
                let entries = fs::read_dir(&folder).unwrap().filter_map(Result::ok);
                // A file that is gone before its mode is read does not count.
                open.extend(entries.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.mode() & 0o7777));
                open.retain(|mode| *mode != 0o600);
            }
            open
        });
        for _ in 0..200 {
            write(&path, &[b'n'; 10_000], ExpectedContent::Anything, None).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        assert_eq!(seen.join().unwrap(), Vec::<u32>::new());
    });
}
