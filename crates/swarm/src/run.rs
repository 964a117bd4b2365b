//! Writers on a real network with a real clock.
//!
//! Each writer is a task, and has one request under way at a time, as a person has. A coordinator counts, and reads the
//! document once a second to see which acknowledged edits are still in it.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use client::{Client, ClientError};
use contract::NameError;
use contract::{DocumentId, EntityTag};
use editor::{EditorRequest, ResponseOutcome};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::edit_mark::{EditMark, MarkWriter};
use crate::plan::SwarmPlan;
use crate::tally::{SwarmProgress, SwarmTally, SwarmTotals};
use crate::writer::{SimulatedWriter, WriterNews, WriterTask};

/// The time between two samples.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(250);

/// How many samples are taken for each time that the document is read.
const SAMPLES_PER_AUDIT: u32 = 4;

/// How long requests under way may take after a stop.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// How often the document is read again after a 429.
const MAX_READS: usize = 30;

/// The end of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct SwarmOutcome {
    /// The totals.
    pub totals: SwarmTotals,
    /// The acknowledged edits that the document does not have.
    ///
    /// Each is its line and the version that acknowledged it.
    pub lost: Vec<(String, EntityTag)>,
    /// Why writers could not go on, and how many of them.
    pub failures: BTreeMap<String, usize>,
    /// The samples of the run.
    pub progress: SwarmProgress,
}

/// Something that a writer's task reports.
enum WriterReport {
    Requested,
    Happened(WriterNews),
}

/// A report of a writer, and the time since the run began.
type TimedReport = (Duration, WriterReport);

/// Lets a swarm write, until all edits are made or `stop` is ready.
///
/// The state of the run is sent to `progress` four times a second. `client` is the access to the server; its author is
/// replaced by each writer's name.
///
/// # Errors
///
/// [`ClientError`] if the server cannot be reached or refuses at the beginning, or if the document cannot be read at
/// the end. What happens to single writers meanwhile is not an error: see [`SwarmOutcome::failures`].
///
/// # Panics
///
/// If the plan's prefix does not make valid names; see [`SwarmPlan::check`].
pub async fn run_swarm(
    plan: &SwarmPlan,
    client: &Client,
    stop: impl Future<Output = ()>,
    progress: &watch::Sender<SwarmProgress>,
) -> Result<SwarmOutcome, ClientError> {
    let writers: Result<Vec<SimulatedWriter>, NameError> =
        (1..=plan.writers).map(|number| SimulatedWriter::new(plan, number)).collect();
    let writers = writers.expect("the plan was checked");
    if let Some(first) = writers.first() {
        client.clone().with_author(first.editor().me().clone()).probe().await?;
    }
    let mut run = SwarmRun::new(plan, client);
    let (reports, mut received) = mpsc::unbounded_channel();
    let (stopping, is_stopping) = watch::channel(false);
    let mut tasks = JoinSet::new();
    for writer in writers {
        let client = client.clone().with_author(writer.editor().me().clone());
        tasks.spawn(write(writer, client, run.document(), run.begun, reports.clone(), is_stopping.clone()));
    }
    drop(reports);
    let mut stop = pin!(stop);
    let mut ticks = interval(SAMPLE_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            report = received.recv() => match report {
                Some((at, report)) => run.on_report(at, report),
                None => break,
            },
            _ = ticks.tick() => run.on_tick(progress),
            Some(audit) = run.audits.join_next() => run.on_audit(audit.ok().flatten()),
            () = &mut stop, if !run.is_stopped => {
                run.is_stopped = true;
                stopping.send_replace(true);
            }
        }
    }
    run.finish(progress).await
}

/// The coordinator's state.
struct SwarmRun {
    plan: SwarmPlan,
    marks: Arc<MarkWriter>,
    /// The client that reads the document, and never writes.
    reader: Client,
    begun: Instant,
    tally: SwarmTally,
    failures: BTreeMap<String, usize>,
    /// Reads of the document that are under way: at most one.
    audits: JoinSet<Option<Audit>>,
    ticks: u32,
    is_stopped: bool,
}

/// The edits that were acknowledged before the document was read, and those that were found in it.
struct Audit {
    expected: Vec<EditMark>,
    found: BTreeSet<EditMark>,
}

impl SwarmRun {
    fn new(plan: &SwarmPlan, client: &Client) -> Self {
        let marks = Arc::new(MarkWriter::new(&plan.prefix, &plan.run));
        Self {
            plan: plan.clone(),
            marks,
            reader: client.clone(),
            begun: Instant::now(),
            tally: SwarmTally::new(plan),
            failures: BTreeMap::new(),
            audits: JoinSet::new(),
            ticks: 0,
            is_stopped: false,
        }
    }

    fn document(&self) -> DocumentId {
        self.plan.document.clone()
    }

    fn on_report(&mut self, at: Duration, report: WriterReport) {
        match report {
            WriterReport::Requested => self.tally.on_request(),
            WriterReport::Happened(news) => {
                if let WriterNews::Finished(Some(why)) = &news {
                    *self.failures.entry(why.clone()).or_default() += 1;
                }
                self.tally.on_news(at, &news);
            }
        }
    }

    fn on_tick(&mut self, progress: &watch::Sender<SwarmProgress>) {
        self.tally.sample(self.begun.elapsed());
        progress.send_replace(self.tally.progress(false));
        self.ticks += 1;
        if self.ticks.is_multiple_of(SAMPLES_PER_AUDIT) && self.audits.is_empty() {
            let (reader, document, marks) = (self.reader.clone(), self.document(), Arc::clone(&self.marks));
            let expected = self.tally.acknowledged();
            self.audits.spawn(async move {
                let found = read_marks(&reader, &document, &marks).await.ok()?;
                Some(Audit { expected, found })
            });
        }
    }

    fn on_audit(&mut self, audit: Option<Audit>) {
        if let Some(Audit { expected, found }) = audit {
            self.tally.on_audit(&expected, &found);
        }
    }

    async fn finish(mut self, progress: &watch::Sender<SwarmProgress>) -> Result<SwarmOutcome, ClientError> {
        let duration = self.begun.elapsed();
        let found = read_marks(&self.reader, &self.plan.document, &self.marks).await?;
        self.tally.on_audit(&self.tally.acknowledged(), &found);
        self.tally.sample(duration);
        let state = self.tally.progress(true);
        progress.send_replace(state.clone());
        let is_incomplete = self.is_stopped && self.tally.acknowledged_count() < self.plan.all_edits();
        let lost = self.tally.lost_in(&found).into_iter().map(|(mark, etag)| (self.marks.line(mark), etag));
        Ok(SwarmOutcome {
            totals: self.tally.totals(duration, &found, is_incomplete),
            lost: lost.collect(),
            failures: self.failures,
            progress: state,
        })
    }
}

/// Returns the edits in the document. A document that does not exist has none.
async fn read_marks(
    reader: &Client,
    document: &DocumentId,
    marks: &MarkWriter,
) -> Result<BTreeSet<EditMark>, ClientError> {
    for _ in 0..MAX_READS {
        match reader.execute(document, &EditorRequest::Read { unless: None }).await {
            ResponseOutcome::Read(snapshot) => return Ok(marks.find(&snapshot.document.content)),
            ResponseOutcome::Absent | ResponseOutcome::Gone(_) => return Ok(BTreeSet::new()),
            // The writers may have used up what the server allows to all of them and to this reader.
            ResponseOutcome::TooManyRequests { retry_after, .. } => sleep(retry_after).await,
            _ => break,
        }
    }
    // This has the reason.
    let snapshot = reader.read_document(document, None).await?;
    Ok(snapshot.map(|snapshot| marks.find(&snapshot.document.content)).unwrap_or_default())
}

/// Carries out what a writer wants, until they are done.
async fn write(
    mut writer: SimulatedWriter,
    client: Client,
    document: DocumentId,
    begun: Instant,
    reports: mpsc::UnboundedSender<TimedReport>,
    mut stopping: watch::Receiver<bool>,
) {
    // The coordinator receives until all writers are done.
    let report = |report| drop(reports.send((begun.elapsed(), report)));
    let mut step = writer.start();
    loop {
        step.news.drain(..).for_each(|news| report(WriterReport::Happened(news)));
        match step.task.take() {
            None => return,
            Some(WriterTask::Send { request, ask }) => {
                report(WriterReport::Requested);
                let response = client.execute(&document, &ask);
                let Some(outcome) = within_patience(response, stopping.clone()).await else { return };
                if *stopping.borrow() {
                    writer.stop();
                }
                step = writer.on_response(request, outcome);
            }
            Some(WriterTask::Wait(pause)) => {
                tokio::select! {
                    () = sleep(pause) => step = writer.on_timer(),
                    _ = stopping.wait_for(|is_stopping| *is_stopping) => return,
                }
            }
        }
    }
}

/// Waits for a response; after a stop, only for [`STOP_PATIENCE`].
async fn within_patience<T>(response: impl Future<Output = T>, mut stopping: watch::Receiver<bool>) -> Option<T> {
    let mut response = pin!(response);
    tokio::select! {
        response = &mut response => return Some(response),
        _ = stopping.wait_for(|is_stopping| *is_stopping) => {}
    }
    timeout(STOP_PATIENCE, response).await.ok()
}
