//! A store in PostgreSQL: one server and three, next to what PostgreSQL itself can do on this machine.
//!
//! ```sh
//! tests/postgres.sh   # installs PostgreSQL's programs, and starts nothing
//! cargo run --release -p ifmatch-bench --features postgres -- --postgres
//! ```
//!
//! PostgreSQL runs in a temporary folder, on a socket, and every commit is synced. Driver, servers and PostgreSQL share
//! all processors, as pgbench and PostgreSQL do.
//!
//! | what is measured | its yardstick |
//! | --- | --- |
//! | a durable conditional PUT, 1, 16 and 64 connections, each its own document | pgbench, see [`pgbench`] |
//! | the same through three servers in turns | one server |
//! | the same with a NOTIFY that does nothing | one server |
//! | pgbench with numbered events, and with NOTIFY besides: a transaction for each write | pgbench with the minimum |
//! | a conditional GET that is answered 304 | a bare axum route with one select, see [`bare_select`] |
//! | many writers of one document that try again immediately | the same on SQLite; of one writer, p99 next to p50 |
//!
//! Each server has an event stream about all documents open. All cells are measured in turns, in several rounds, every
//! second round in the opposite order. A ratio is the median of the ratios of the rounds. Processor time is that of one
//! acknowledged write, or of one read: of the servers, of PostgreSQL with all its processes, and of the driver or
//! pgbench.

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

/// The servers of a run.
struct PostgresServers<'a> {
    cluster: &'a PostgresCluster,
    pgbench: Pgbench<'a>,
    one: SeededServer,
    muted: SeededServer,
    /// Three servers on one database: the first one, and the others.
    first: SeededServer,
    others: [ServerProcess; 2],
    select: SeededServer,
    sqlite: SeededServer,
}

/// Measures everything, in turns.
///
/// # Errors
///
/// If a server does not start, or answers otherwise than it should.
pub(crate) async fn run(settings: &Settings) -> Result<PostgresReport, Error> {
    let place = Workdir::create()?;
    if settings.apart {
        pin_cores()?;
    }
    let cluster = database::start();
    check_disk(cluster.socket_folder())?;
    let mut servers = PostgresServers::start(settings, &cluster, &place).await?;
    let mut cells: Vec<_> = PostgresCase::ALL
        .into_iter()
        .flat_map(|case| case.connection_counts().iter().map(move |connections| (case, *connections)))
        .filter(|(case, connections)| format!("{} {connections}", case.name()).contains(&settings.only))
        .collect();
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
    async fn start(settings: &Settings, cluster: &'a PostgresCluster, place: &Workdir) -> Result<Self, Error> {
        let Settings { documents, bytes, .. } = *settings;
        let start = |store: &Path| ServerProcess::with_defaults(settings.server.as_deref(), settings.apart, store);
        let seeded = async |store: &Path| {
            let server = SeededServer::start(start(store)?, documents, bytes).await?;
            server.open_event_stream().await?;
            Ok::<_, Error>(server)
        };
        let url = database::create(cluster, "one");
        let one = seeded(Path::new(&url)).await?;
        let select = one.same_documents(ServerProcess::bare_select(settings, &url)?);
        let muted = seeded(Path::new(&database::create_muted(cluster, "muted").await?)).await?;
        let url = database::create(cluster, "three");
        let first = seeded(Path::new(&url)).await?;
        let mut others = Vec::new();
        for _ in 0..2 {
            let other = first.same_documents(start(Path::new(&url))?);
            other.open_event_stream().await?;
            others.push(other.into_server());
        }
        let others = others.try_into().unwrap_or_else(|_| unreachable!("two were started"));
        for name in pgbench::DATABASES {
            database::create_for_pgbench(cluster, name, MAX_WRITERS).await?;
        }
        let sqlite = seeded(&place.file("contended.db")).await?;
        let pgbench = Pgbench::new(cluster, place, bytes);
        Ok(Self { cluster, pgbench, one, muted, first, others, select, sqlite })
    }

    /// Measures a cell. Returns also the processor time of PostgreSQL.
    async fn measure(
        &mut self,
        case: PostgresCase,
        connections: usize,
        time: Duration,
    ) -> Result<(Sample, Duration), Error> {
        let others: Vec<_> = self.others.iter().collect();
        let before = database::processor_time(self.cluster)?;
        let sample = match case {
            PostgresCase::Pgbench => return self.run_pgbench(WriteScript::Minimal, connections, time),
            PostgresCase::PgbenchNumbered => return self.run_pgbench(WriteScript::Numbered, connections, time),
            PostgresCase::PgbenchNotified => return self.run_pgbench(WriteScript::Notified, connections, time),
            PostgresCase::OneServer => self.one.measure(Workload::Write, connections, time).await?,
            PostgresCase::OneServerMuted => self.muted.measure(Workload::Write, connections, time).await?,
            PostgresCase::ThreeServers => self.first.write_with(&others, Workload::Write, connections, time).await?,
            PostgresCase::BareSelect => self.select.measure(Workload::Revalidate, connections, time).await?,
            PostgresCase::Revalidate => self.one.measure(Workload::Revalidate, connections, time).await?,
            PostgresCase::ContendSqlite => self.sqlite.measure(Workload::Contend, connections, time).await?,
            PostgresCase::Contend => self.one.measure(Workload::Contend, connections, time).await?,
            PostgresCase::ContendThreeServers => {
                self.first.write_with(&others, Workload::Contend, connections, time).await?
            }
        };
        Ok((sample, database::processor_time(self.cluster)?.saturating_sub(before)))
    }

    fn run_pgbench(
        &self,
        script: WriteScript,
        connections: usize,
        time: Duration,
    ) -> Result<(Sample, Duration), Error> {
        self.pgbench.measure(script, connections, time)
    }
}
