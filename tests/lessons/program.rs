//! Runs the program to its end.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The result of a run.
pub(crate) struct FinishedProgram {
    pub(crate) code: i32,
    pub(crate) output: String,
    pub(crate) errors: String,
}

/// Runs the program with these arguments, in a home folder of its own.
pub(crate) fn run(arguments: &[&str]) -> FinishedProgram {
    let home = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ifmatch-under-test"));
    command.args(arguments).env_clear().env("HOME", home.path()).current_dir(home.path());
    let ran = command.stdin(Stdio::null()).output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    FinishedProgram { code: ran.status.code().unwrap_or(-1), output: text(ran.stdout), errors: text(ran.stderr) }
}

/// Starts the program with these arguments and so many worker threads.
///
/// It runs in a home folder of its own, which exists as long as the second value.
pub(crate) fn start_with_threads(arguments: &[&str], threads: usize) -> (Child, TempDir) {
    let home = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ifmatch-under-test"));
    command.args(arguments).env_clear().env("HOME", home.path()).current_dir(home.path());
    command.env("TOKIO_WORKER_THREADS", threads.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    (command.spawn().expect("the program starts"), home)
}

/// Returns the exit code of a run whose standard output and standard error are closed.
pub(crate) fn run_with_closed_output(arguments: &[&str]) -> i32 {
    let gone = || {
        let (reader, writer) = std::io::pipe().expect("a pipe can be created");
        drop(reader);
        writer
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_ifmatch-under-test"));
    let home = tempfile::tempdir().expect("there is room for a temporary folder");
    command.args(arguments).env_clear().env("HOME", home.path()).current_dir(home.path());
    let ended = command.stdin(Stdio::null()).stdout(gone()).stderr(gone()).status().expect("the program starts");
    ended.code().unwrap_or(-1)
}

/// Returns the output of a run that succeeds.
pub(crate) fn said(arguments: &[&str]) -> String {
    let ran = run(arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.errors);
    ran.output
}

/// Writes a lesson to a file, which exists as long as the folder does.
pub(crate) fn file(name: &str, text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a temporary folder can be written to");
    (folder, path)
}
