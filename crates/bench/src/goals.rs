//! The goals of the server, each next to the measured value.

use std::fmt;

use crate::cells::{CellKey, ServerUnderTest};
use crate::goal_line::{at_least, at_most, mebibytes, share_at_most};
use crate::results::BenchResults;
use crate::sample::{median, number};
use crate::versions::VersionsCase;
use crate::workload::Workload;

/// The numbers of connections that the goals of a loaded server are about.
const LOADED: [usize; 2] = [16, 64];

/// The goals of the table: ratios to what was measured in the same run.
pub(crate) struct Goals<'a>(pub(crate) &'a BenchResults);

impl fmt::Display for Goals<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusals(f)?;
        self.contention(f)?;
        self.writes(f)?;
        self.reads(f)?;
        self.spread(f)?;
        self.compared(f)?;
        self.versions(f)?;
        at_most(f, "memory, few documents", mebibytes(self.0.resident_few), 30.0, " MiB")?;
        at_most(f, "memory, many versions", mebibytes(self.0.versions.resident), 30.0, " MiB")?;
        writeln!(f, "{:<52} {:>8.1} MiB", "memory, many documents", mebibytes(self.0.resident_many))?;
        writeln!(f, "{:<52} {:>8.1} MiB", "memory, watched", mebibytes(self.0.resident_watched))?;
        if !self.0.settings.peers {
            writeln!(f, "the goals next to lighttpd, nginx and etcd need --peers")?;
        }
        Ok(())
    }
}

impl Goals<'_> {
    /// 412 and 428, next to 304.
    fn refusals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, name) in [(Workload::Stale, "412, stale tag"), (Workload::Unguarded, "428")] {
            for connections in LOADED {
                let (refused, revalidated) =
                    (self.0.few(kind, connections), self.0.few(Workload::Revalidate, connections));
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
            let cell = self.0.few(Workload::Contend, connections);
            let what = format!("one document, {connections} writers");
            if let Some(yardstick) = self.0.cell(Workload::Contend, connections, ServerUnderTest::Yardstick) {
                at_least(f, &format!("{what}: of the yardstick"), cell.done() / yardstick.done(), 0.6)?;
            }
            if let Some(lighttpd) = self.0.cell(Workload::Contend, connections, ServerUnderTest::Lighttpd) {
                at_least(f, &format!("{what}: of lighttpd"), cell.done() / lighttpd.done(), 2.0)?;
            }
            at_most(f, &format!("{what}: requests per write"), cell.tries(), number(connections + 2), "")?;
            let spread = cell.waited(0.99) / cell.waited(0.5);
            at_most(f, &format!("{what}: p99/p50 of a write"), spread, 30.0, "")?;
        }
        Ok(())
    }

    /// Durable writes, next to SQLite alone.
    fn writes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cell = self.0.few(Workload::Write, 1);
        at_least(f, "PUT, 1 connection: of a commit a write", cell.rate() / median(&self.0.single), 0.65)?;
        for connections in LOADED {
            let cell = self.0.few(Workload::Write, connections);
            let what = format!("PUT, {connections} connections: of 64 writes a commit");
            at_least(f, &what, cell.rate() / median(&self.0.grouped), 0.5)?;
            if let Some(etcd) = self.0.cell(Workload::Write, connections, ServerUnderTest::Etcd) {
                at_least(f, &format!("PUT, {connections} connections: of etcd"), cell.rate() / etcd.rate(), 5.0)?;
            }
            at_most(f, "    processor time", cell.cost(), 90.0, " µs")?;
        }
        Ok(())
    }

    /// 304 and 200, next to the bare route.
    fn reads(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, name) in [(Workload::Revalidate, "304"), (Workload::Read, "200")] {
            for &connections in kind.connection_counts() {
                let cell = self.0.few(kind, connections);
                let bare = &self.0.cells[&(kind, connections, ServerUnderTest::Bare)];
                let what = format!("{name}, {connections} connections: of bare axum");
                let ratio = cell.rate() / bare.rate();
                if connections == 1 {
                    writeln!(f, "{what:<52} {:>7.0} %", ratio * 100.0)?;
                } else {
                    at_least(f, &what, ratio, 0.85)?;
                }
                if let Some(nginx) = self.0.cell(kind, connections, ServerUnderTest::Nginx)
                    && kind == Workload::Revalidate
                    && connections > 1
                {
                    let goal = if connections > 16 { 0.9 } else { 1.0 };
                    let what = format!("{name}, {connections} connections: of nginx");
                    at_least(f, &what, cell.rate() / nginx.rate(), goal)?;
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

    /// The slowest requests next to usual ones.
    fn spread(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_loaded = |(_, connections, on): &CellKey| *on == ServerUnderTest::Few && LOADED.contains(connections);
        let loaded = self.0.cells.iter().filter(|(key, _)| is_loaded(key));
        let worst = loaded.map(|(_, cell)| cell.p99() / cell.p50()).fold(0.0, f64::max);
        at_most(f, "p99/p50 of a request, the worst under load", worst, 5.0, "")
    }

    /// A document with many versions next to those with few.
    fn versions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for VersionsCase { kind, connections, is_first, deep, shallow } in &self.0.versions.cases {
            let tag = if *is_first { ", first tag" } else { "" };
            let what = format!("{}, {connections}{tag}: many versions, of few", kind.name());
            at_least(f, &what, deep.rate() / shallow.rate(), 0.9)?;
            share_at_most(f, "    processor time", deep.cost() / shallow.cost(), 1.1)?;
        }
        Ok(())
    }

    /// Many documents next to few, and many watchers next to none.
    fn compared(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many = [(ServerUnderTest::Many, &self.0.beside_many, "many documents, of few", 1.1)];
        let watched = [(ServerUnderTest::Watched, &self.0.beside_watched, "watched, of not", 1.2)];
        for (on, beside, name, goal) in many.into_iter().chain(watched) {
            for (&(kind, connections, _), again) in beside {
                if let Some(cell) = self.0.cell(kind, connections, on) {
                    let what = format!("{}, {connections}: {name}", kind.name());
                    at_least(f, &what, cell.rate() / again.rate(), 2.0 - goal)?;
                    share_at_most(f, "    processor time", cell.cost() / again.cost(), goal)?;
                }
            }
        }
        Ok(())
    }
}
