//! The driver: connections that send requests and read responses, all on one thread.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::connection::BenchConnection;
use crate::error::Error;
use crate::generator::RequestGenerator;
use crate::process::{ServerProcess, own_processor_time};
use crate::sample::Sample;

/// How much longer than its time a measurement may take, if writes are refused again and again.
const MAX_OVERTIME: Duration = Duration::from_secs(5);

/// Runs each work on a connection of its own, for `time`, and measures.
pub(crate) async fn drive(
    server: &ServerProcess,
    works: Vec<RequestGenerator>,
    time: Duration,
) -> Result<Sample, Error> {
    drive_all(&[server], works, time).await
}

/// Runs each work on a connection of its own, to the servers in turns, for `time`, and measures.
///
/// The processor time of the sample is that of all servers together.
pub(crate) async fn drive_all(
    servers: &[&ServerProcess],
    works: Vec<RequestGenerator>,
    time: Duration,
) -> Result<Sample, Error> {
    let mut connections = Vec::new();
    for (work, server) in works.into_iter().zip(servers.iter().cycle()) {
        connections.push((BenchConnection::open(server.address).await?, work));
    }
    let used = || servers.iter().map(|server| server.processor_time()).sum::<Duration>();
    let (servers_before, own_before) = (used(), own_processor_time());
    let begun = Instant::now();
    let local = tokio::task::LocalSet::new();
    let mut running = JoinSet::new();
    let end = begun + time;
    let clock = Clock { end, last: end + (time * 20).min(MAX_OVERTIME), unfinished: Rc::default() };
    for (connection, work) in connections {
        running.spawn_local_on(run_until(connection, work, clock.clone()), &local);
    }
    let mut sample = Sample::default();
    local
        .run_until(async {
            while let Some(ended) = running.join_next().await {
                let one = ended.map_err(|_| Error::Silent)??;
                sample.took.extend(one.took);
                sample.waited.extend(one.waited);
                sample.done += one.done;
            }
            Ok::<_, Error>(())
        })
        .await?;
    sample.elapsed = begun.elapsed();
    sample.server = used().saturating_sub(servers_before);
    sample.driver = own_processor_time().saturating_sub(own_before);
    Ok(sample)
}

/// The end of a measurement.
#[derive(Clone)]
struct Clock {
    /// Requests are sent until then, and longer as long as there are unfinished writes.
    end: Instant,
    /// The time after which writes remain unfinished.
    last: Instant,
    /// The number of writes that were first tried before the end, were refused, and are tried again.
    ///
    /// All connections go on until these are acknowledged: if each stopped at the end, the writers that wait longest
    /// would be left out, and if it stopped after its own write, the last ones would have no rival.
    unfinished: Rc<Cell<usize>>,
}

/// Sends requests again and again, and measures.
async fn run_until(mut connection: BenchConnection, mut work: RequestGenerator, clock: Clock) -> Result<Sample, Error> {
    let (mut sample, mut request) = (Sample::default(), Vec::new());
    let mut first_try: Option<Instant> = None;
    loop {
        work.next(&mut request);
        let sent = Instant::now();
        if sent >= clock.end && !sample.took.is_empty() && (clock.unfinished.get() == 0 || sent >= clock.last) {
            sample.waited.extend(first_try.filter(|first| *first < clock.end).map(|first| first.elapsed()));
            return Ok(sample);
        }
        if work.is_retried() && first_try.is_none() {
            first_try = Some(sent);
            clock.count(sent, 1);
        }
        let head = connection.exchange(&request).await?;
        sample.took.push(sent.elapsed());
        let done = work.on_response(&connection, head)?;
        sample.done += u64::from(done);
        if done && let Some(first) = first_try.take() {
            clock.count(first, -1);
            if first < clock.end {
                sample.waited.push(first.elapsed());
            }
        }
    }
}

impl Clock {
    /// Counts a write that was first tried at `first`, unless that was after the end.
    fn count(&self, first: Instant, change: isize) {
        if first < self.end {
            self.unfinished.set(self.unfinished.get().saturating_add_signed(change));
        }
    }
}
