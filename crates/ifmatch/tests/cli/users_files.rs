//! Files that `ifmatch merge` and `ifmatch lesson --save` write: only the content changes.

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::program::{Ended, TestFolder, program};

/// Creates a folder with three files that merge without a conflict.
fn folder() -> TestFolder {
    let folder = TestFolder::new();
    for (name, text) in [("base", "a\nb\nc\n"), ("mine", "A\nb\nc\n"), ("theirs", "a\nb\nC\n")] {
        folder.write(name, text);
    }
    folder
}

const MERGED: &str = "A\nb\nC\n";

/// Merges the three files of a folder.
fn merge(folder: &TestFolder, options: &[&str]) -> Ended {
    folder.run(&[&["merge"], options, &["mine", "base", "theirs"]].concat())
}

#[test]
fn read_only_mine_is_refused() {
    let folder = folder();
    let mine = folder.file("mine");
    fs::set_permissions(&mine, Permissions::from_mode(0o444)).unwrap();
    merge(&folder, &[]).expect(255, &["mine cannot be written: it is read-only (mode 0444)"]);
    assert_eq!(fs::read_to_string(&mine).unwrap(), "A\nb\nc\n");
}

#[test]
fn hard_links_of_mine_stay() {
    let folder = folder();
    fs::hard_link(folder.file("mine"), folder.file("other name")).unwrap();
    merge(&folder, &[]).expect(0, &[]);
    assert_eq!(folder.read("other name"), MERGED);
}

#[test]
fn owner_and_extended_attributes_of_mine_stay() {
    let folder = folder();
    let mine = folder.file("mine");
    let flags = rustix::fs::XattrFlags::empty();
    let has_attributes = rustix::fs::setxattr(&mine, "user.origin", b"page 7", flags).is_ok();
    let is_root = chown(&mine, Some(4242), Some(4243)).is_ok();
    merge(&folder, &[]).expect(0, &[]);
    let metadata = fs::metadata(&mine).unwrap();
    if is_root {
        assert_eq!((metadata.uid(), metadata.gid()), (4242, 4243));
    } else {
        println!("skipped: only root can give a file away");
    }
    if has_attributes {
        let mut value = [0; 6];
        assert_eq!(rustix::fs::getxattr(&mine, "user.origin", &mut value), Ok(6));
        assert_eq!(&value, b"page 7");
    } else {
        println!("skipped: this file system keeps no extended attributes");
    }
    assert_eq!(fs::read_to_string(&mine).unwrap(), MERGED);
}

#[test]
fn file_of_another_user_is_written_in_place() {
    let folder = folder();
    let mine = folder.file("mine");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&mine, Permissions::from_mode(0o666)).unwrap();
    let data = TestFolder::new();
    let merge_as_other_user = |data: &Path| {
        let mut program = program(folder.path());
        program.args(["merge", "mine", "base", "theirs"]).env("IFMATCH_DATA", data).uid(4242).gid(4242);
        program.output().map(Ended::from)
    };
    if chown(data.path(), Some(4242), Some(4242)).is_err() {
        println!("skipped: only root can be another user");
        return;
    }
    match merge_as_other_user(&data.file("data")) {
        Ok(ended) => ended.expect(0, &[]),
        Err(error) => {
            println!("skipped: another user cannot start the program: {error}");
            return;
        }
    };
    let metadata = fs::metadata(&mine).unwrap();
    assert_eq!((metadata.uid(), metadata.mode() & 0o777), (0, 0o666));
    assert_eq!(fs::read_to_string(&mine).unwrap(), MERGED);
    // The folder takes no file of that user's, so the backup went elsewhere, and is gone.
    assert_eq!(fs::read_dir(data.file("data/backups")).unwrap().count(), 0);
    // Without any place for a backup nothing is written.
    fs::write(&mine, "A\nb\nc\n").unwrap();
    let refused = merge_as_other_user(Path::new("/dev/null/data")).unwrap();
    refused.expect(255, &["no backup of it can be made"]);
    assert_eq!(fs::read_to_string(&mine).unwrap(), "A\nb\nc\n");
}

#[test]
fn output_is_written_and_mine_is_not() {
    let folder = folder();
    let merge_into = |output: &str| {
        merge(&folder, &["--output", output]).expect(0, &[]);
        folder.read(output)
    };
    folder.write("there", "old");
    fs::hard_link(folder.file("there"), folder.file("other name")).unwrap();
    symlink("nowhere yet", folder.file("dangling")).unwrap();
    assert_eq!(merge_into("new"), MERGED);
    assert_eq!(merge_into("there"), MERGED);
    assert_eq!(folder.read("other name"), MERGED);
    assert_eq!(merge_into("dangling"), MERGED);
    assert_eq!(folder.read("nowhere yet"), MERGED);
    assert_eq!(folder.read("mine"), "A\nb\nc\n");
    merge(&folder, &["--output", "/dev/full"]).expect(255, &["No space left"]);
}

#[test]
fn transcript_keeps_hard_links_and_refuses_read_only() {
    let folder = TestFolder::new();
    let path = folder.file("told.md");
    fs::write(&path, "old").unwrap();
    fs::hard_link(&path, folder.file("other name")).unwrap();
    let play = || folder.run(&["lesson", "lost-update", "--save", "told.md"]);
    play().expect(0, &[]);
    let told = folder.read("other name");
    assert!(told.contains("412") || told.contains("PUT"), "{told}");
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    play().expect(74, &["told.md cannot be written: it is read-only"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), told);
}

#[test]
fn read_only_log_is_refused() {
    let folder = TestFolder::new();
    let path = folder.file("log");
    fs::write(&path, "kept\n").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    let refused = folder.run(&["--log", "log", "lesson", "lost-update"]);
    refused.expect(74, &["the log log cannot be written: it is read-only (mode 0444); 'chmod u+w' makes it writable"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "kept\n");
}

/// Merges with a pipe as THEIRS.
///
/// `meanwhile` is called each time after the other files were read and before theirs is, with the number of the time.
fn merge_with_theirs_from_a_pipe(folder: &TestFolder, options: &[&str], meanwhile: impl Fn(usize) + Sync) -> Ended {
    let pipe = folder.file("theirs");
    let new_pipe = || {
        fs::remove_file(&pipe).unwrap();
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    };
    new_pipe();
    let has_ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for time in 0.. {
                // This waits for a reader, and the program reads theirs last.
                let mut theirs = File::options().write(true).open(&pipe).unwrap();
                if has_ended.load(Ordering::SeqCst) {
                    return;
                }
                meanwhile(time);
                // The next time has a pipe of its own, so that nothing is written into this one twice.
                new_pipe();
                theirs.write_all(b"a\nb\nC\n").unwrap();
            }
        });
        let ended = merge(folder, options);
        has_ended.store(true, Ordering::SeqCst);
        // The writer may be about to open this pipe or the next one, and a pipe opens only while it has a reader.
        while !writer.is_finished() {
            drop(File::options().read(true).write(true).open(&pipe));
            thread::yield_now();
        }
        ended
    })
}

#[test]
fn mine_changed_while_merging_is_merged_again() {
    let folder = folder();
    let mine = folder.file("mine");
    let merged = merge_with_theirs_from_a_pipe(&folder, &[], |time| {
        if time == 0 {
            fs::write(&mine, "A\nb\nc\nd\n").unwrap();
        }
    });
    assert_eq!(merged.code, Some(1), "c and d are next to each other: {merged}");
    let text = fs::read_to_string(&mine).unwrap();
    assert!(text.contains("A\n") && text.contains("d\n") && text.contains("C\n"), "{text}");
}

#[test]
fn base_changed_while_merging_is_merged_again() {
    let folder = folder();
    let base = folder.file("base");
    let merged = merge_with_theirs_from_a_pipe(&folder, &[], |time| {
        if time == 0 {
            fs::write(&base, "A\nb\nc\n").unwrap();
        }
    });
    merged.expect(0, &[]);
    let text = folder.read("mine");
    assert_eq!(text, "a\nb\nC\n", "over the base that is there now, only theirs changed something");
}

#[test]
fn output_changed_while_merging_is_refused() {
    let folder = folder();
    let output = folder.file("output");
    fs::write(&output, "before").unwrap();
    let merged = merge_with_theirs_from_a_pipe(&folder, &["--output", "output"], |time| {
        if time == 0 {
            fs::write(&output, "changed").unwrap();
        }
    });
    merged.expect(255, &["output cannot be written: it has changed since it was read"]);
    assert_eq!(fs::read_to_string(&output).unwrap(), "changed");
}

#[test]
fn mine_that_changes_all_the_time_is_given_up() {
    let folder = folder();
    let mine = folder.file("mine");
    let merged = merge_with_theirs_from_a_pipe(&folder, &[], |time| {
        fs::write(&mine, format!("A {time}\nb\nc\n")).unwrap();
    });
    merged.expect(255, &["mine keeps changing"]);
    assert!(fs::read_to_string(&mine).unwrap().starts_with("A 9\nb\nc\n"));
}
