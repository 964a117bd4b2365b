//! A running PostgreSQL, and the process that ends it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::keeper::{Keeper, programs, psql};

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
    keeper: Keeper,
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
        let keeper = Keeper::start(KEEPER, &[programs.as_ref(), folder.as_ref(), options.as_ref()], &folder);
        Self { folder, programs, keeper }
    }

    /// Kills PostgreSQL, as a crash does, and starts it again.
    ///
    /// # Panics
    ///
    /// If PostgreSQL does not start again.
    pub fn crash(&mut self) {
        self.keeper.order("restart", "restarted");
    }

    /// Returns the folder of the socket, which is the host in a URL.
    #[must_use]
    pub fn socket_folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the path of a program of the same version, such as `pgbench`. It may not be installed.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
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
        psql(&self.programs, &self.folder, port, "postgres", sql);
    }

    /// Runs SQL in one of the databases, and returns the rows as text.
    pub(crate) fn ask(&self, database: &str, sql: &str) -> String {
        psql(&self.programs, &self.folder, 5432, database, sql)
    }
}
