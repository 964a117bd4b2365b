//! Helpers of these tests: a folder, and the program in it, until it ends or as a server.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A folder that is removed when the value is dropped.
pub(crate) struct TestFolder(TempDir);

impl TestFolder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Returns the path of a file in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file in the folder.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.file(name), content).unwrap();
    }

    /// Returns the text of a file in the folder.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    /// Runs the program in the folder, until it ends.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(program(self.path()).args(arguments))
    }
}

/// Returns a command for the program in a folder, which is its home as well and has its data.
///
/// Of the environment, only what the test sets counts.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ifmatch"));
    command.current_dir(folder).stdin(Stdio::null()).env("HOME", folder).env("USER", "alice");
    command.env("IFMATCH_DATA", folder.join("data")).env("GIT_CONFIG_NOSYSTEM", "1");
    for variable in [
        "IFMATCH_SERVER",
        "IFMATCH_LOG",
        "IFMATCH_TOKEN",
        "IFMATCH_NAME",
        "IFMATCH_CA",
        "IFMATCH_CONFIG",
        "XDG_CONFIG_HOME",
    ] {
        command.env_remove(variable);
    }
    command
}

/// Runs the program in a new folder, until it ends.
pub(crate) fn run(arguments: &[&str]) -> Ended {
    TestFolder::new().run(arguments)
}

/// A program that has ended, and what it printed.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ended {
    /// Runs a command, until it ends.
    pub(crate) fn of(command: &mut Command) -> Self {
        command.output().unwrap().into()
    }

    /// Asserts the exit code, and that standard error has each of these texts.
    #[track_caller]
    pub(crate) fn expect(&self, code: i32, texts: &[&str]) -> &Self {
        assert_eq!(self.code, Some(code), "{self}");
        for text in texts {
            assert!(self.stderr.contains(text), "{text:?} is missing: {self}");
        }
        self
    }

    /// Asserts that neither standard error nor standard output has this text.
    #[track_caller]
    pub(crate) fn never_says(&self, text: &str) -> &Self {
        assert!(!self.to_string().contains(text), "{text:?} is there: {self}");
        self
    }
}

impl From<Output> for Ended {
    fn from(Output { status, stdout, stderr }: Output) -> Self {
        Self { code: status.code(), stdout, stderr: String::from_utf8_lossy(&stderr).into_owned() }
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", String::from_utf8_lossy(&self.stdout), self.stderr)
    }
}

/// A server that runs until the value is dropped.
pub(crate) struct RunningProgram {
    child: Child,
    /// The banner: the lines that it printed when it began to serve.
    pub(crate) banner: String,
}

impl RunningProgram {
    /// Starts a server in a folder, and waits until it serves.
    pub(crate) fn serve(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = program(folder);
        let mut child = command.arg("serve").args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut banner = String::new();
        for line in lines {
            banner.push_str(&line);
            banner.push('\n');
            if line.starts_with("Ctrl-C") {
                break;
            }
        }
        assert!(banner.contains("Ctrl-C"), "the server has ended: {banner}");
        Self { child, banner }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns the address in the banner, such as `http://127.0.0.1:40123`.
    pub(crate) fn url(&self) -> &str {
        let url = self.banner.split([' ', ',']).find(|word| word.starts_with("http"));
        url.unwrap_or_else(|| panic!("no address: {}", self.banner))
    }
}

impl RunningProgram {
    /// Kills the server: it has no time to put anything in order.
    pub(crate) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for RunningProgram {
    fn drop(&mut self) {
        self.stop();
    }
}
