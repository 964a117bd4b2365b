//! The queue of writes, and the thread that takes them from it in batches.
//!
//! A commit takes hardly longer for a hundred writes than for one, since most of it is waiting for the disk. So the
//! thread takes all writes that are in the queue, commits once, and only then acknowledges them. There is no timer: an
//! idle store commits immediately, and a busy one fills its batches while it waits for the disk.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use contract::DocumentId;
use precondition::Judgement;
use rusqlite::Connection;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::unconstrained;

use super::identity::FileIdentity;
use super::removal::TextRemoval;
use super::writer::Writer;
use crate::error::StoreError;
use crate::head_cache::HeadCache;
use crate::outcome::WriteOutcome;
use crate::request::WriteRequest;
use crate::revision::StoreEvent;
use crate::subscriptions::Broadcaster;
use crate::write_job::{LastWriteError, WriteJob};

/// The number of writes that may wait. Further writes wait for a place in the queue.
const MAX_QUEUED_JOBS: usize = 1024;
/// The number of writes that share a commit, so that the first of them does not wait for too long.
const MAX_BATCH_JOBS: usize = 256;

/// How long the thread stays awake after a batch.
///
/// To put a thread to sleep and wake it takes about a third of the time of a commit, and many a client sends its next
/// write as soon as it has its response. Other threads go first, since this one gives way to them all the time.
const AWAKE: Duration = Duration::from_micros(200);

/// A handle on the thread of the writer. When it is dropped, the thread ends, and is waited for.
pub(super) struct WriteQueue {
    jobs: Option<mpsc::Sender<WriteJob>>,
    thread: Option<JoinHandle<()>>,
    broadcaster: Arc<Broadcaster>,
    last_error: LastWriteError,
}

impl WriteQueue {
    /// Starts the thread. `identity` is that of the file, and `None` for a store in memory.
    pub(super) fn start(
        connection: Arc<Mutex<Connection>>,
        cache: Arc<HeadCache>,
        identity: Option<Arc<FileIdentity>>,
        removal: TextRemoval,
    ) -> std::io::Result<Self> {
        let (sender, jobs) = mpsc::channel(MAX_QUEUED_JOBS);
        let broadcaster = Arc::<Broadcaster>::default();
        let last_error = LastWriteError::default();
        let writer = Writer { cache, broadcaster: Arc::clone(&broadcaster), last_error: last_error.clone(), identity };
        let run = move || run(&writer, jobs, &connection, removal);
        let thread = thread::Builder::new().name("store-writer".to_owned()).spawn(run)?;
        Ok(Self { jobs: Some(sender), thread: Some(thread), broadcaster, last_error })
    }

    /// Queues a write, and waits until it is on the disk or refused.
    pub(super) async fn write(
        &self,
        request: WriteRequest,
        earlier: Option<Judgement>,
    ) -> Result<WriteOutcome, StoreError> {
        request.serialize();
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or(StoreError::Stopped)?;
        // The first poll queues the write, or makes it wait for a place in the order of arrival, however much of its
        // budget the task has used before.
        unconstrained(jobs.send(WriteJob { request, earlier, reply })).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    pub(super) fn subscribe(&self, about: Option<&DocumentId>) -> broadcast::Receiver<StoreEvent> {
        self.broadcaster.subscribe(about)
    }

    /// Returns whether the thread runs, and the last write succeeded.
    ///
    /// A test write would not tell: it writes a page, and a disk with room for a page may have none for a text. So an
    /// error is remembered until a write succeeds, which costs a successful write nothing.
    pub(super) fn health(&self) -> Result<(), StoreError> {
        if self.thread.as_ref().is_none_or(JoinHandle::is_finished) {
            return Err(StoreError::Stopped);
        }
        self.last_error.get().map_or(Ok(()), Err)
    }
}

impl Drop for WriteQueue {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // After a panic of the writer, its callers were told that the store has stopped.
            let _ = thread.join();
        }
    }
}

/// Writes batches until no more writes can come. Between batches it removes texts of old versions.
fn run(writer: &Writer, mut jobs: mpsc::Receiver<WriteJob>, connection: &Mutex<Connection>, mut removal: TextRemoval) {
    while let Some(first) = next_job(&mut jobs, connection, &mut removal) {
        let rest = std::iter::from_fn(|| jobs.try_recv().ok());
        let batch = std::iter::once(first).chain(rest).take(MAX_BATCH_JOBS).collect::<Vec<_>>();
        for WriteJob { request, .. } in &batch {
            removal.note_write(&request.id, request.at);
        }
        let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write_batch(&mut connection, batch);
        if removal.is_behind() {
            removal.step(&mut connection);
        }
    }
}

/// Waits for a write, and removes texts of old versions meanwhile.
///
/// Returns `None` if no more writes can come.
fn next_job(
    jobs: &mut mpsc::Receiver<WriteJob>,
    connection: &Mutex<Connection>,
    removal: &mut TextRemoval,
) -> Option<WriteJob> {
    let begun = Instant::now();
    loop {
        match jobs.try_recv() {
            Ok(job) => return Some(job),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) if begun.elapsed() < AWAKE => thread::yield_now(),
            Err(TryRecvError::Empty) if removal.has_work() => {
                removal.step(&mut connection.lock().unwrap_or_else(PoisonError::into_inner));
            }
            Err(TryRecvError::Empty) => return jobs.blocking_recv(),
        }
    }
}
