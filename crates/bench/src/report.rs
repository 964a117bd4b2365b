//! The report at the end: every cell, and the values next to their goals, see [`goals`](crate::goals).

use std::fmt;

use crate::goal_line::{at_most, mebibytes};
use crate::goals::Goals;
use crate::held::Held;
use crate::overview::Overview;
use crate::results::BenchResults;
use crate::sample::{median, number};
use crate::settings::{MeasuredPart, Settings};
use crate::workload::Workload;

/// The report of all that was measured.
pub(crate) struct BenchReport<'a>(pub(crate) &'a BenchResults);

impl fmt::Display for BenchReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.settings.part == MeasuredPart::Held {
            return self.held(f);
        }
        self.head(f)?;
        write!(f, "{}", Overview(self.0))?;
        self.table(f)?;
        self.alone(f)?;
        write!(f, "\n{}", Goals(self.0))?;
        self.held(f)
    }
}

impl BenchReport<'_> {
    fn head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { rounds, time, bytes, documents, many, versions, watchers, apart, .. } = &self.0.settings;
        let where_they_run = if *apart { "on a processor each" } else { "on the same processors" };
        writeln!(
            f,
            "ifmatch serve over loopback, database on {}, {documents} documents of {bytes} bytes, an event stream is open\n\
             medians of {rounds} rounds of {time:?} each; cpu: µs a request, in the server\n\
             driver and server {where_they_run}\n\
             many: {many} documents, or versions: {versions} of one; watched: {watchers} event streams are open\n",
            self.0.file_system
        )
    }

    fn table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n{:<30} {:>5} {:<18} {:>10} {:>9} {:>9} {:>9} {:>7} {:>7} {:>7}",
            "", "conns", "server", "requests/s", "p50 µs", "p99 µs", "p99.9 µs", "p99/p50", "cpu", "driver"
        )?;
        for ((kind, connections, on), cell) in &self.0.cells {
            writeln!(
                f,
                "{:<30} {connections:>5} {:<18} {:>10.0} {:>9.0} {:>9.0} {:>9.0} {:>7.1} {:>7.1} {:>6.0}%",
                kind.name(),
                on.name(),
                cell.rate(),
                cell.p50(),
                cell.p99(),
                cell.p999(),
                cell.p99() / cell.p50(),
                cell.cost(),
                cell.driver() * 100.0,
            )?;
        }
        self.contended(f)
    }

    /// The writes of those that write one document, each from its first try to its acknowledgement.
    fn contended(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n{:<30} {:>5} {:<18} {:>10} {:>9} {:>9} {:>14}",
            "", "conns", "server", "writes/s", "p50 ms", "p99 ms", "requests/write"
        )?;
        for ((kind, connections, on), cell) in &self.0.cells {
            if *kind == Workload::Contend {
                writeln!(
                    f,
                    "{:<30} {connections:>5} {:<18} {:>10.0} {:>9.1} {:>9.1} {:>14.1}",
                    "one document, acknowledged",
                    on.name(),
                    cell.done(),
                    cell.waited(0.5) / 1e3,
                    cell.waited(0.99) / 1e3,
                    cell.tries(),
                )?;
            }
        }
        Ok(())
    }

    fn alone(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{:<55} {:>10.0} a second", "fdatasync of an appended page", median(&self.0.syncs))?;
        writeln!(f, "{:<55} {:>10.0} writes/s", "SQLite alone, a commit a write", median(&self.0.single))?;
        writeln!(f, "{:<55} {:>10.0} writes/s", "SQLite alone, 64 writes a commit", median(&self.0.grouped))
    }

    fn held(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Held { released, without_gate, before, idle, all } = &self.0.held;
        let count = self.0.settings.held;
        let (released, without_gate) = (median(released), median(without_gate));
        writeln!(f)?;
        at_most(f, &format!("{count} held writes, release to last response"), released, 1000.0, " ms")?;
        writeln!(
            f,
            "{:<52} {without_gate:>8.1} ms   {:.2} of it",
            "    the same writes, not held",
            released / without_gate
        )?;
        let each = |more: u64, less: u64| number(more.saturating_sub(less)) / 1024.0 / number(count);
        writeln!(f, "{:<52} {:>8.1} KiB", "memory of an idle connection", each(*idle, *before))?;
        writeln!(f, "{:<52} {:>8.1} KiB", "memory of a held write, with its connection", each(*all, *before))?;
        writeln!(f, "{:<52} {:>8.1} MiB", "memory, all held", mebibytes(*all))
    }
}
