//! The goals of the server, each next to the measured value.

use std::fmt;

use crate::cells::{CellKey, ServerUnderTest};
use crate::report::BenchReport;
use crate::sample::{Cell, median, number};
use crate::workload::Workload;

/// The numbers of connections that the goals of a loaded server are about.
const LOADED: [usize; 2] = [16, 64];

impl BenchReport {
    /// Writes the goals of the table: ratios to what was measured in the same run.
    pub(crate) fn goals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        self.refusals(f)?;
        self.contention(f)?;
        self.writes(f)?;
        self.reads(f)?;
        self.spread(f)?;
        self.compared(f)?;
        at_most(f, "memory, few documents", mebibytes(self.resident_few), 30.0, " MiB")?;
        writeln!(f, "{:<52} {:>8.1} MiB", "memory, many documents", mebibytes(self.resident_many))?;
        writeln!(f, "{:<52} {:>8.1} MiB", "memory, watched", mebibytes(self.resident_watched))
    }

    fn cell(&self, kind: Workload, connections: usize, on: ServerUnderTest) -> Option<&Cell> {
        self.cells.get(&(kind, connections, on))
    }

    /// Returns the cell of the server itself, with few documents.
    fn few(&self, kind: Workload, connections: usize) -> &Cell {
        &self.cells[&(kind, connections, ServerUnderTest::Few)]
    }

    /// 412 and 428, next to 304.
    fn refusals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, name) in [(Workload::Stale, "412, stale tag"), (Workload::Unguarded, "428")] {
            for connections in LOADED {
                let (refused, revalidated) = (self.few(kind, connections), self.few(Workload::Revalidate, connections));
                let what = format!("{name}, {connections} connections: of our 304");
                at_least(f, &what, refused.rate() / revalidated.rate(), 0.7)?;
                at_most(f, "    processor time", refused.cost(), 45.0, " µs")?;
            }
        }
        Ok(())
    }

    /// All writers on one document.
    fn contention(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for connections in LOADED {
            let cell = self.few(Workload::Contend, connections);
            let what = format!("one document, {connections} writers");
            if let Some(yardstick) = self.cell(Workload::Contend, connections, ServerUnderTest::Yardstick) {
                at_least(f, &format!("{what}: of the yardstick"), cell.done() / yardstick.done(), 0.6)?;
            }
            at_most(f, &format!("{what}: requests a write"), cell.tries(), number(connections + 2), "")?;
            let spread = cell.waited(0.99) / cell.waited(0.5);
            at_most(f, &format!("{what}: p99 of p50 of a write"), spread, 30.0, "")?;
        }
        Ok(())
    }

    /// Durable writes, next to SQLite alone.
    fn writes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cell = self.few(Workload::Write, 1);
        at_least(f, "PUT, 1 connection: of a commit a write", cell.rate() / median(&self.single), 0.65)?;
        for connections in LOADED {
            let cell = self.few(Workload::Write, connections);
            let what = format!("PUT, {connections} connections: of 64 writes a commit");
            at_least(f, &what, cell.rate() / median(&self.grouped), 0.5)?;
            at_most(f, "    processor time", cell.cost(), 90.0, " µs")?;
        }
        Ok(())
    }

    /// 304 and 200, next to the bare route.
    fn reads(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, name) in [(Workload::Revalidate, "304"), (Workload::Read, "200")] {
            for &connections in kind.connection_counts() {
                let cell = self.few(kind, connections);
                let bare = &self.cells[&(kind, connections, ServerUnderTest::Bare)];
                let what = format!("{name}, {connections} connections: of bare axum");
                let ratio = cell.rate() / bare.rate();
                if connections == 1 {
                    writeln!(f, "{what:<52} {:>7.0} %", ratio * 100.0)?;
                } else {
                    at_least(f, &what, ratio, 0.85)?;
                }
                let (more, share) = (cell.cost() - bare.cost(), bare.cost() / cell.cost() * 100.0);
                writeln!(f, "{:<52} {share:>7.0} %   {more:.1} µs more", "    by the processor time of the server")?;
                if kind == Workload::Revalidate && connections > 1 {
                    at_most(f, "    processor time", cell.cost(), 24.0, " µs")?;
                }
            }
        }
        Ok(())
    }

    fn spread(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_loaded = |(_, connections, on): &CellKey| *on == ServerUnderTest::Few && LOADED.contains(connections);
        let loaded = self.cells.iter().filter(|(key, _)| is_loaded(key));
        let worst = loaded.map(|(_, cell)| cell.p99() / cell.p50()).fold(0.0, f64::max);
        at_most(f, "p99 of p50 of a request, the worst under load", worst, 5.0, "")
    }

    /// Many documents next to few, and many watchers next to none.
    fn compared(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many = [(ServerUnderTest::Many, &self.beside_many, "many documents, of few", 1.1)];
        let watched = [(ServerUnderTest::Watched, &self.beside_watched, "watched, of not", 1.2)];
        for (on, beside, name, goal) in many.into_iter().chain(watched) {
            for (&(kind, connections, _), again) in beside {
                if let Some(cell) = self.cell(kind, connections, on) {
                    let what = format!("{}, {connections}: {name}", kind.name());
                    at_least(f, &what, cell.rate() / again.rate(), 2.0 - goal)?;
                    at_most(f, "    processor time", cell.cost() / again.cost(), goal, "")?;
                }
            }
        }
        Ok(())
    }
}

/// Writes a share, and whether it is as large as it shall be.
fn at_least(f: &mut fmt::Formatter<'_>, what: &str, value: f64, goal: f64) -> fmt::Result {
    let met = if value >= goal { "met" } else { "missed" };
    writeln!(f, "{what:<52} {:>7.0} %   goal ≥ {:.0} %: {met}", value * 100.0, goal * 100.0)
}

/// Writes a value, and whether it is as small as it shall be.
pub(crate) fn at_most(f: &mut fmt::Formatter<'_>, what: &str, value: f64, goal: f64, unit: &str) -> fmt::Result {
    let met = if value <= goal { "met" } else { "missed" };
    writeln!(f, "{what:<52} {value:>8.1}{unit}   goal ≤ {goal:.1}{unit}: {met}")
}

pub(crate) fn mebibytes(bytes: u64) -> f64 {
    number(bytes) / 1024.0 / 1024.0
}
