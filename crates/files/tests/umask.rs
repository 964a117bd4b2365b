//! The umask counts for new files alone.
//!
//! It belongs to the whole process, so this test has a process of its own.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use files::{ExpectedContent, write};
use rustix::fs::Mode;
use rustix::process::umask;

#[test]
fn umask_counts_for_new_files_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let there = folder.path().join("there");
    fs::write(&there, "old").unwrap();
    fs::set_permissions(&there, fs::Permissions::from_mode(0o664)).unwrap();
    for (mask, expected) in [(0o022, 0o644), (0o077, 0o600), (0o000, 0o666)] {
        umask(Mode::from_raw_mode(mask));
        let new = folder.path().join(format!("{mask:o}"));
        write(&new, b"new", ExpectedContent::Absent, None).unwrap();
        assert_eq!(mode(&new), expected, "{mask:o}");
        write(&there, b"new", ExpectedContent::Anything, None).unwrap();
        assert_eq!(mode(&there), 0o664, "{mask:o}");
    }
}
