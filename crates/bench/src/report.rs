//! The table at the end: every cell, and the ratios next to their goals.

use std::collections::BTreeMap;
use std::fmt;

use crate::cells::{COMPARED_CELLS, CONNECTION_COUNTS, CellKey, ServerUnderTest, WORKLOADS};
use crate::held::Held;
use crate::sample::{Cell, median, number};
use crate::settings::Settings;
use crate::workload::{CONTENT_BYTES, Workload};

/// All measurements of a run.
#[derive(Default)]
pub(crate) struct BenchReport {
    pub(crate) file_system: String,
    pub(crate) settings: Settings,
    pub(crate) cells: BTreeMap<CellKey, Cell>,
    /// The server with few documents once more, in turns with the one with many.
    pub(crate) beside_many: BTreeMap<CellKey, Cell>,
    /// The server with few documents once more, in turns with itself while it is watched.
    pub(crate) beside_watched: BTreeMap<CellKey, Cell>,
    /// The yardstick `fdatasync`, in calls a second.
    pub(crate) syncs: Vec<f64>,
    /// The yardstick of one write a commit, in writes a second.
    pub(crate) single: Vec<f64>,
    /// The yardstick of 64 writes a commit, in writes a second.
    pub(crate) grouped: Vec<f64>,
    /// Memory of the server with few documents in bytes, after the rounds.
    pub(crate) resident_few: u64,
    /// Memory of the server with many documents.
    pub(crate) resident_many: u64,
    /// Memory of the server while it is watched.
    pub(crate) resident_watched: u64,
    pub(crate) held: Held,
}

impl fmt::Display for BenchReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.settings.only_held {
            return self.held(f);
        }
        self.head(f)?;
        self.table(f)?;
        self.yardsticks(f)?;
        self.ratios(f)?;
        self.held(f)
    }
}

impl BenchReport {
    fn head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { rounds, time, documents, many, watchers, apart, .. } = &self.settings;
        let where_they_run = if *apart { "on a processor each" } else { "on the same processors" };
        writeln!(
            f,
            "ifmatch serve over loopback, database on {}, {documents} documents of {CONTENT_BYTES} bytes\n\
             medians of {rounds} rounds of {time:?} each; cpu: µs a request, in the server\n\
             driver and server {where_they_run}\n\
             many: {many} documents; watched: {watchers} event streams are open\n",
            self.file_system
        )
    }

    fn table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<34} {:>5} {:>10} {:>9} {:>9} {:>9} {:>7} {:>7} {:>7}",
            "", "conns", "requests/s", "p50 µs", "p99 µs", "p99.9 µs", "p99/p50", "cpu", "driver"
        )?;
        for ((on, kind, connections), cell) in &self.cells {
            write!(
                f,
                "{:<34} {connections:>5} {:>10.0} {:>9.0} {:>9.0} {:>9.0} {:>7.1} {:>7.1} {:>6.0}%",
                name(*on, WORKLOADS[*kind]),
                cell.rate(),
                cell.p50(),
                cell.p99(),
                cell.p999(),
                cell.p99() / cell.p50(),
                cell.cost(),
                cell.driver() * 100.0,
            )?;
            if WORKLOADS[*kind] == Workload::Contend {
                write!(f, "  {:.0} writes/s", cell.done())?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn yardsticks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{:<34} {:>10.0} a second", "fdatasync of an appended page", median(&self.syncs))?;
        writeln!(f, "{:<34} {:>10.0} writes/s", "SQLite alone, a commit a write", median(&self.single))?;
        writeln!(f, "{:<34} {:>10.0} writes/s", "SQLite alone, 64 writes a commit", median(&self.grouped))
    }

    fn ratios(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let few = |kind, connections| &self.cells[&(ServerUnderTest::Few, kind, connections)];
        writeln!(f)?;
        for connections in CONNECTION_COUNTS {
            let bare = &self.cells[&(ServerUnderTest::Bare, 0, connections)];
            let server = few(0, connections);
            let what = format!("304, {connections} connections: of bare axum");
            at_least(f, &what, server.rate() / bare.rate(), 0.85)?;
            let (more, share) = (server.cost() - bare.cost(), bare.cost() / server.cost() * 100.0);
            writeln!(f, "{:<52} {share:>7.0} %   {more:.1} µs more", "    by the processor time of the server alone")?;
        }
        at_least(f, "PUT, 1 connection: of a commit a write", few(2, 1).rate() / median(&self.single), 0.8)?;
        at_least(f, "PUT, 64 connections: of 64 writes a commit", few(2, 64).rate() / median(&self.grouped), 0.8)?;
        let loaded =
            self.cells.iter().filter(|((on, _, connections), _)| *on == ServerUnderTest::Few && *connections > 1);
        let worst = loaded.map(|(_, cell)| cell.p99() / cell.p50()).fold(0.0, f64::max);
        at_most(f, "p99 of p50, the worst under load", worst, 5.0, "")?;
        at_most(f, "memory, few documents", mebibytes(self.resident_few), 30.0, " MiB")?;
        writeln!(f, "{:<52} {:>8.1} MiB", "memory, many documents", mebibytes(self.resident_many))?;
        writeln!(f, "{:<52} {:>8.1} MiB", "memory, watched", mebibytes(self.resident_watched))?;
        for (kind, connections) in COMPARED_CELLS {
            let what = name(ServerUnderTest::Few, WORKLOADS[kind]);
            let cost = |cells: &BTreeMap<CellKey, Cell>, on| cells[&(on, kind, connections)].cost();
            let many = cost(&self.cells, ServerUnderTest::Many) / cost(&self.beside_many, ServerUnderTest::Few);
            at_most(f, &format!("{what}, cpu: many documents, of few"), many, 1.2, "")?;
            let watched =
                cost(&self.cells, ServerUnderTest::Watched) / cost(&self.beside_watched, ServerUnderTest::Few);
            at_most(f, &format!("{what}, cpu: watched, of not"), watched, 1.2, "")?;
        }
        Ok(())
    }
}

impl BenchReport {
    fn held(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Held { released, at_once, before, idle, all } = &self.held;
        let count = self.settings.held;
        let (released, at_once) = (median(released), median(at_once));
        writeln!(f)?;
        at_most(f, &format!("{count} held writes, release to last response"), released, 1000.0, " ms")?;
        writeln!(f, "{:<52} {at_once:>8.1} ms   {:.2} of it", "    the same writes, not held", released / at_once)?;
        let each = |more: u64, less: u64| number(more.saturating_sub(less)) / 1024.0 / number(count);
        writeln!(f, "{:<52} {:>8.1} KiB", "memory of an idle connection", each(*idle, *before))?;
        writeln!(f, "{:<52} {:>8.1} KiB", "memory of a held write, with its connection", each(*all, *before))?;
        writeln!(f, "{:<52} {:>8.1} MiB", "memory, all held", mebibytes(*all))
    }
}

fn at_least(f: &mut fmt::Formatter<'_>, what: &str, value: f64, goal: f64) -> fmt::Result {
    let met = if value >= goal { "met" } else { "missed" };
    writeln!(f, "{what:<52} {:>7.0} %   goal ≥ {:.0} %: {met}", value * 100.0, goal * 100.0)
}

fn at_most(f: &mut fmt::Formatter<'_>, what: &str, value: f64, goal: f64, unit: &str) -> fmt::Result {
    let met = if value < goal { "met" } else { "missed" };
    writeln!(f, "{what:<52} {value:>8.1}{unit}   goal < {goal:.1}{unit}: {met}")
}

/// Returns the heading of a row.
pub(crate) fn name(on: ServerUnderTest, kind: Workload) -> String {
    let what = match kind {
        Workload::Revalidate => "GET, If-None-Match: 304",
        Workload::Read => "GET: 200",
        Workload::Write => "PUT, If-Match, own: 200",
        Workload::Contend => "PUT, If-Match, one: 200, 412",
        Workload::Unguarded => "PUT: 428",
    };
    match on {
        ServerUnderTest::Bare => "bare axum: 304".to_owned(),
        ServerUnderTest::Few => what.to_owned(),
        ServerUnderTest::Many => format!("many: {what}"),
        ServerUnderTest::AllOfMany => format!("many, all: {what}"),
        ServerUnderTest::Watched => format!("watched: {what}"),
    }
}

fn mebibytes(bytes: u64) -> f64 {
    number(bytes) / 1024.0 / 1024.0
}
