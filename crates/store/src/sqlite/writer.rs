//! The one writer: a thread that owns the connection, and commits what has queued up.
//!
//! A commit waits for the disk, and the disk takes as long for one write as for a hundred. So the writer takes whatever
//! is in the queue, commits once, and only then tells everybody what became of theirs. Where one of them cannot be
//! written, the batch is undone and each is tried alone: a write that fails undoes itself and not its neighbours. There
//! is no timer in it: an idle store commits at once, a busy one fills its batches by itself while it waits for the
//! disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use contract::DocumentId;
use precondition::Judgement;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::unconstrained;

use super::head_cache::HeadCache;
use super::identity::FileIdentity;
use super::removal::TextRemoval;
use super::subscriptions::Broadcaster;
use super::{SqliteError, queries};
use crate::decide::{apply_judgement, decide};
use crate::error::StoreError;
use crate::outcome::WriteOutcome;
use crate::request::WriteRequest;
use crate::revision::{DocumentState, StoreEvent};

/// How many writes may wait. Whoever comes after that waits to be let into the queue.
const MAX_QUEUED_JOBS: usize = 1024;
/// How many writes share a commit at most, so that the first of them does not wait for ever.
const MAX_BATCH_JOBS: usize = 256;

/// A write in the queue.
pub(super) struct WriteJob {
    request: WriteRequest,
    /// A judgement made earlier. Only the policy `judging: apart` has one, and it is the mistake.
    earlier: Option<Judgement>,
    reply: oneshot::Sender<Result<WriteOutcome, StoreError>>,
}

/// The way to the writer. The thread ends, and is waited for, when this is dropped.
pub(super) struct WriterThread {
    queue: Option<mpsc::Sender<WriteJob>>,
    thread: Option<JoinHandle<()>>,
    news: Arc<Broadcaster>,
    failure: LastWriteError,
}

impl WriterThread {
    /// Starts the thread. `identity` is that of the file; a store in memory has none.
    pub(super) fn start(
        connection: Arc<Mutex<Connection>>,
        heads: Arc<HeadCache>,
        identity: Option<Arc<FileIdentity>>,
        mut removal: TextRemoval,
    ) -> std::io::Result<Self> {
        let (queue, mut jobs) = mpsc::channel(MAX_QUEUED_JOBS);
        let news = Arc::<Broadcaster>::default();
        let failure = LastWriteError::default();
        let (tell, failed) = (Arc::clone(&news), failure.clone());
        let work = move || {
            while let Some(first) = next_job(&mut jobs, &connection, &mut removal) {
                let rest = std::iter::from_fn(|| jobs.try_recv().ok());
                let batch = std::iter::once(first).chain(rest).take(MAX_BATCH_JOBS).collect::<Vec<_>>();
                for WriteJob { request, .. } in &batch {
                    removal.note_write(&request.id, request.at);
                }
                let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                write_batch(&mut connection, batch, &heads, &tell, &failed, identity.as_deref());
                if removal.is_behind() {
                    removal.step(&mut connection);
                }
            }
        };
        let thread = thread::Builder::new().name("store-writer".to_owned()).spawn(work)?;
        Ok(Self { queue: Some(queue), thread: Some(thread), news, failure })
    }

    /// Queues a write, and waits until it is on the disk or refused.
    pub(super) async fn write(
        &self,
        request: WriteRequest,
        earlier: Option<Judgement>,
    ) -> Result<WriteOutcome, StoreError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StoreError::Stopped)?;
        // The first poll queues it, or has it wait for room in the order of arrival, however much its task has done
        // before.
        unconstrained(queue.send(WriteJob { request, earlier, reply })).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    pub(super) fn subscribe(&self, about: Option<&DocumentId>) -> broadcast::Receiver<StoreEvent> {
        self.news.subscribe(about)
    }

    /// Whether there is somebody who writes, and who could, the last time.
    ///
    /// Why not try it? Because what can be tried writes a page, and a disk that has room for a page may have none for a
    /// text. So a failure is remembered until a write is written, and costs those nothing that are.
    pub(super) fn health(&self) -> Result<(), StoreError> {
        if self.thread.as_ref().is_none_or(JoinHandle::is_finished) {
            return Err(StoreError::Stopped);
        }
        self.failure.get().map_or(Ok(()), Err)
    }
}

/// Waits for a write. Until one comes, texts of old versions are removed; `None` if no more writes will come.
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

/// Why the last write could not be written; none where it was.
#[derive(Clone, Default)]
struct LastWriteError(Arc<Mutex<Option<StoreError>>>);

impl LastWriteError {
    fn get(&self) -> Option<StoreError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, failure: Option<StoreError>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }
}

impl Drop for WriterThread {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has nothing left to say: whoever waited for it was told so.
            let _ = thread.join();
        }
    }
}

/// Carries out a batch in one transaction, and tells everybody when it is on the disk.
///
/// Where one of the writes cannot be carried out, all are undone, and each is tried again alone: it shall undo itself
/// and not its neighbours. That is seldom, and a savepoint for each would cost every write.
fn write_batch(
    connection: &mut Connection,
    batch: Vec<WriteJob>,
    heads: &HeadCache,
    news: &Broadcaster,
    failure: &LastWriteError,
    identity: Option<&FileIdentity>,
) {
    match commit(connection, &batch, heads, identity) {
        Ok(written) => {
            if written.iter().any(|result| matches!(result, Ok((_, Some(_))))) {
                failure.set(None);
            }
            for (job, result) in batch.into_iter().zip(written) {
                if let Ok((outcome, Some(sequence))) = &result
                    && let Some(stored) = outcome.appended()
                {
                    let revision = stored.revision.clone();
                    news.publish(StoreEvent { sequence: *sequence, id: job.request.id, revision });
                }
                // Whoever asked may have gone; what was written stays written.
                let _ = job.reply.send(result.map(|(outcome, _)| outcome).map_err(StoreError::from));
            }
        }
        Err(_) if batch.len() > 1 => {
            for job in batch {
                write_batch(connection, vec![job], heads, news, failure, identity);
            }
        }
        Err(fault) => {
            tracing::error!(%fault, "a write was not written");
            let error = StoreError::from(fault);
            failure.set(Some(error.clone()));
            for job in batch {
                let _ = job.reply.send(Err(error.clone()));
            }
        }
    }
}

/// What became of one write, and its number in the sequence where it made a version.
type Written = Result<(WriteOutcome, Option<u64>), SqliteError>;

/// When this is back, the batch is on the disk: `synchronous=FULL` has SQLite sync the write-ahead log before a commit
/// succeeds, and before any reader can see it.
///
/// The transaction takes its locks with its first statement. A batch that is refused, its documents being in memory,
/// has none and takes none.
///
/// The file is compared before anything is written, so that nothing is written to one that was removed, and after, so
/// that what was written to it in the meantime is not acknowledged.
fn commit(
    connection: &mut Connection,
    batch: &[WriteJob],
    heads: &HeadCache,
    identity: Option<&FileIdentity>,
) -> Result<Vec<Written>, SqliteError> {
    let is_replaced = || identity.is_some_and(|identity| !identity.is_still_there());
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let mut written: Vec<Written> = Vec::with_capacity(batch.len());
    // The documents that the batch has changed so far, each with the place of the write that did.
    let mut fresh: HashMap<&DocumentId, usize> = HashMap::new();
    for (place, job) in batch.iter().enumerate() {
        let id = &job.request.id;
        let before = fresh.get(id).and_then(|place| written[*place].as_ref().ok()?.0.appended());
        let found = before.map(|stored| DocumentState::from(Some(stored.clone()))).or_else(|| heads.get(id));
        // What cannot be looked up has changed nothing. What cannot be appended has, perhaps.
        written.push(match decide_one(&transaction, job, found) {
            Err(fault) => Err(fault),
            Ok((outcome, found)) => {
                let sequence = match outcome.appended() {
                    None => None,
                    Some(_) if fresh.is_empty() && is_replaced() => return Err(SqliteError::Replaced),
                    Some(stored) => {
                        fresh.insert(id, place);
                        Some(queries::append(&transaction, id, &found, stored)?)
                    }
                };
                Ok((outcome, sequence))
            }
        });
    }
    if fresh.is_empty() {
        // There is nothing to be synced, and nobody should wait for it.
        return Ok(written);
    }
    heads.begin(fresh.keys().copied());
    if let Err(error) = transaction.commit() {
        heads.abandon();
        return Err(error.into());
    }
    if identity.is_some_and(|identity| !identity.keeps_what_was_written()) {
        heads.abandon();
        return Err(SqliteError::Replaced);
    }
    let done = batch.iter().zip(&written);
    heads.end(done.filter_map(|(job, result)| Some((&job.request.id, result.as_ref().ok()?.0.appended()?))));
    Ok(written)
}

/// Looks and judges, and returns what was judged against as well. Nothing comes between that and what is written next:
/// the transaction holds the only pen there is.
fn decide_one(
    connection: &Connection,
    WriteJob { request, earlier, .. }: &WriteJob,
    found: Option<DocumentState>,
) -> Result<(WriteOutcome, DocumentState), SqliteError> {
    let kind = request.policy.etags;
    let found = found.map_or_else(|| queries::document_state(connection, &request.id), Ok)?;
    let facts =
        queries::gather_facts(connection, &request.id, found, &request.conditions, Some(&request.change), kind)?;
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
        let news = Broadcaster::default();
        let mut told = news.subscribe(None);
        let (jobs, answers): (Vec<_>, Vec<_>) =
            [creation("a", "small"), creation("b", &"large ".repeat(100_000)), creation("c", "small")]
                .into_iter()
                .unzip();
        write_batch(&mut connection, jobs, &HeadCache::default(), &news, &LastWriteError::default(), None);
        let results: Vec<_> = answers.into_iter().map(|mut answer| answer.try_recv().unwrap()).collect();
        assert_eq!(results[1].as_ref().unwrap_err(), &StoreError::Full);

        // The whole batch was undone, and each tried again alone. What was acknowledged is what is there.
        let there: Vec<bool> = ["a", "b", "c"]
            .into_iter()
            .map(|name| queries::document_state(&connection, &name.parse().unwrap()).unwrap().current().is_some())
            .collect();
        let said: Vec<bool> = results.iter().map(Result::is_ok).collect();
        assert_eq!((&there[..], &said[..]), (&[true, false, true][..], &[true, false, true][..]));
        let heard = std::iter::from_fn(|| told.try_recv().ok()).count();
        assert_eq!(heard, said.iter().filter(|said| **said).count());

        let (job, mut answer) = creation("d", "small");
        write_batch(&mut connection, vec![job], &HeadCache::default(), &news, &LastWriteError::default(), None);
        let outcome = answer.try_recv().unwrap().unwrap();
        assert!(matches!(outcome.effect, WriteEffect::Created(_)), "a smaller write goes on at once");
    }

    #[test]
    fn documents_of_a_failed_commit_are_not_read_from_cache() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = migrations::open_file(&folder.path().join("documents.db")).unwrap();
        // A reference to nothing, which is noticed at the commit, by every second version.
        let trap = "PRAGMA foreign_keys = ON; CREATE TABLE p (y PRIMARY KEY);
                    CREATE TABLE t (x REFERENCES p (y) DEFERRABLE INITIALLY DEFERRED);
                    CREATE TRIGGER trap AFTER INSERT ON version WHEN NEW.number = 2 BEGIN INSERT INTO t VALUES (1); END";
        connection.execute_batch(trap).unwrap();
        let (heads, news) = (HeadCache::default(), Broadcaster::default());
        let mut told = news.subscribe(None);
        let mut write = |conditions, content: &str| {
            let (mut job, mut answer) = creation("a", content);
            job.request.conditions = conditions;
            write_batch(&mut connection, vec![job], &heads, &news, &LastWriteError::default(), None);
            answer.try_recv().unwrap()
        };
        let first = write(Conditions::if_none_match_any(), "one").unwrap().appended().unwrap().clone();
        let id = "a".parse().unwrap();
        assert_eq!(heads.get(&id), Some(DocumentState::Exists(first.clone())));
        write(Conditions::if_match(first.revision.stamp.tag.clone()), "two").unwrap_err();
        assert_eq!(heads.get(&id), None);
        assert_eq!(queries::document_state(&connection, &id).unwrap(), DocumentState::Exists(first));
        assert_eq!(std::iter::from_fn(|| told.try_recv().ok()).count(), 1, "of what failed nobody is told");
    }
}
