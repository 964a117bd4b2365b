//! A store in PostgreSQL: one server and three, next to what PostgreSQL itself can do on this machine.
//!
//! ```sh
//! tests/postgres.sh   # installs PostgreSQL's programs, and starts nothing
//! cargo run --release -p ifmatch-bench --features postgres -- --postgres
//! cargo run --release -p ifmatch-bench --features postgres -- --postgres --only 304  # only lines with this text
//! ```
//!
//! PostgreSQL runs in a temporary folder, on a socket, and every commit is synced. Driver, servers and PostgreSQL share
//! all processors, as pgbench and PostgreSQL do.
//!
//! | what is measured | its yardstick |
//! | --- | --- |
//! | a durable conditional PUT, 1, 16 and 64 connections, each its own document | pgbench, see [`pgbench`] |
//! | the same through three servers in turns | one server |
//! | pgbench with numbered events, and with NOTIFY besides: a transaction for each write | pgbench with the minimum |
//! | a conditional GET that is answered 304 | a bare axum route with one select, see [`bare_select`] |
//! | many writers of one document that try again immediately | the same on SQLite; of one writer, p99 next to p50 |
//!
//! The servers have no access log, as in `docs/operators.md`, and neither have the yardsticks. Each server has an event
//! stream about all documents open. All cells are measured in turns, in several rounds, every second round in the
//! opposite order. A ratio is the median of the ratios of the rounds. Processor time is that of one acknowledged write,
//! or of one read: of the servers, of PostgreSQL with all its processes, and of the driver or pgbench.

pub(crate) mod bare_select;
mod case;
mod connect;
mod database;
mod pgbench;
mod report;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use test_postgres::PostgresCluster;

use self::case::PostgresCase;
use self::pgbench::{Pgbench, WriteScript};
use self::report::{PostgresReport, PostgresRow};
use crate::cells::MAX_WRITERS;
use crate::error::Error;
use crate::process::{ServerProcess, pin_cores};
use crate::sample::Sample;
use crate::seeded::SeededServer;
use crate::settings::Settings;
use crate::workdir::{Workdir, check_disk};
use crate::workload::Workload;

/// The servers of a run: those that its cells need.
struct PostgresServers<'a> {
    cluster: &'a PostgresCluster,
    pgbench: Option<Pgbench<'a>>,
    one: Option<SeededServer>,
    /// Three servers on one database: the first one, and the others.
    three: Option<(SeededServer, [ServerProcess; 2])>,
    select: Option<SeededServer>,
    sqlite: Option<SeededServer>,
}

/// Measures everything, in turns.
///
/// # Errors
///
/// If a server does not start, or answers otherwise than it should.
pub(crate) async fn run(settings: &Settings) -> Result<PostgresReport, Error> {
    let mut cells: Vec<_> = PostgresCase::ALL
        .into_iter()
        .flat_map(|case| case.connection_counts().iter().map(move |connections| (case, *connections)))
        .filter(|(case, connections)| format!("{} {connections}", case.name()).contains(&settings.only))
        .collect();
    if cells.is_empty() {
        return Err(Error::Postgres(format!("no line of the table has the text '{}'", settings.only)));
    }
    let place = Workdir::create()?;
    if settings.apart {
        pin_cores()?;
    }
    let cluster = database::start();
    check_disk(cluster.socket_folder())?;
    let cases: Vec<PostgresCase> = cells.iter().map(|(case, _)| *case).collect();
    let mut servers = PostgresServers::start(settings, &cluster, &place, &cases).await?;
    let mut rows = BTreeMap::new();
    for round in 1..=settings.rounds {
        eprintln!("round {round} of {}", settings.rounds);
        for (case, connections) in &cells {
            let (sample, postgres) = servers.measure(*case, *connections, settings.time).await?;
            rows.entry((*case, *connections)).or_insert_with(PostgresRow::default).add(sample, postgres);
        }
        cells.reverse();
    }
    Ok(PostgresReport { settings: settings.clone(), file_system: place.kind.clone(), rows })
}

impl<'a> PostgresServers<'a> {
    /// Starts the servers that these cases need.
    async fn start(
        settings: &Settings,
        cluster: &'a PostgresCluster,
        place: &Workdir,
        cases: &[PostgresCase],
    ) -> Result<Self, Error> {
        use PostgresCase as Case;

        let Settings { documents, bytes, .. } = *settings;
        let start = |store: &Path| ServerProcess::without_access_log(settings.server.as_deref(), settings.apart, store);
        let seeded = async |store: &Path| {
            let server = SeededServer::start(start(store)?, documents, bytes).await?;
            server.open_event_stream().await?;
            Ok::<_, Error>(server)
        };
        let needs = |some: &[PostgresCase]| some.iter().any(|case| cases.contains(case));
        let mut servers = Self { cluster, pgbench: None, one: None, three: None, select: None, sqlite: None };
        if needs(&[Case::OneServer, Case::BareSelect, Case::Revalidate, Case::Contend]) {
            let url = database::create(cluster, "one");
            let one = seeded(Path::new(&url)).await?;
            servers.select = Some(one.same_documents(ServerProcess::bare_select(settings, &url)?));
            servers.one = Some(one);
        }
        if needs(&[Case::ThreeServers, Case::ContendThreeServers]) {
            let url = database::create(cluster, "three");
            let first = seeded(Path::new(&url)).await?;
            let mut others = Vec::new();
            for _ in 0..2 {
                let other = first.same_documents(start(Path::new(&url))?);
                other.open_event_stream().await?;
                others.push(other.into_server());
            }
            let others = others.try_into().unwrap_or_else(|_| unreachable!("two were started"));
            servers.three = Some((first, others));
        }
        if cases.iter().any(|case| case.is_pgbench()) {
            for name in pgbench::DATABASES {
                database::create_for_pgbench(cluster, name, MAX_WRITERS).await?;
            }
            servers.pgbench = Some(Pgbench::new(cluster, place, settings));
        }
        if needs(&[Case::ContendSqlite]) {
            servers.sqlite = Some(seeded(&place.file("contended.db")).await?);
        }
        Ok(servers)
    }

    /// Measures a cell. Returns also the processor time of PostgreSQL.
    async fn measure(
        &mut self,
        case: PostgresCase,
        connections: usize,
        time: Duration,
    ) -> Result<(Sample, Duration), Error> {
        let before = database::processor_time(self.cluster)?;
        let (workload, server) = match case {
            PostgresCase::Pgbench => return self.run_pgbench(WriteScript::Minimal, connections, time),
            PostgresCase::PgbenchNumbered => return self.run_pgbench(WriteScript::Numbered, connections, time),
            PostgresCase::PgbenchNotified => return self.run_pgbench(WriteScript::Notified, connections, time),
            PostgresCase::ThreeServers => (Workload::Write, None),
            PostgresCase::ContendThreeServers => (Workload::Contend, None),
            PostgresCase::OneServer => (Workload::Write, self.one.as_mut()),
            PostgresCase::BareSelect => (Workload::Revalidate, self.select.as_mut()),
            PostgresCase::Revalidate => (Workload::Revalidate, self.one.as_mut()),
            PostgresCase::ContendSqlite => (Workload::Contend, self.sqlite.as_mut()),
            PostgresCase::Contend => (Workload::Contend, self.one.as_mut()),
        };
        let sample = if let Some(server) = server {
            server.measure(workload, connections, time).await?
        } else {
            let (first, others) = self.three.as_mut().expect("the servers of all cases were started");
            let others: Vec<_> = others.iter().collect();
            first.write_with(&others, workload, connections, time).await?
        };
        Ok((sample, database::processor_time(self.cluster)?.saturating_sub(before)))
    }

    fn run_pgbench(
        &self,
        script: WriteScript,
        connections: usize,
        time: Duration,
    ) -> Result<(Sample, Duration), Error> {
        self.pgbench.as_ref().expect("pgbench was prepared").measure(script, connections, time)
    }
}
