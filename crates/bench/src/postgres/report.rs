//! The table of a run, and its goals.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::case::PostgresCase;
use crate::goal_line::{at_least, at_most};
use crate::sample::{Cell, Sample, median, number};
use crate::settings::Settings;

/// The measurements of a cell.
#[derive(Default)]
pub(super) struct PostgresRow {
    cell: Cell,
    /// The acknowledged writes or reads a second, in each round.
    rates: Vec<f64>,
    done: u64,
    /// Processor times: of the servers, of PostgreSQL, and of the driver or pgbench.
    used: [Duration; 3],
}

impl PostgresRow {
    pub(super) fn add(&mut self, sample: Sample, postgres: Duration) {
        self.rates.push(number(sample.done) / sample.elapsed.as_secs_f64());
        self.done += sample.done;
        for (used, more) in self.used.iter_mut().zip([sample.server, postgres, sample.driver]) {
            *used += more;
        }
        self.cell.add(sample);
    }

    fn rate(&self) -> f64 {
        median(&self.rates)
    }

    /// Returns processor times in µs for each acknowledged write or read.
    fn costs(&self) -> [f64; 3] {
        self.used.map(|used| used.as_secs_f64() * 1e6 / number(self.done))
    }

    /// Returns the ratio of the rates, the median of all rounds.
    fn share_of(&self, other: &Self) -> f64 {
        median(&self.rates.iter().zip(&other.rates).map(|(this, other)| this / other).collect::<Vec<_>>())
    }
}

/// A run, with the goals of the store in PostgreSQL.
pub(crate) struct PostgresReport {
    pub(super) settings: Settings,
    pub(super) file_system: String,
    pub(super) rows: BTreeMap<(PostgresCase, usize), PostgresRow>,
}

impl fmt::Display for PostgresReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { rounds, time, documents, bytes, .. } = &self.settings;
        writeln!(
            f,
            "PostgreSQL on {}, {documents} documents of {bytes} bytes; medians of {rounds} rounds of {time:?} each\n\
             cpu: µs for each acknowledged write or read; p50 and p99: ms, of one document from the first try of a \
             write\n",
            self.file_system
        )?;
        writeln!(
            f,
            "{:<31} {:>5} {:>8} {:>8} {:>8} {:>8} {:>9} {:>8}",
            "", "conns", "a second", "p50", "p99", "servers", "postgres", "driver"
        )?;
        for ((case, connections), row) in &self.rows {
            let [servers, postgres, driver] = row.costs();
            let (p50, p99) = quantiles(*case, row);
            write!(f, "{:<31} {connections:>5} {:>8.0} {:>8} {:>8}", case.name(), row.rate(), p50, p99)?;
            writeln!(f, " {servers:>8.1} {postgres:>9.1} {driver:>8.1}")?;
        }
        writeln!(f)?;
        self.goals(f)
    }
}

/// Returns p50 and p99 in ms, as text. pgbench has none.
fn quantiles(case: PostgresCase, row: &PostgresRow) -> (String, String) {
    use PostgresCase as Case;

    let (p50, p99) = match case {
        case if case.is_pgbench() => return ("-".to_owned(), "-".to_owned()),
        Case::ContendSqlite | Case::Contend | Case::ContendThreeServers => {
            (row.cell.waited(0.5), row.cell.waited(0.99))
        }
        _ => (row.cell.p50(), row.cell.p99()),
    };
    (format!("{:.2}", p50 / 1e3), format!("{:.2}", p99 / 1e3))
}

impl PostgresReport {
    fn goals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use PostgresCase as Case;

        for (connections, goal) in [(1, 0.8), (16, 0.6), (64, 0.6)] {
            let what = format!("PUT, {connections} connections: one server, of pgbench");
            self.share(f, &what, (Case::OneServer, connections), (Case::Pgbench, connections), Some(goal))?;
        }
        for connections in [16, 64] {
            let what = format!("PUT, {connections} connections: three servers, of one");
            self.share(f, &what, (Case::ThreeServers, connections), (Case::OneServer, connections), Some(0.9))?;
        }
        for connections in [1, 16, 64] {
            let what = format!("304, {connections} connections: of the bare select");
            self.share(f, &what, (Case::Revalidate, connections), (Case::BareSelect, connections), Some(1.0))?;
        }
        for (case, name) in [(Case::Contend, "one server"), (Case::ContendThreeServers, "three servers")] {
            for connections in [16, 64] {
                let what = format!("one document, {connections} writers, {name}: of SQLite");
                self.share(f, &what, (case, connections), (Case::ContendSqlite, connections), None)?;
                if let Some(row) = self.rows.get(&(case, connections)) {
                    at_most(f, "    p99/p50 of a write", row.cell.waited(0.99) / row.cell.waited(0.5), 20.0, "")?;
                    writeln!(f, "{:<52} {:>8.1}", "    requests per write", row.cell.tries())?;
                }
            }
        }
        let server = (Case::OneServer, 64);
        let numbered = (Case::PgbenchNumbered, 64);
        self.share(f, "64 connections, pgbench: NOTIFY, of without", (Case::PgbenchNotified, 64), numbered, None)?;
        self.share(f, "64 connections, pgbench: numbered, of minimum", numbered, (Case::Pgbench, 64), None)?;
        self.share(f, "64 connections: batches, of a commit a write", server, (Case::PgbenchNotified, 64), None)
    }

    /// Writes the share of one cell of another, and whether it meets its goal, if both were measured.
    fn share(
        &self,
        f: &mut fmt::Formatter<'_>,
        what: &str,
        this: (PostgresCase, usize),
        other: (PostgresCase, usize),
        goal: Option<f64>,
    ) -> fmt::Result {
        let (Some(this), Some(other)) = (self.rows.get(&this), self.rows.get(&other)) else { return Ok(()) };
        let share = this.share_of(other);
        match goal {
            Some(goal) => at_least(f, what, share, goal),
            None => writeln!(f, "{what:<52} {:>7.0} %", share * 100.0),
        }
    }
}
