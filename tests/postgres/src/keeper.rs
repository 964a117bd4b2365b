//! A shell script that starts and stops PostgreSQL, until the test process ends.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::{env, fs};

/// A running script that carries out orders.
#[derive(Debug)]
pub(crate) struct Keeper {
    /// Each line is an order. The script stops PostgreSQL and ends when this is closed.
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    _script: Child,
}

impl Keeper {
    /// Starts a script in a folder that it may change, and waits until it prints `started`.
    ///
    /// PostgreSQL refuses to run as root, so for root the script runs as another user, who owns the folder.
    pub(crate) fn start(script: &str, arguments: &[&OsStr], folder: &Path) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", script, "keeper"]).args(arguments);
        if fs::metadata("/proc/self").is_ok_and(|this| std::os::unix::fs::MetadataExt::uid(&this) == 0) {
            const NOBODY: u32 = 65534;
            let inside = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            for path in inside.chain([folder.to_owned()]) {
                std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
            std::os::unix::process::CommandExt::gid(&mut command, NOBODY);
            std::os::unix::process::CommandExt::uid(&mut command, NOBODY);
        }
        let mut script = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (orders, answers) = (script.stdin.take().unwrap(), BufReader::new(script.stdout.take().unwrap()));
        let mut keeper = Self { orders, answers, _script: script };
        keeper.expect("started");
        keeper
    }

    /// Gives an order, and waits until the script reports that it is done.
    pub(crate) fn order(&mut self, order: &str, report: &str) {
        self.orders.write_all(format!("{order}\n").as_bytes()).unwrap();
        self.expect(report);
    }

    fn expect(&mut self, report: &str) {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        assert_eq!(line.trim_end(), report, "PostgreSQL does not start");
    }
}

/// Runs SQL in the database `postgres`, as the superuser `tester`, and returns the rows.
pub(crate) fn psql(programs: &Path, folder: &Path, port: u16, database: &str, sql: &str) -> String {
    let mut psql = Command::new(programs.join("psql"));
    psql.arg("--host").arg(folder).arg(format!("--port={port}"));
    psql.args(["--username", "tester", "--dbname", database, "--quiet", "--no-align", "--tuples-only"]);
    let output = psql.args(["--command", sql]).output().unwrap();
    assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// Returns the folder of PostgreSQL's programs, or panics with what to install.
pub(crate) fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let mut debian: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    debian.sort();
    let on_path = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect::<Vec<_>>();
    let all = debian.into_iter().rev().chain(on_path);
    let found = all.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file());
    found.expect("PostgreSQL is not installed: these tests need initdb, postgres and psql (apt-get install postgresql)")
}
