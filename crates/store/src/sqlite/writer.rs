//! The one writer: a thread that owns the connection, and commits what has queued up.
//!
//! A commit waits for the disk, which takes as long for one write as for a hundred. So the writer takes all writes that
//! are in the queue, commits once, and only then acknowledges them. If one of them cannot be written, the batch is
//! undone and each write is tried alone, so that a write that fails undoes only itself. There is no timer: an idle
//! store commits at once, and a busy one fills its batches while it waits for the disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use contract::DocumentId;
use precondition::Judgement;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::unconstrained;

use super::error::SqliteError;
use super::identity::FileIdentity;
use super::queries;
use super::removal::TextRemoval;
use crate::decide::{apply_judgement, decide};
use crate::error::StoreError;
use crate::head_cache::HeadCache;
use crate::outcome::WriteOutcome;
use crate::request::WriteRequest;
use crate::revision::{DocumentState, StoreEvent};
use crate::subscriptions::Broadcaster;

/// The number of writes that may wait. Further writes wait for a place in the queue.
const MAX_QUEUED_JOBS: usize = 1024;
/// The number of writes that share a commit, so that the first of them does not wait for too long.
const MAX_BATCH_JOBS: usize = 256;

/// A write in the queue.
struct WriteJob {
    request: WriteRequest,
    /// A judgement that was made before, which only the policy `judging: apart` has.
    earlier: Option<Judgement>,
    reply: oneshot::Sender<Result<WriteOutcome, StoreError>>,
}

/// A handle on the thread of the writer. When it is dropped, the thread ends, and is waited for.
pub(super) struct WriterThread {
    queue: Option<mpsc::Sender<WriteJob>>,
    thread: Option<JoinHandle<()>>,
    broadcaster: Arc<Broadcaster>,
    last_error: LastWriteError,
}

impl WriterThread {
    /// Starts the thread. `identity` is that of the file, and `None` for a store in memory.
    pub(super) fn start(
        connection: Arc<Mutex<Connection>>,
        cache: Arc<HeadCache>,
        identity: Option<Arc<FileIdentity>>,
        removal: TextRemoval,
    ) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel(MAX_QUEUED_JOBS);
        let broadcaster = Arc::<Broadcaster>::default();
        let last_error = LastWriteError::default();
        let writer = Writer { cache, broadcaster: Arc::clone(&broadcaster), last_error: last_error.clone(), identity };
        let run = move || run(&writer, jobs, &connection, removal);
        let thread = thread::Builder::new().name("store-writer".to_owned()).spawn(run)?;
        Ok(Self { queue: Some(queue), thread: Some(thread), broadcaster, last_error })
    }

    /// Queues a write, and waits until it is on the disk or refused.
    pub(super) async fn write(
        &self,
        request: WriteRequest,
        earlier: Option<Judgement>,
    ) -> Result<WriteOutcome, StoreError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StoreError::Stopped)?;
        // The first poll queues the write, or makes it wait for a place in the order of arrival, however much of its
        // budget the task has used before.
        unconstrained(queue.send(WriteJob { request, earlier, reply })).await.map_err(|_| StoreError::Stopped)?;
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

impl Drop for WriterThread {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // After a panic of the writer, its callers were told that the store has stopped.
            let _ = thread.join();
        }
    }
}

/// The error of the last write, or `None` if it succeeded.
#[derive(Clone, Default)]
struct LastWriteError(Arc<Mutex<Option<StoreError>>>);

impl LastWriteError {
    fn get(&self) -> Option<StoreError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, error: Option<StoreError>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = error;
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
    loop {
        match jobs.try_recv() {
            Ok(job) => return Some(job),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) if removal.has_work() => {
                removal.step(&mut connection.lock().unwrap_or_else(PoisonError::into_inner));
            }
            Err(TryRecvError::Empty) => return jobs.blocking_recv(),
        }
    }
}

/// The outcome of one write, and its number in the sequence if it made a version.
type Written = Result<(WriteOutcome, Option<u64>), SqliteError>;

/// The state of the thread besides the connection.
#[derive(Default)]
struct Writer {
    cache: Arc<HeadCache>,
    broadcaster: Arc<Broadcaster>,
    last_error: LastWriteError,
    identity: Option<Arc<FileIdentity>>,
}

impl Writer {
    /// Carries out a batch in one transaction, and acknowledges its writes when they are on the disk.
    ///
    /// If one of the writes cannot be carried out, all are undone, and each is tried again alone. That is rare, and a
    /// savepoint for each write would make every write slower.
    fn write_batch(&self, connection: &mut Connection, batch: Vec<WriteJob>) {
        match self.commit(connection, &batch) {
            Ok(written) => {
                if written.iter().any(|result| matches!(result, Ok((_, Some(_))))) {
                    self.last_error.set(None);
                }
                for (job, result) in batch.into_iter().zip(written) {
                    if let Ok((outcome, Some(sequence))) = &result
                        && let Some(stored) = outcome.appended()
                    {
                        let revision = stored.revision.clone();
                        self.broadcaster.publish(StoreEvent { sequence: *sequence, id: job.request.id, revision });
                    }
                    // The caller may have gone; what was written stays written.
                    let _ = job.reply.send(result.map(|(outcome, _)| outcome).map_err(StoreError::from));
                }
            }
            Err(_) if batch.len() > 1 => {
                for job in batch {
                    self.write_batch(connection, vec![job]);
                }
            }
            Err(error) => {
                tracing::error!(%error, "a write was not written");
                let error = StoreError::from(error);
                self.last_error.set(Some(error.clone()));
                for job in batch {
                    let _ = job.reply.send(Err(error.clone()));
                }
            }
        }
    }

    /// Carries out a batch. When this returns, the batch is on the disk.
    ///
    /// With `synchronous=FULL`, SQLite syncs the write-ahead log before a commit succeeds, and before a reader can see
    /// it. The transaction takes its locks with its first statement: a batch that is refused, and whose documents are
    /// in the cache, takes none.
    ///
    /// The file is compared with the one that was opened before anything is written, so that nothing is written to a
    /// file that was removed, and after, so that what was written to it meanwhile is not acknowledged.
    fn commit(&self, connection: &mut Connection, batch: &[WriteJob]) -> Result<Vec<Written>, SqliteError> {
        let identity = self.identity.as_deref();
        let is_replaced = || identity.is_some_and(|identity| !identity.is_still_there());
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let mut written: Vec<Written> = Vec::with_capacity(batch.len());
        // The documents that the batch has changed so far, each with the index of the write that did.
        let mut changed: HashMap<&DocumentId, usize> = HashMap::new();
        for (index, job) in batch.iter().enumerate() {
            let id = &job.request.id;
            let before = changed.get(id).and_then(|index| written[*index].as_ref().ok()?.0.appended());
            let found = before.map(|stored| DocumentState::from(Some(stored.clone()))).or_else(|| self.cache.get(id));
            // A write that fails in being judged has changed nothing. One that fails in being appended may have.
            written.push(match decide_one(&transaction, job, found) {
                Err(error) => Err(error),
                Ok((outcome, found)) => {
                    let sequence = match outcome.appended() {
                        None => None,
                        Some(_) if changed.is_empty() && is_replaced() => return Err(SqliteError::Replaced),
                        Some(stored) => {
                            changed.insert(id, index);
                            Some(queries::append(&transaction, id, &found, stored)?)
                        }
                    };
                    Ok((outcome, sequence))
                }
            });
        }
        if changed.is_empty() {
            // There is nothing to sync, and nothing to wait for.
            return Ok(written);
        }
        self.cache.begin(changed.keys().copied());
        if let Err(error) = transaction.commit() {
            self.cache.abandon();
            return Err(error.into());
        }
        if identity.is_some_and(|identity| !identity.keeps_what_was_written()) {
            self.cache.abandon();
            return Err(SqliteError::Replaced);
        }
        let done = batch.iter().zip(&written);
        self.cache.end(done.filter_map(|(job, result)| Some((&job.request.id, result.as_ref().ok()?.0.appended()?))));
        Ok(written)
    }
}

/// Judges a write. Returns the outcome, and the document that it was judged against.
///
/// Nothing comes between the judgement and the write that follows: no other connection can write.
fn decide_one(
    connection: &Connection,
    WriteJob { request, earlier, .. }: &WriteJob,
    found: Option<DocumentState>,
) -> Result<(WriteOutcome, DocumentState), SqliteError> {
    let WriteRequest { id, conditions, change, policy, .. } = request;
    let found = found.map_or_else(|| queries::document_state(connection, id), Ok)?;
    let facts = queries::gather_facts(connection, id, found, conditions, Some(change), policy.etags)?;
    let outcome = match earlier {
        None => decide(request, &facts),
        Some(judgement) => apply_judgement(request, &facts, judgement.clone()),
    };
    Ok((outcome, facts.found))
}

#[cfg(test)]
mod tests {
    use contract::{Document, Timestamp};
    use precondition::{Conditions, Policy};

    use super::*;
    use crate::outcome::WriteEffect;
    use crate::request::DocumentChange;
    use crate::sqlite::migrations;

    type Answer = oneshot::Receiver<Result<WriteOutcome, StoreError>>;

    fn creation(name: &str, content: &str) -> (WriteJob, Answer) {
        let (reply, answer) = oneshot::channel();
        let request = WriteRequest {
            id: name.parse().unwrap(),
            conditions: Conditions::if_none_match_any(),
            change: DocumentChange::Put(Document { title: String::new(), content: content.to_owned(), parent: None }),
            author: "bob".parse().unwrap(),
            at: Timestamp::from_millis(0),
            policy: Policy::default(),
        };
        (WriteJob { request, earlier: None, reply }, answer)
    }

    #[test]
    fn a_full_disk_undoes_the_write_that_did_not_fit_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = migrations::open_file(&folder.path().join("small.db")).unwrap();
        connection.execute_batch("PRAGMA max_page_count = 20").unwrap();
        let writer = Writer::default();
        let mut told = writer.broadcaster.subscribe(None);
        let (jobs, answers): (Vec<_>, Vec<_>) =
            [creation("a", "small"), creation("b", &"large ".repeat(100_000)), creation("c", "small")]
                .into_iter()
                .unzip();
        writer.write_batch(&mut connection, jobs);
        let results: Vec<_> = answers.into_iter().map(|mut answer| answer.try_recv().unwrap()).collect();
        assert_eq!(results[1].as_ref().unwrap_err(), &StoreError::Full);

        // The whole batch was undone, and each write was tried again alone. What was acknowledged is there.
        let there: Vec<bool> = ["a", "b", "c"]
            .into_iter()
            .map(|name| queries::document_state(&connection, &name.parse().unwrap()).unwrap().current().is_some())
            .collect();
        let said: Vec<bool> = results.iter().map(Result::is_ok).collect();
        assert_eq!((&there[..], &said[..]), (&[true, false, true][..], &[true, false, true][..]));
        let heard = std::iter::from_fn(|| told.try_recv().ok()).count();
        assert_eq!(heard, said.iter().filter(|said| **said).count());

        let (job, mut answer) = creation("d", "small");
        writer.write_batch(&mut connection, vec![job]);
        let outcome = answer.try_recv().unwrap().unwrap();
        assert!(matches!(outcome.effect, WriteEffect::Created(_)), "a smaller write succeeds at once");
    }

    #[test]
    fn documents_of_a_failed_commit_are_not_read_from_cache() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = migrations::open_file(&folder.path().join("documents.db")).unwrap();
        // Every second version inserts a reference to nothing, which SQLite notices at the commit.
        let trap = "PRAGMA foreign_keys = ON; CREATE TABLE p (y PRIMARY KEY);
                    CREATE TABLE t (x REFERENCES p (y) DEFERRABLE INITIALLY DEFERRED);
                    CREATE TRIGGER trap AFTER INSERT ON version WHEN NEW.number = 2 BEGIN INSERT INTO t VALUES (1); END";
        connection.execute_batch(trap).unwrap();
        let writer = Writer::default();
        let mut told = writer.broadcaster.subscribe(None);
        let mut write = |conditions, content: &str| {
            let (mut job, mut answer) = creation("a", content);
            job.request.conditions = conditions;
            writer.write_batch(&mut connection, vec![job]);
            answer.try_recv().unwrap()
        };
        let first = write(Conditions::if_none_match_any(), "one").unwrap().appended().unwrap().clone();
        let id = "a".parse().unwrap();
        assert_eq!(writer.cache.get(&id), Some(DocumentState::Exists(first.clone())));
        write(Conditions::if_match(first.revision.stamp.tag.clone()), "two").unwrap_err();
        assert_eq!(writer.cache.get(&id), None);
        assert_eq!(queries::document_state(&connection, &id).unwrap(), DocumentState::Exists(first));
        assert_eq!(std::iter::from_fn(|| told.try_recv().ok()).count(), 1, "a write that failed is not an event");
    }
}
