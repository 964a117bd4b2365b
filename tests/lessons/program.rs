//! The program, run to its end.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What came of a run.
pub(crate) struct FinishedProgram {
    pub(crate) code: i32,
    pub(crate) output: String,
    pub(crate) errors: String,
}

/// Runs the program with these arguments, in a home of its own.
pub(crate) fn run(arguments: &[&str]) -> FinishedProgram {
    let home = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ifmatch-under-test"));
    command.args(arguments).env_clear().env("HOME", home.path()).current_dir(home.path());
    let ran = command.stdin(Stdio::null()).output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    FinishedProgram { code: ran.status.code().unwrap_or(-1), output: text(ran.stdout), errors: text(ran.stderr) }
}

/// The exit code of a run whose standard output and standard error nobody reads any more.
pub(crate) fn unheard(arguments: &[&str]) -> i32 {
    let gone = || {
        let (reader, writer) = std::io::pipe().expect("there is a pipe");
        drop(reader);
        writer
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_ifmatch-under-test"));
    let home = tempfile::tempdir().expect("there is room for a temporary folder");
    command.args(arguments).env_clear().env("HOME", home.path()).current_dir(home.path());
    let ended = command.stdin(Stdio::null()).stdout(gone()).stderr(gone()).status().expect("the program starts");
    ended.code().unwrap_or(-1)
}

/// What a run that ends well prints.
pub(crate) fn said(arguments: &[&str]) -> String {
    let ran = run(arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.errors);
    ran.output
}

/// A lesson in a file of its own, for as long as the folder is kept.
pub(crate) fn file(name: &str, text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a temporary folder can be written to");
    (folder, path)
}
