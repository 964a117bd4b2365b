//! Simulated writers at work on a lesson's server.
//!
//! Each request is a real one, over HTTP, to the server of the lesson, which judges it under its policy. Simulated are
//! the people, and the times: how long a message takes, how long the server works on it, how long a writer waits
//! ([`VirtualNetwork`]). The requests are sent one after the other, in the order in which they would reach the server
//! on that network, and the lesson's clock shows the simulated time. So a run depends on its seed alone, however fast
//! the machine is and however its threads are scheduled.
//!
//! One thing follows from that: the real server never has two requests at once. Two writers conflict because one has
//! written between the read and the write of the other, as in any lesson, and not because of threads.

use std::time::Duration;

use client::Client;
use contract::{Document, DocumentId};
use editor::{EditorRequest, Guard, ResponseOutcome};
use swarm::{MarkWriter, SwarmPlan, SwarmProgress, ThinkTime, VirtualNetwork};

use super::lesson_server::PlayError;
use crate::clock::LessonClock;
use crate::script::{SwarmTask, WRITER_PREFIX};
use crate::swarm_result::SwarmResult;

/// How many requests are answered between two reports of the progress.
const REQUESTS_PER_REPORT: usize = 64;

/// How many requests may get no response.
///
/// Writers try again, so without a bound a dead server would keep them busy.
const MAX_UNANSWERED: usize = 100;

impl SwarmTask {
    fn plan(&self) -> SwarmPlan {
        SwarmPlan {
            document: self.document.clone(),
            prefix: WRITER_PREFIX.to_owned(),
            run: String::new(),
            writers: self.writers,
            edits: self.edits,
            strategy: self.strategy,
            backoff: self.backoff,
            think: ThinkTime { shortest: Duration::ZERO, longest: Duration::from_millis(self.think) },
            seed: self.seed,
        }
    }
}

/// Lets simulated writers write until all edits are made, and returns the counts.
///
/// `client` is a client of the server, whose author is replaced. `report` is called with the progress several times.
///
/// # Errors
///
/// If the server cannot be reached or does not let the leader write the document.
pub(crate) async fn run_swarm_task(
    client: &Client,
    clock: &LessonClock,
    task: &SwarmTask,
    report: impl Fn(SwarmProgress),
) -> Result<SwarmResult, PlayError> {
    let plan = task.plan();
    let marks = MarkWriter::new(&plan.prefix, &plan.run);
    // Requests about the run as a whole have an author of the same kind, so that the wire leaves them out, too.
    let observer = client.clone().with_author(marks.name(0).parse()?);
    write_empty(&observer, &task.document).await?;
    let mut network = VirtualNetwork::new(&plan)?;
    report(network.progress());
    let (mut answered, mut unanswered, mut shown) = (0, 0, 0);
    while let Some(request) = network.next_request() {
        let now = millis(network.now());
        clock.advance(now - shown);
        shown = now;
        let outcome = client.clone().with_author(request.author.clone()).execute(&task.document, &request.ask).await;
        unanswered += usize::from(matches!(
            outcome,
            ResponseOutcome::Unanswered(_) | ResponseOutcome::Unsent(_) | ResponseOutcome::TooManyRequests { .. }
        ));
        if unanswered > MAX_UNANSWERED {
            return Err(PlayError::SwarmUnanswered(unanswered));
        }
        network.respond(&request, outcome);
        answered += 1;
        if answered % REQUESTS_PER_REPORT == 0 {
            report(network.progress());
        }
    }
    // A run ends with its last response, one trip after its last request.
    clock.advance(millis(network.now()) - shown);
    let text = observer.read_document(&task.document, None).await?.map(|snapshot| snapshot.document.content);
    let found = marks.find(&text.unwrap_or_default());
    report(network.progress());
    let (now, tally) = (network.now(), network.tally());
    let totals = tally.totals(now, &found, false);
    Ok(SwarmResult {
        task: task.clone(),
        acknowledged: totals.acknowledged,
        lost: totals.lost,
        unacknowledged: totals.unacknowledged,
        precondition_failed: totals.precondition_failed,
        precondition_required: totals.precondition_required,
        requests: totals.requests,
        duration_ms: millis(now),
        median_ms: millis(tally.latency(50)),
        slowest_ms: millis(tally.latency(100)),
    })
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Creates the document of the writers, or replaces what an earlier run has left in it.
async fn write_empty(client: &Client, id: &DocumentId) -> Result<(), PlayError> {
    let guard = match client.execute(id, &EditorRequest::Read { unless: None }).await {
        ResponseOutcome::Read(snapshot) => Guard::IfMatch(snapshot.etag),
        _ => Guard::IfNoneMatchAny,
    };
    let document = Document { title: id.to_string(), content: String::new(), parent: None };
    let ask = EditorRequest::Write { guard, document: (&document).into(), want_current: false };
    match client.execute(id, &ask).await {
        ResponseOutcome::Saved(_) => Ok(()),
        other => Err(PlayError::NotCreated(id.clone(), Box::new(other))),
    }
}
