//! The yardstick of writes: pgbench, with what no guarded write can do without.
//!
//! A connection writes a document of its own, as in the workload. It locks the document's row and reads its number,
//! inserts a version of the same size, makes it the current one, and commits. There is no HTTP, no judgement and no
//! event. The tables are those of the store. The statements are prepared.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use test_postgres::PostgresCluster;

use super::database::{USER, processor_time};
use crate::error::Error;
use crate::process::ended_children_processor_time;
use crate::requests;
use crate::sample::{Sample, number};
use crate::settings::Settings;
use crate::workdir::Workdir;

/// The work of a transaction of pgbench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WriteScript {
    /// The minimum: its numbers come from a SEQUENCE.
    Minimal,
    /// Its events are numbered in the order of the commits, by the counter of the store.
    Numbered,
    /// Besides, all servers are notified.
    Notified,
}

impl WriteScript {
    /// Returns the name of its database: the numbers of a SEQUENCE and of a counter are different ones.
    fn database(self) -> &'static str {
        if self == Self::Minimal { DATABASES[0] } else { DATABASES[1] }
    }

    /// Returns the text of the script. pgbench puts values in the place of `:name`.
    fn text(self) -> String {
        let (counted, sequence) = match self {
            Self::Minimal => ("", "nextval('public.numbers')"),
            Self::Numbered | Self::Notified => {
                ("UPDATE ifmatch.event_counter SET last = last + 1 RETURNING last AS sequence \\gset\n", ":sequence")
            }
        };
        let notified = if self == Self::Notified { "SELECT pg_notify('ifmatch_events', '');\n" } else { "" };
        format!(
            "BEGIN;
SELECT number FROM ifmatch.document WHERE id = 'pgbench-' || :client_id FOR UPDATE \\gset
{counted}INSERT INTO ifmatch.version (document, number, sequence, at, etag, hash, author, seal, title, content) \
             VALUES ('pgbench-' || :client_id, :number + 1, {sequence}, 1795323611123, '\"v1-00000000\"', \
             '0000000000000000000000000000000000000000000000000000000000000000', 'bench-0', \
             '00000000000000000000000000000000', 'A draft', :content);
UPDATE ifmatch.document SET number = number + 1 WHERE id = 'pgbench-' || :client_id;
{notified}COMMIT;
"
        )
    }
}

/// The databases that pgbench writes.
pub(super) const DATABASES: [&str; 2] = ["pgbench", "pgbench_numbered"];

/// pgbench, and the cluster that it measures.
pub(super) struct Pgbench<'a> {
    cluster: &'a PostgresCluster,
    scripts: PathBuf,
    content: String,
    smoke: bool,
}

impl<'a> Pgbench<'a> {
    /// Takes a cluster with the [`DATABASES`].
    pub(super) fn new(cluster: &'a PostgresCluster, place: &Workdir, settings: &Settings) -> Self {
        // No character of it means anything to pgbench or to the type BYTEA.
        let content = requests::content(0, 0, settings.bytes);
        Self { cluster, scripts: place.file("pgbench.sql"), content, smoke: settings.smoke }
    }

    /// Runs a script on so many connections, for at least a second; in a test of the bench, once on each.
    ///
    /// Returns also the processor time of PostgreSQL. The sample has no times of single writes.
    pub(super) fn measure(
        &self,
        script: WriteScript,
        connections: usize,
        time: Duration,
    ) -> Result<(Sample, Duration), Error> {
        fs::write(&self.scripts, script.text()).map_err(Error::while_doing("a script cannot be written"))?;
        let mut command = Command::new(self.cluster.program("pgbench"));
        command.arg("--host").arg(self.cluster.socket_folder()).args(["--username", USER, "--no-vacuum"]);
        command.args(["--protocol", "prepared", "--client", &connections.to_string()]);
        // One thread, as our driver has.
        command.args(["--jobs", "1"]);
        if self.smoke {
            // On a busy machine, a second may be too short for a transaction.
            command.args(["--transactions", "1"]);
        } else {
            command.args(["--time", &time.as_secs().max(1).to_string()]);
        }
        command.arg("--define").arg(format!("content={}", self.content));
        command.arg("--file").arg(&self.scripts).arg(script.database());
        let (before, own_before) = (processor_time(self.cluster)?, ended_children_processor_time());
        let output = command.output().map_err(Error::while_doing("pgbench does not start"))?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let (done, rate) = parse(&printed)
            .filter(|_| output.status.success())
            .ok_or_else(|| Error::Postgres(format!("pgbench: {}{printed}", String::from_utf8_lossy(&output.stderr))))?;
        let sample = Sample {
            done,
            elapsed: Duration::from_secs_f64(number(done) / rate),
            driver: ended_children_processor_time().saturating_sub(own_before),
            ..Sample::default()
        };
        Ok((sample, processor_time(self.cluster)?.saturating_sub(before)))
    }
}

/// Returns the number of transactions and their rate, without the time that it took to connect.
fn parse(printed: &str) -> Option<(u64, f64)> {
    let after = |prefix: &str| printed.lines().find_map(|line| line.strip_prefix(prefix)).map(str::trim);
    let done = after("number of transactions actually processed:")?.split('/').next()?.trim().parse().ok()?;
    let rate: f64 = after("tps =")?.split_whitespace().next()?.parse().ok()?;
    (rate > 0.0 && done > 0).then_some((done, rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_of_pgbench_is_parsed() {
        let printed = "pgbench (15.14)\nnumber of transactions actually processed: 4711\n\
                       tps = 2355.5 (without initial connection time)\n";
        assert_eq!(parse(printed), Some((4711, 2355.5)));
        assert_eq!(parse("tps = 2355.5\n"), None);
        assert_eq!(parse("number of transactions actually processed: 0\ntps = 0.0\n"), None);
    }
}
