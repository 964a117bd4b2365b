//! Two programs under the same load, in turns: what does a change cost?
//!
//! ```sh
//! cargo build --release -p ifmatch-bench && cp target/release/bench /somewhere/before
//! # after the change:
//! cargo run --release -p ifmatch-bench -- --against /somewhere/before --rounds 12
//! ```
//!
//! Both programs serve at the same time, each with a store of its own, and only one of them has work at any moment. A
//! round measures each work on both, one right after the other, and the next round in the other order. So what else
//! goes on in the machine falls on both, and each round gives a ratio of its own. The table has the medians of the
//! rounds, and for the ratios their quartiles too: a difference smaller than the distance of these is noise.
//!
//! Processor time is what a request costs, and the number to quote: the rate depends on the disk and on the driver as
//! well. The programs are started with their defaults, so any two versions can be compared that know `serve`. With
//! `--only TEXT` a work is measured only if its name and number of connections have the text in them, as in
//! `--only '304 64'`.

use std::fmt;
use std::path::Path;

use crate::error::Error;
use crate::process::{ServerProcess, pin_cores};
use crate::sample::{Sample, median, number, quartiles};
use crate::seeded::SeededServer;
use crate::settings::Settings;
use crate::workdir::Workdir;
use crate::workload::Workload;

/// The works that are measured: a kind, and a number of connections.
const WORKS: [(Workload, usize); 13] = [
    (Workload::Revalidate, 1),
    (Workload::Revalidate, 16),
    (Workload::Revalidate, 64),
    (Workload::Read, 64),
    (Workload::Write, 1),
    (Workload::Write, 16),
    (Workload::Write, 64),
    (Workload::Contend, 16),
    (Workload::Contend, 64),
    (Workload::Stale, 16),
    (Workload::Stale, 64),
    (Workload::Unguarded, 16),
    (Workload::Unguarded, 64),
];

/// One work, measured on both programs in several rounds.
struct Compared {
    kind: Workload,
    connections: usize,
    /// This program, and the other one.
    rates: [Vec<f64>; 2],
    /// Processor time of the server in µs a request.
    costs: [Vec<f64>; 2],
}

/// The works, all measured.
pub(crate) struct BaselineComparison {
    settings: Settings,
    works: Vec<Compared>,
}

/// Starts both programs and measures all works on both, in turns.
pub(crate) async fn run(settings: &Settings, other: &Path) -> Result<BaselineComparison, Error> {
    let place = Workdir::create()?;
    if settings.apart {
        pin_cores()?;
    }
    let start = async |program: Option<&Path>, name: &str| {
        let server = ServerProcess::with_defaults(program, settings.apart, &place.file(name))?;
        let seeded = SeededServer::start(server, settings.documents, settings.bytes).await?;
        seeded.open_event_stream().await?;
        Ok::<_, Error>(seeded)
    };
    let programs = [start(settings.server.as_deref(), "this.db").await?, start(Some(other), "other.db").await?];
    compare(settings, programs).await
}

/// Measures all works on both servers, in turns.
///
/// # Errors
///
/// If a server goes away, or answers otherwise than the work expects.
pub(crate) async fn compare(settings: &Settings, mut programs: [SeededServer; 2]) -> Result<BaselineComparison, Error> {
    let new = |(kind, connections)| Compared { kind, connections, rates: [vec![], vec![]], costs: [vec![], vec![]] };
    let is_asked_for =
        |&(kind, connections): &(Workload, usize)| format!("{} {connections}", kind.name()).contains(&settings.only);
    let mut works: Vec<_> = WORKS.into_iter().filter(is_asked_for).map(new).collect();
    for round in 1..=settings.rounds {
        eprintln!("round {round} of {}", settings.rounds);
        for work in &mut works {
            for turn in [round % 2, 1 - round % 2] {
                work.add(turn, &programs[turn].measure(work.kind, work.connections, settings.time).await?);
            }
        }
    }
    Ok(BaselineComparison { settings: settings.clone(), works })
}

impl Compared {
    fn add(&mut self, program: usize, sample: &Sample) {
        // If all write one document, only the acknowledged writes count.
        let done = number(sample.done);
        self.rates[program].push(done / sample.elapsed.as_secs_f64());
        self.costs[program].push(sample.server.as_secs_f64() * 1e6 / done);
    }
}

impl fmt::Display for BaselineComparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { rounds, time, documents, bytes, .. } = &self.settings;
        writeln!(
            f,
            "two programs in turns, {documents} documents of {bytes} bytes; medians of {rounds} rounds of {time:?} each\n\
             cpu: µs a request, in the server; ratios: this program to the other, with their quartiles\n\
             if all write one document, rate and cpu are those of an acknowledged write\n"
        )?;
        writeln!(
            f,
            "{:<30} {:>5} {:>9} {:>9} {:>21} {:>8} {:>8} {:>21}",
            "", "conns", "requ./s", "other", "ratio", "cpu", "other", "ratio"
        )?;
        for Compared { kind, connections, rates, costs } in &self.works {
            write!(f, "{:<30} {connections:>5}", kind.name())?;
            write!(f, " {:>9.0} {:>9.0} {}", median(&rates[0]), median(&rates[1]), Ratio(rates))?;
            writeln!(f, " {:>8.2} {:>8.2} {}", median(&costs[0]), median(&costs[1]), Ratio(costs))?;
        }
        Ok(())
    }
}

/// The ratio of two series, round by round.
struct Ratio<'a>(&'a [Vec<f64>; 2]);

impl fmt::Display for Ratio<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [this, other] = self.0;
        let ratios: Vec<f64> = this.iter().zip(other).map(|(this, other)| this / other).collect();
        let (lower, upper) = quartiles(&ratios);
        write!(f, " {:>6.3} ({lower:.3}–{upper:.3})", median(&ratios))
    }
}
