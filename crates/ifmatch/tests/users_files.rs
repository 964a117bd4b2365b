//! What `ifmatch merge` and `ifmatch lesson --save` leave of a file that they write: everything but its content.
#![cfg(unix)]

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ifmatch");

/// A folder with three files that merge without a conflict, and a folder for the program's data.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in [("base", "a\nb\nc\n"), ("mine", "A\nb\nc\n"), ("theirs", "a\nb\nC\n")] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

const MERGED: &str = "A\nb\nC\n";

fn merge(folder: &Path, arguments: &[&str]) -> Command {
    let mut program = Command::new(PROGRAM);
    program.arg("merge").args(arguments).current_dir(folder).env("IFMATCH_DATA", folder.join("data"));
    program
}

fn merge_mine(folder: &Path) -> Output {
    merge(folder, &["mine", "base", "theirs"]).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn read_only_mine_is_refused() {
    let folder = folder();
    let mine = folder.path().join("mine");
    fs::set_permissions(&mine, Permissions::from_mode(0o444)).unwrap();
    let refused = merge_mine(folder.path());
    assert_eq!(refused.status.code(), Some(255));
    assert!(said(&refused).contains("mine cannot be written: it is read-only (mode 0444)"), "{}", said(&refused));
    assert_eq!(fs::read_to_string(&mine).unwrap(), "A\nb\nc\n");
}

#[test]
fn hard_links_of_mine_stay() {
    let folder = folder();
    fs::hard_link(folder.path().join("mine"), folder.path().join("other name")).unwrap();
    assert_eq!(merge_mine(folder.path()).status.code(), Some(0));
    assert_eq!(fs::read_to_string(folder.path().join("other name")).unwrap(), MERGED);
}

#[test]
fn owner_and_extended_attributes_of_mine_stay() {
    let folder = folder();
    let mine = folder.path().join("mine");
    let flags = rustix::fs::XattrFlags::empty();
    let has_attributes = rustix::fs::setxattr(&mine, "user.origin", b"page 7", flags).is_ok();
    let is_root = chown(&mine, Some(4242), Some(4243)).is_ok();
    assert_eq!(merge_mine(folder.path()).status.code(), Some(0));
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
    let mine = folder.path().join("mine");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&mine, Permissions::from_mode(0o666)).unwrap();
    let data = TempDir::new().unwrap();
    let mut program = merge(folder.path(), &["mine", "base", "theirs"]);
    program.env("IFMATCH_DATA", data.path().join("data"));
    if chown(data.path(), Some(4242), Some(4242)).is_err() {
        println!("skipped: only root can be another user");
        return;
    }
    let output = match program.uid(4242).gid(4242).output() {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: another user cannot start the program: {error}");
            return;
        }
    };
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let metadata = fs::metadata(&mine).unwrap();
    assert_eq!((metadata.uid(), metadata.mode() & 0o777), (0, 0o666));
    assert_eq!(fs::read_to_string(&mine).unwrap(), MERGED);
    // The folder takes no file of that user's, so the backup went elsewhere, and is gone.
    assert_eq!(fs::read_dir(data.path().join("data/backups")).unwrap().count(), 0);
    // Without any place for a backup nothing is written.
    fs::write(&mine, "A\nb\nc\n").unwrap();
    let mut program = merge(folder.path(), &["mine", "base", "theirs"]);
    let refused = program.env("IFMATCH_DATA", "/dev/null/data").uid(4242).gid(4242).output().unwrap();
    assert_eq!(refused.status.code(), Some(255));
    assert!(said(&refused).contains("no backup of it can be made"), "{}", said(&refused));
    assert_eq!(fs::read_to_string(&mine).unwrap(), "A\nb\nc\n");
}

#[test]
fn output_is_written_and_mine_is_not() {
    let folder = folder();
    let options = |output: &str| {
        let merged = merge(folder.path(), &["--output", output, "mine", "base", "theirs"]).output().unwrap();
        assert_eq!(merged.status.code(), Some(0), "{}", said(&merged));
        fs::read_to_string(folder.path().join(output)).unwrap()
    };
    fs::write(folder.path().join("there"), "old").unwrap();
    fs::hard_link(folder.path().join("there"), folder.path().join("other name")).unwrap();
    symlink("nowhere yet", folder.path().join("dangling")).unwrap();
    assert_eq!(options("new"), MERGED);
    assert_eq!(options("there"), MERGED);
    assert_eq!(fs::read_to_string(folder.path().join("other name")).unwrap(), MERGED);
    assert_eq!(options("dangling"), MERGED);
    assert_eq!(fs::read_to_string(folder.path().join("nowhere yet")).unwrap(), MERGED);
    assert_eq!(fs::read_to_string(folder.path().join("mine")).unwrap(), "A\nb\nc\n");
    let full = merge(folder.path(), &["--output", "/dev/full", "mine", "base", "theirs"]).output().unwrap();
    assert_eq!(full.status.code(), Some(255));
    assert!(said(&full).contains("No space left"), "{}", said(&full));
}

#[test]
fn transcript_keeps_hard_links_and_refuses_read_only() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("told.md");
    fs::write(&path, "old").unwrap();
    fs::hard_link(&path, folder.path().join("other name")).unwrap();
    let play = || {
        let mut program = Command::new(PROGRAM);
        program.args(["lesson", "lost-update", "--save", "told.md"]).current_dir(folder.path()).output().unwrap()
    };
    assert_eq!(play().status.code(), Some(0));
    let told = fs::read_to_string(folder.path().join("other name")).unwrap();
    assert!(told.contains("412") || told.contains("PUT"), "{told}");
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    let refused = play();
    assert_eq!(refused.status.code(), Some(74));
    assert!(said(&refused).contains("told.md cannot be written: it is read-only"), "{}", said(&refused));
    assert_eq!(fs::read_to_string(&path).unwrap(), told);
}

#[test]
fn read_only_log_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("log");
    fs::write(&path, "kept\n").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    let mut program = Command::new(PROGRAM);
    let refused = program.args(["--log", "log", "lesson", "lost-update"]).current_dir(folder.path()).output().unwrap();
    assert_eq!(refused.status.code(), Some(74));
    let words = "the log log cannot be written: it is read-only (mode 0444); 'chmod u+w' makes it writable";
    assert!(said(&refused).contains(words), "{}", said(&refused));
    assert_eq!(fs::read_to_string(&path).unwrap(), "kept\n");
}

/// Runs a merge whose THEIRS is a pipe. `meanwhile` is called each time after the other files were read and before
/// theirs is, with the number of the time.
fn merge_with_theirs_from_a_pipe(folder: &Path, options: &[&str], meanwhile: impl Fn(usize) + Sync) -> Output {
    let pipe = folder.join("theirs");
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
        let output = merge(folder, &[options, &["mine", "base", "theirs"]].concat()).output().unwrap();
        has_ended.store(true, Ordering::SeqCst);
        // The writer may be about to open this pipe or the next one, and a pipe opens only while it has a reader.
        while !writer.is_finished() {
            drop(File::options().read(true).write(true).open(&pipe));
            thread::yield_now();
        }
        output
    })
}

#[test]
fn mine_changed_while_merging_is_merged_again() {
    let folder = folder();
    let mine = folder.path().join("mine");
    let merged = merge_with_theirs_from_a_pipe(folder.path(), &[], |time| {
        if time == 0 {
            fs::write(&mine, "A\nb\nc\nd\n").unwrap();
        }
    });
    assert_eq!(merged.status.code(), Some(1), "c and d are next to each other: {}", said(&merged));
    let text = fs::read_to_string(&mine).unwrap();
    assert!(text.contains("A\n") && text.contains("d\n") && text.contains("C\n"), "{text}");
}

#[test]
fn base_changed_while_merging_is_merged_again() {
    let folder = folder();
    let base = folder.path().join("base");
    let merged = merge_with_theirs_from_a_pipe(folder.path(), &[], |time| {
        if time == 0 {
            fs::write(&base, "A\nb\nc\n").unwrap();
        }
    });
    assert_eq!(merged.status.code(), Some(0), "{}", said(&merged));
    let text = fs::read_to_string(folder.path().join("mine")).unwrap();
    assert_eq!(text, "a\nb\nC\n", "over the base that is there now, only theirs changed something");
}

#[test]
fn output_changed_while_merging_is_refused() {
    let folder = folder();
    let output = folder.path().join("output");
    fs::write(&output, "before").unwrap();
    let merged = merge_with_theirs_from_a_pipe(folder.path(), &["--output", "output"], |time| {
        if time == 0 {
            fs::write(&output, "changed").unwrap();
        }
    });
    assert_eq!(merged.status.code(), Some(255));
    assert!(said(&merged).contains("output cannot be written: it has changed since it was read"), "{}", said(&merged));
    assert_eq!(fs::read_to_string(&output).unwrap(), "changed");
}

#[test]
fn mine_that_changes_all_the_time_is_given_up() {
    let folder = folder();
    let mine = folder.path().join("mine");
    let merged = merge_with_theirs_from_a_pipe(folder.path(), &[], |time| {
        fs::write(&mine, format!("A {time}\nb\nc\n")).unwrap();
    });
    assert_eq!(merged.status.code(), Some(255));
    assert!(said(&merged).contains("mine changes all the time"), "{}", said(&merged));
    assert!(fs::read_to_string(&mine).unwrap().starts_with("A 9\nb\nc\n"));
}
