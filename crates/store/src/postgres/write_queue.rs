//! The queue of writes, and the task that takes them from it in batches.
//!
//! A commit takes hardly longer for a hundred writes than for one, since most of it is waiting for the disk. And
//! commits of all servers take turns, since each holds the lock of the counter of events. So the task takes all writes
//! that are in the queue, commits once, and only then acknowledges them. There is no timer: an idle server commits
//! immediately, and a busy one fills its batches while it waits for PostgreSQL.

use std::collections::VecDeque;
use std::time::Duration;

use precondition::Judgement;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, unconstrained};
use tokio::time::timeout;

use super::writer::{WriteWay, Writer};
use crate::error::StoreError;
use crate::outcome::WriteOutcome;
use crate::request::{DocumentChange, WriteRequest};
use crate::write_job::{LastWriteError, WriteJob};

/// The number of writes that may wait. Further writes wait for a place in the queue.
const MAX_QUEUED_JOBS: usize = 1024;
/// The number of writes that share a commit, so that the first of them does not wait for too long.
const MAX_BATCH_JOBS: usize = 256;
/// How long the task waits at most for more writes after a commit that another server was waiting for.
const LINGER: Duration = Duration::from_millis(1);
/// The bytes of the texts in a batch after which it is closed.
const MAX_BATCH_BYTES: usize = 8 * 1024 * 1024;

/// A handle on the task that writes.
///
/// The task ends after the handle is dropped, once all queued writes are made.
pub(super) struct WriteQueue {
    jobs: mpsc::Sender<WriteJob>,
    task: JoinHandle<()>,
    last_error: LastWriteError,
}

impl WriteQueue {
    /// Starts the task on the current runtime.
    pub(super) fn start(writer: Writer) -> Self {
        let (jobs, queued) = mpsc::channel(MAX_QUEUED_JOBS);
        let last_error = writer.last_error.clone();
        Self { jobs, task: tokio::spawn(run(writer, queued)), last_error }
    }

    /// Queues a write, and waits until it is durable or refused.
    pub(super) async fn write(
        &self,
        request: WriteRequest,
        earlier: Option<Judgement>,
    ) -> Result<WriteOutcome, StoreError> {
        request.serialize();
        let (reply, answer) = oneshot::channel();
        // The first poll queues the write, however much of its budget the task has used before.
        let queued = unconstrained(self.jobs.send(WriteJob { request, earlier, reply })).await;
        queued.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// Returns the number of writes that wait for the task.
    pub(super) fn queued(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }

    /// Returns whether the task runs, and the last batch succeeded.
    pub(super) fn health(&self) -> Result<(), StoreError> {
        if self.task.is_finished() {
            return Err(StoreError::Stopped);
        }
        self.last_error.get().map_or(Ok(()), Err)
    }
}

/// Writes batches until no more writes can come.
async fn run(writer: Writer, mut jobs: mpsc::Receiver<WriteJob>) {
    let mut waiting = VecDeque::new();
    loop {
        if waiting.is_empty() {
            let Some(first) = next_write(&writer, &mut jobs).await else { return };
            waiting.push_back(first);
        }
        while waiting.len() < MAX_BATCH_JOBS
            && let Ok(job) = jobs.try_recv()
        {
            waiting.push_back(job);
        }
        let (batch, way) = next_batch(&mut waiting);
        let size = batch.len();
        writer.write_batch(batch, way).await;
        if writer.should_linger() {
            // The clients of the batch send their next writes now, and all others that write here wait already.
            let writers = size + waiting.len() + jobs.len();
            linger(&mut waiting, &mut jobs, writers.min(MAX_BATCH_JOBS)).await;
        }
    }
}

/// Waits for the next write, and sends notifications that are due meanwhile.
///
/// Returns `None` if no more writes can come.
async fn next_write(writer: &Writer, jobs: &mut mpsc::Receiver<WriteJob>) -> Option<WriteJob> {
    while let Some(left) = writer.notices.due_in() {
        match timeout(left, jobs.recv()).await {
            Ok(Some(job)) => return Some(job),
            Ok(None) | Err(_) => writer.send_notices().await,
        }
    }
    jobs.recv().await
}

/// Waits for a moment until so many writes wait.
async fn linger(waiting: &mut VecDeque<WriteJob>, jobs: &mut mpsc::Receiver<WriteJob>, size: usize) {
    let more = async {
        while waiting.len() < size
            && let Some(job) = jobs.recv().await
        {
            waiting.push_back(job);
        }
    };
    // An error means that fewer have come.
    let _ = timeout(LINGER, more).await;
}

/// Takes the next batch: one write that needs the lock of the tree, or all writes before such a one.
fn next_batch(waiting: &mut VecDeque<WriteJob>) -> (Vec<WriteJob>, WriteWay) {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while let Some(job) = waiting.pop_front() {
        if needs_tree(&job.request) {
            if batch.is_empty() {
                return (vec![job], WriteWay::WithTree);
            }
            waiting.push_front(job);
            break;
        }
        bytes += text_bytes(&job.request.change);
        batch.push(job);
        if bytes >= MAX_BATCH_BYTES {
            break;
        }
    }
    (batch, WriteWay::Confirmed)
}

/// Returns whether a write changes the tree if it is made, as far as the request shows.
///
/// A write with a parent and a tag most likely leaves the document in its place. The writer finds out.
fn needs_tree(request: &WriteRequest) -> bool {
    match &request.change {
        DocumentChange::Delete => true,
        DocumentChange::Put(document) | DocumentChange::Create(document) => {
            document.parent.is_some() && request.conditions.sent_tags().next().is_none()
        }
        DocumentChange::Patch { patch, .. } => patch.get("parent").is_some(),
    }
}

fn text_bytes(change: &DocumentChange) -> usize {
    match change {
        DocumentChange::Put(document) | DocumentChange::Create(document) => document.text_bytes(),
        DocumentChange::Patch { limit, .. } => *limit,
        DocumentChange::Delete => 0,
    }
}
