//! A server of notes whose clock and gap the test controls, and a probe of it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use holes::{Hole, NOTE_PATH, NoteServer, NoteTiming, serve_notes};
use precondition::HttpDate;
use probe::{
    CreatePlan, Mark, OriginalKeeper, ProbeNetwork, ProbePlan, ProbeReport, ProbeRequest, ProbeResponse,
    ProbeTransport, Restoration, SendError, VersionSource, WriteMethod, run_probe,
};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How far the server's clock is behind that of the machine, which sets `Date`.
///
/// So no pause of a probe makes it later.
const CLOCK_DELAY_SECONDS: i64 = 3600;

/// A clock that a probe's pauses move and nothing else, and a gap in which all writers of a race meet.
pub(crate) struct ControlledTiming {
    now: AtomicI64,
    /// The writers that are in the gap, and how many the race has.
    gap: watch::Sender<(usize, usize)>,
}

impl ControlledTiming {
    fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let now = i64::try_from(now).unwrap() - CLOCK_DELAY_SECONDS;
        Self { now: AtomicI64::new(now), gap: watch::Sender::new((0, 0)) }
    }
}

#[async_trait]
impl NoteTiming for ControlledTiming {
    fn now(&self) -> HttpDate {
        HttpDate::from_unix_seconds(self.now.load(Ordering::SeqCst))
    }

    async fn query(&self) {
        let mut gap = self.gap.subscribe();
        self.gap.send_modify(|(arrived, _)| *arrived += 1);
        gap.wait_for(|(arrived, writers)| arrived >= writers).await.unwrap();
    }
}

/// Sends a probe's requests, and tells the server's timing of races and pauses.
struct ControlledNetwork {
    network: ProbeNetwork,
    timing: Arc<ControlledTiming>,
}

#[async_trait]
impl ProbeTransport for ControlledNetwork {
    async fn send_all(&self, requests: Vec<ProbeRequest>) -> Vec<Result<ProbeResponse, SendError>> {
        self.timing.gap.send_replace((0, requests.len()));
        self.network.send_all(requests).await
    }

    async fn pause(&self, time: Duration) {
        let seconds = time.as_secs().max(1);
        self.timing.now.fetch_add(i64::try_from(seconds).unwrap(), Ordering::SeqCst);
    }
}

/// Keeps nothing: the server ends with the test.
struct NoKeeper;

impl OriginalKeeper for NoKeeper {
    fn keep(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn drop_original(&self) {}

    fn place(&self) -> String {
        "nowhere".to_owned()
    }
}

/// A running server, which ends when the value is dropped.
pub(crate) struct RunningServer {
    pub(crate) server: Arc<NoteServer>,
    pub(crate) address: SocketAddr,
    timing: Arc<ControlledTiming>,
    serving: JoinHandle<()>,
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl RunningServer {
    pub(crate) async fn start(hole: Hole) -> Self {
        let timing = Arc::new(ControlledTiming::new());
        let server = Arc::new(NoteServer::new(hole, Arc::clone(&timing) as Arc<dyn NoteTiming>));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(serve_notes(listener, Arc::clone(&server)));
        Self { server, address, timing, serving }
    }

    /// Probes the server with writes, creations and deletions.
    pub(crate) async fn probe(&self) -> ProbeReport {
        let origin = format!("http://{}", self.address);
        let plan = ProbePlan {
            url: format!("{origin}{NOTE_PATH}").parse().unwrap(),
            writes: true,
            method: WriteMethod::Put,
            body: None,
            create: Some(CreatePlan { url: format!("{origin}/notes/probe-{{{{n}}}}").parse().unwrap() }),
            version: VersionSource::EntityTag,
            max_requests: 2000,
            first_number: 731_000_000,
        };
        let network = ProbeNetwork::new(plan.url.clone(), Vec::new(), &client::TrustRoots::default()).unwrap();
        let network = ControlledNetwork { network, timing: Arc::clone(&self.timing) };
        let report = run_probe(&plan, &network, &NoKeeper, &|_| {}, &|| false).await.unwrap();
        assert_eq!(report.restoration, Restoration::Restored, "{report:#?}");
        report
    }
}

/// Returns the names of the checks with this mark, in the order of the table.
pub(crate) fn names(report: &ProbeReport, mark: Mark) -> Vec<&'static str> {
    report.findings.iter().filter(|finding| finding.mark == mark).map(|finding| finding.check().name).collect()
}
