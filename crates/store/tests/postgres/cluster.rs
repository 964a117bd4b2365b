//! PostgreSQL for tests, in a temporary folder, on a socket of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use std::{env, fs};

use store::{PostgresStore, Store, StoreOptions};
use tokio_postgres::{Client, NoTls};

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

/// A running PostgreSQL.
pub(crate) struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    /// Each line restarts PostgreSQL. It stops when this is closed.
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    _keeper: Child,
}

impl Cluster {
    /// Returns the one of this process, which is started first.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start("-c listen_addresses=", |_| ()))
    }

    /// Starts one more, with these options, and files that `prepare` puts into its folder.
    pub(crate) fn start(options: &str, prepare: impl FnOnce(&Path)) -> Self {
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
    pub(crate) fn crash(&mut self) {
        self.orders.write_all(b"restart\n").unwrap();
        self.expect("restarted");
    }

    fn expect(&mut self, answer: &str) {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        assert_eq!(line.trim_end(), answer, "PostgreSQL does not start");
    }

    /// Returns the folder of the socket.
    pub(crate) fn socket_folder(&self) -> &Path {
        &self.folder
    }

    fn run_sql(&self, sql: &str) {
        self.run_sql_at(5432, sql);
    }

    /// Runs SQL on the server with a socket for this port.
    pub(crate) fn run_sql_at(&self, port: u16, sql: &str) {
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

/// A database of its own, which is empty at first.
pub(crate) struct Database {
    name: String,
}

impl Database {
    pub(crate) fn create() -> Self {
        static CREATED: AtomicUsize = AtomicUsize::new(0);
        let name = format!("test{}", CREATED.fetch_add(1, Ordering::Relaxed));
        Cluster::shared().run_sql(&format!("CREATE DATABASE {name}"));
        Self { name }
    }

    /// Returns the URL of the database.
    pub(crate) fn url(&self) -> String {
        self.url_through(Cluster::shared().socket_folder())
    }

    /// Returns the URL of the database through a socket in another folder.
    pub(crate) fn url_through(&self, folder: &Path) -> String {
        format!("postgres://tester@/{}?host={}", self.name, folder.display())
    }

    /// Opens a store as one more server does.
    pub(crate) async fn server(&self) -> Arc<PostgresStore> {
        Arc::new(PostgresStore::open_with(&self.url(), StoreOptions::default()).await.unwrap())
    }

    /// Opens a number of stores on the database, as the trait that servers use.
    pub(crate) async fn servers(&self, count: usize) -> Vec<Arc<dyn Store>> {
        let mut servers: Vec<Arc<dyn Store>> = Vec::new();
        for _ in 0..count {
            servers.push(self.server().await);
        }
        servers
    }

    /// Connects to the database without a store.
    pub(crate) async fn connect(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.unwrap();
        tokio::spawn(async move { connection.await.ok() });
        client
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        Cluster::shared().run_sql(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// Waits until so many transactions wait for locks in this database.
pub(crate) async fn until_blocked(client: &Client, count: i64) {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waiting = async {
        while client.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("the transactions wait for a lock");
}
