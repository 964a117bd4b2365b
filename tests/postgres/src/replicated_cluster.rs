//! A primary and a streaming replica, of which the primary can be killed.

use std::path::PathBuf;

use crate::keeper::{Keeper, programs, psql};

/// The ports of the primary and the replica, which are a part of the names of their sockets.
const PORTS: [u16; 2] = [5433, 5434];

/// Starts both servers, and carries out orders about them.
const KEEPER: &str = r#"
trap '' INT TERM HUP
cd "$2"
start() {
    "$bin/pg_ctl" --pgdata "$1" --wait --log "$1.log" start --options \
        "-k $PWD -c port=$2 -c listen_addresses= -c fsync=off -c max_connections=200 -c cluster_name=$1 $3" >>log 2>&1
}
sql() { "$bin/psql" --host "$PWD" --port "$1" --username tester --dbname postgres --quiet --tuples-only --command "$2"; }
bin=$1 options=$3
"$bin/initdb" --pgdata primary --username tester --auth trust --encoding UTF8 --locale C --no-sync >log 2>&1 &&
    start primary 5433 "$options" &&
    sql 5433 "SELECT pg_create_physical_replication_slot('replica')" >>log 2>&1 &&
    "$bin/pg_basebackup" --host "$PWD" --port 5433 --username tester --pgdata replica --write-recovery-conf \
        --slot replica --wal-method stream --checkpoint fast --no-sync >>log 2>&1 &&
    start replica 5434 "" &&
    until [ "$(sql 5433 'SELECT count(*) FROM pg_stat_replication' | tr -d ' ')" = 1 ]; do :; done &&
    echo started || { cat log primary.log replica.log >&2; cd /; rm -rf "$2"; exit 1; }
while read -r order; do
    case $order in
    kill)
        pid=$(head -n 1 primary/postmaster.pid)
        kill -KILL "$pid" $(cat "/proc/$pid/task/$pid/children")
        while kill -0 "$pid" 2>/dev/null; do :; done
        echo killed ;;
    promote) "$bin/pg_ctl" --pgdata replica --wait promote >>log 2>&1 && echo promoted ;;
    revive) start primary 5433 "" && echo revived ;;
    detach)
        sql 5434 "ALTER SYSTEM SET primary_conninfo = ''" && sql 5434 'SELECT pg_reload_conf()' >>log &&
            while [ "$(sql 5434 'SELECT count(*) FROM pg_stat_wal_receiver' | tr -d ' ')" != 0 ]; do :; done &&
            echo detached ;;
    esac
done
for data in primary replica; do "$bin/pg_ctl" --pgdata "$data" --mode immediate stop >>log 2>&1; done
cd / && rm -rf "$2"
"#;

/// When the primary acknowledges a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replication {
    /// Once the replica has applied it (`synchronous_commit=remote_apply`).
    Synchronous,
    /// Once the primary has it on its own disk.
    Asynchronous,
}

/// A primary and its replica, in a temporary folder. Both end with this process.
#[derive(Debug)]
pub struct ReplicatedCluster {
    folder: PathBuf,
    programs: PathBuf,
    keeper: Keeper,
}

impl ReplicatedCluster {
    /// Starts both servers, and waits until the replica follows.
    ///
    /// # Panics
    ///
    /// If PostgreSQL is not installed, or does not start.
    #[must_use]
    pub fn start(replication: Replication) -> Self {
        let options = match replication {
            Replication::Synchronous => "-c synchronous_standby_names=replica -c synchronous_commit=remote_apply",
            Replication::Asynchronous => "",
        };
        let programs = programs();
        // The keeper removes it.
        let folder = tempfile::Builder::new().prefix("pg").tempdir().unwrap().keep();
        let keeper = Keeper::start(KEEPER, &[programs.as_ref(), folder.as_ref(), options.as_ref()], &folder);
        Self { folder, programs, keeper }
    }

    /// Returns the URL of the database `postgres` that names both servers, the primary first.
    #[must_use]
    pub fn url(&self) -> String {
        let (folder, [primary, replica]) = (self.folder.display(), PORTS);
        format!(
            "postgres://tester@/postgres?host={folder},{folder}&port={primary},{replica}&target_session_attrs=read-write"
        )
    }

    /// Kills the primary with all its processes, as a machine does that loses its power.
    ///
    /// # Panics
    ///
    /// If it does not run.
    pub fn kill_primary(&mut self) {
        self.keeper.order("kill", "killed");
    }

    /// Makes the replica a primary.
    ///
    /// # Panics
    ///
    /// If it does not run.
    pub fn promote_replica(&mut self) {
        self.keeper.order("promote", "promoted");
    }

    /// Starts the old primary again, as a machine does that comes back by itself.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn revive_primary(&mut self) {
        self.keeper.order("revive", "revived");
    }

    /// Detaches the replica from its primary, so that it lags from now on.
    ///
    /// # Panics
    ///
    /// If it does not run.
    pub fn detach_replica(&mut self) {
        self.keeper.order("detach", "detached");
    }

    /// Runs SQL on the server that began as the primary, and returns the rows.
    ///
    /// # Panics
    ///
    /// If PostgreSQL refuses it.
    #[must_use]
    pub fn ask_primary(&self, sql: &str) -> String {
        psql(&self.programs, &self.folder, PORTS[0], "postgres", sql)
    }

    /// Runs SQL on the server that began as the replica, and returns the rows.
    ///
    /// # Panics
    ///
    /// If PostgreSQL refuses it.
    #[must_use]
    pub fn ask_replica(&self, sql: &str) -> String {
        psql(&self.programs, &self.folder, PORTS[1], "postgres", sql)
    }
}
