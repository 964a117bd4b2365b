//! The overview: a row for each workload, and a column for each server.

use std::fmt::{self, Write as _};

use crate::cells::ServerUnderTest;
use crate::goal_line::mebibytes;
use crate::results::BenchResults;
use crate::sample::{Cell, median};
use crate::workload::Workload;

/// The columns, as far as they were measured.
const COLUMNS: [ServerUnderTest; 6] = [
    ServerUnderTest::Few,
    ServerUnderTest::Bare,
    ServerUnderTest::Yardstick,
    ServerUnderTest::Lighttpd,
    ServerUnderTest::Nginx,
    ServerUnderTest::Etcd,
];

/// The rates and the processor time of each server.
///
/// A rate is that of all requests, and of many writers of one document that of the acknowledged writes.
pub(crate) struct Overview<'a>(pub(crate) &'a BenchResults);

impl fmt::Display for Overview<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_measured = |on: &&ServerUnderTest| self.0.cells.keys().any(|(_, _, measured)| measured == *on);
        let columns: Vec<_> = COLUMNS.iter().filter(is_measured).collect();
        write!(f, "{:<30} {:>5}", "thousands a second, µs of cpu", "conns")?;
        for on in &columns {
            write!(f, " {:>15}", on.name())?;
        }
        writeln!(f, " {:>8}", "SQLite")?;
        for kind in Workload::ALL {
            for &connections in kind.connection_counts() {
                let mut row = format!("{:<30} {connections:>5}", kind.name());
                for on in &columns {
                    let cell = self.0.cell(kind, connections, **on);
                    write!(row, " {:>15}", cell.map(|cell| entry(kind, cell)).unwrap_or_default())?;
                }
                if kind == Workload::Write {
                    let alone = if connections == 1 { &self.0.single } else { &self.0.grouped };
                    write!(row, " {:>8.2}", median(alone) / 1e3)?;
                }
                writeln!(f, "{}", row.trim_end())?;
            }
        }
        write!(f, "{:<36}", "memory, MiB")?;
        for on in &columns {
            let bytes = if **on == ServerUnderTest::Few {
                Some(self.0.resident_few)
            } else {
                self.0.resident_others.get(*on).copied()
            };
            write!(f, " {:>15}", bytes.map(|bytes| format!("{:.1}", mebibytes(bytes))).unwrap_or_default())?;
        }
        writeln!(f)
    }
}

fn entry(kind: Workload, cell: &Cell) -> String {
    let rate = if kind == Workload::Contend { cell.done() } else { cell.rate() };
    format!("{:.2} {:>6.1}", rate / 1e3, cell.cost())
}
