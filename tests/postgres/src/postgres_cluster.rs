//! A running PostgreSQL, and the process that ends it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::{env, fs};

/// Starts PostgreSQL, restarts it for each line, and stops it when standard input ends.
///
/// Standard input ends with the process that started it, however that ends.
const KEEPER: &str = r#"
# A signal to the whole group ends the test, and must not end this before PostgreSQL.
trap '' INT TERM HUP
cd "$2"
"$1/initdb" --pgdata data --username tester --auth trust --encoding UTF8 --locale C --no-sync >log 2>&1 &&
"$1/pg_ctl" --pgdata data --wait --log log --options "-k $2 -c fsync=off -c max_connections=200 $3" start >>log 2>&1 &&
    echo started || { cat log >&2; cd /; rm -rf "$2"; exit 1; }
while read -r _; do
    "$1/pg_ctl" --pgdata data --wait --log log --mode immediate restart >>log 2>&1 && echo restarted
done
"$1/pg_ctl" --pgdata data --mode immediate stop >>log 2>&1
cd / && rm -rf "$2"
"#;

/// A running PostgreSQL, which ends when this value is dropped or this process ends.
///
/// It does not sync to the disk (`fsync=off`), so that tests are fast: a crash of PostgreSQL loses nothing, one of the
/// machine would. Options that are given to [`Self::start`] come last, and so can set this again.
#[derive(Debug)]
pub struct PostgresCluster {
    folder: PathBuf,
    programs: PathBuf,
    /// Each line restarts PostgreSQL. It stops when this is closed.
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    _keeper: Child,
}

impl PostgresCluster {
    /// Returns the one that all tests of this process share; the first call starts it.
    ///
    /// It has a socket and no TCP port.
    ///
    /// # Panics
    ///
    /// If PostgreSQL is not installed, or does not start.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PostgresCluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start("-c listen_addresses=", |_| ()))
    }

    /// Starts one more, with these options of `postgres`, and files that `prepare` puts into its folder.
    ///
    /// # Panics
    ///
    /// If PostgreSQL is not installed, or does not start.
    #[must_use]
    pub fn start(options: &str, prepare: impl FnOnce(&Path)) -> Self {
        let programs = programs();
        // The keeper removes it.
        let folder = tempfile::Builder::new().prefix("pg").tempdir().unwrap().keep();
        prepare(&folder);
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&programs).arg(&folder).arg(options);
        // PostgreSQL refuses to run as root.
        if fs::metadata("/proc/self").is_ok_and(|this| std::os::unix::fs::MetadataExt::uid(&this) == 0) {
            const NOBODY: u32 = 65534;
            let inside = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
            for path in inside.chain([folder.clone()]) {
                std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
            std::os::unix::process::CommandExt::gid(&mut keeper, NOBODY);
            std::os::unix::process::CommandExt::uid(&mut keeper, NOBODY);
        }
        let mut keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (orders, answers) = (keeper.stdin.take().unwrap(), BufReader::new(keeper.stdout.take().unwrap()));
        let mut cluster = Self { folder, programs, orders, answers, _keeper: keeper };
        cluster.expect("started");
        cluster
    }

    /// Kills PostgreSQL, as a crash does, and starts it again.
    ///
    /// # Panics
    ///
    /// If PostgreSQL does not start again.
    pub fn crash(&mut self) {
        self.orders.write_all(b"restart\n").unwrap();
        self.expect("restarted");
    }

    fn expect(&mut self, answer: &str) {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        assert_eq!(line.trim_end(), answer, "PostgreSQL does not start");
    }

    /// Returns the folder of the socket, which is the host in a URL.
    #[must_use]
    pub fn socket_folder(&self) -> &Path {
        &self.folder
    }

    /// Runs SQL in the database `postgres`, as the superuser `tester`.
    ///
    /// # Panics
    ///
    /// If PostgreSQL refuses it.
    pub fn run_sql(&self, sql: &str) {
        self.run_sql_at(5432, sql);
    }

    /// Like [`Self::run_sql`], for a cluster whose options set this port.
    ///
    /// A port is a part of the socket's name, also without TCP.
    ///
    /// # Panics
    ///
    /// If PostgreSQL refuses it.
    pub fn run_sql_at(&self, port: u16, sql: &str) {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.arg("--host").arg(&self.folder).arg(format!("--port={port}")).args([
            "--username",
            "tester",
            "--dbname",
            "postgres",
            "--quiet",
        ]);
        let output = psql.args(["--command", sql]).output().unwrap();
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Returns the folder of PostgreSQL's programs, or panics with what to install.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let mut debian: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    debian.sort();
    let on_path = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect::<Vec<_>>();
    let all = debian.into_iter().rev().chain(on_path);
    let found = all.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file());
    found.expect("PostgreSQL is not installed: these tests need initdb, postgres and psql (apt-get install postgresql)")
}
