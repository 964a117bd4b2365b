//! The one writer: a thread that owns the connection, and commits what has queued up.
//!
//! A commit waits for the disk, and the disk takes as long for one write as for a hundred. So the writer takes whatever
//! is in the queue, gives each write a savepoint of its own (a write that fails undoes itself and not its neighbours),
//! commits once, and only then tells everybody what became of theirs. There is no timer in it: an idle store commits at
//! once, a busy one fills its batches by itself while it waits for the disk.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use precondition::Judgement;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{broadcast, mpsc, oneshot};

use super::{Fault, rows};
use crate::decide::{carry_out, decide};
use crate::error::StoreError;
use crate::outcome::Outcome;
use crate::request::WriteRequest;
use crate::revision::Happened;

/// How many writes may wait. Whoever comes after that waits to be let into the queue.
const QUEUE: usize = 1024;
/// How many writes share a commit at most, so that the first of them does not wait for ever.
const BATCH: usize = 256;
/// How many events a subscriber may lag behind before it has to read them from the store.
const EVENTS: usize = 1024;

/// A write in the queue.
pub(super) struct Job {
    request: WriteRequest,
    /// A judgement made earlier. Only the policy `judging: apart` has one, and it is the mistake.
    earlier: Option<Judgement>,
    reply: oneshot::Sender<Result<Outcome, StoreError>>,
}

/// The way to the writer. The thread ends, and is waited for, when this is dropped.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    events: broadcast::Sender<Happened>,
}

impl Writer {
    pub(super) fn start(connection: Arc<Mutex<Connection>>) -> std::io::Result<Self> {
        let (queue, mut jobs) = mpsc::channel(QUEUE);
        let (events, _) = broadcast::channel(EVENTS);
        let tell = events.clone();
        let work = move || {
            while let Some(first) = jobs.blocking_recv() {
                let rest = std::iter::from_fn(|| jobs.try_recv().ok());
                let batch = std::iter::once(first).chain(rest).take(BATCH).collect();
                write_batch(&mut connection.lock().unwrap_or_else(PoisonError::into_inner), batch, &tell);
            }
        };
        let thread = thread::Builder::new().name("store-writer".to_owned()).spawn(work)?;
        Ok(Self { queue: Some(queue), thread: Some(thread), events })
    }

    /// Queues a write, and waits until it is on the disk or refused.
    pub(super) async fn write(&self, request: WriteRequest, earlier: Option<Judgement>) -> Result<Outcome, StoreError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StoreError::Stopped)?;
        queue.send(Job { request, earlier, reply }).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Happened> {
        self.events.subscribe()
    }

    pub(super) fn is_alive(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has nothing left to say: whoever waited for it was told so.
            let _ = thread.join();
        }
    }
}

/// Carries out a batch in one transaction, and tells everybody when it is on the disk.
fn write_batch(connection: &mut Connection, batch: Vec<Job>, events: &broadcast::Sender<Happened>) {
    match commit(connection, &batch) {
        Ok(written) => {
            for (job, result) in batch.into_iter().zip(written) {
                if let Ok((outcome, Some(sequence))) = &result
                    && let Some(stored) = outcome.appended()
                {
                    let revision = stored.revision.clone();
                    // Nobody listening is no failure.
                    let _ = events.send(Happened { sequence: *sequence, id: job.request.id, revision });
                }
                // Whoever asked may have gone; what was written stays written.
                let _ = job.reply.send(result.map(|(outcome, _)| outcome).map_err(StoreError::from));
            }
        }
        Err(fault) => {
            tracing::error!(writes = batch.len(), %fault, "nothing of a batch was written");
            let error = StoreError::from(fault);
            for job in batch {
                let _ = job.reply.send(Err(error.clone()));
            }
        }
    }
}

/// What became of one write, and its number in the sequence where it made a version.
type Written = Result<(Outcome, Option<u64>), Fault>;

fn commit(connection: &mut Connection, batch: &[Job]) -> Result<Vec<Written>, Fault> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut written = Vec::with_capacity(batch.len());
    for job in batch {
        let savepoint = transaction.savepoint()?;
        let result = write(&savepoint, job);
        if result.is_ok() {
            savepoint.commit()?;
        } else {
            drop(savepoint);
        }
        // SQLite may answer a full disk by undoing the whole transaction. Then nobody's write is there.
        match result {
            Err(fault) if transaction.is_autocommit() => return Err(fault),
            result => written.push(result),
        }
    }
    transaction.commit()?;
    Ok(written)
}

/// Looks, judges and writes, and nothing comes between: the transaction holds the only pen there is.
fn write(connection: &Connection, Job { request, earlier, .. }: &Job) -> Written {
    let kind = request.policy.etags;
    let facts = rows::facts(connection, &request.id, &request.conditions, Some(&request.change), kind)?;
    let outcome = match earlier {
        None => decide(request, &facts),
        Some(judgement) => carry_out(request, &facts, judgement.clone()),
    };
    let sequence = outcome.appended().map(|stored| rows::append(connection, &request.id, stored)).transpose()?;
    Ok((outcome, sequence))
}

#[cfg(test)]
mod tests {
    use contract::{Document, Timestamp};
    use precondition::{Conditions, Policy};

    use super::*;
    use crate::outcome::Effect;
    use crate::request::Change;
    use crate::sqlite::schema;

    type Answer = oneshot::Receiver<Result<Outcome, StoreError>>;

    fn creation(name: &str, content: &str) -> (Job, Answer) {
        let (reply, answer) = oneshot::channel();
        let request = WriteRequest {
            id: name.parse().unwrap(),
            conditions: Conditions::if_none_match_any(),
            change: Change::Put(Document { title: String::new(), content: content.to_owned(), parent: None }),
            author: "bob".parse().unwrap(),
            at: Timestamp::from_millis(0),
            policy: Policy::default(),
        };
        (Job { request, earlier: None, reply }, answer)
    }

    #[test]
    fn a_full_disk_undoes_the_write_that_did_not_fit_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = schema::open_file(&folder.path().join("small.db")).unwrap();
        connection.execute_batch("PRAGMA max_page_count = 20").unwrap();
        let (events, mut told) = broadcast::channel(10);
        let (jobs, answers): (Vec<_>, Vec<_>) =
            [creation("a", "small"), creation("b", &"large ".repeat(100_000)), creation("c", "small")]
                .into_iter()
                .unzip();
        write_batch(&mut connection, jobs, &events);
        let results: Vec<_> = answers.into_iter().map(|mut answer| answer.try_recv().unwrap()).collect();
        assert_eq!(results[1].as_ref().unwrap_err(), &StoreError::Full);

        // Whether SQLite undid only that write or the whole batch, what was acknowledged is what is there.
        let there: Vec<bool> = ["a", "b", "c"]
            .into_iter()
            .map(|name| rows::found(&connection, &name.parse().unwrap()).unwrap().here().is_some())
            .collect();
        let said: Vec<bool> = results.iter().map(Result::is_ok).collect();
        assert_eq!(there, said);
        let heard = std::iter::from_fn(|| told.try_recv().ok()).count();
        assert_eq!(heard, said.iter().filter(|said| **said).count());

        let (job, mut answer) = creation("d", "small");
        write_batch(&mut connection, vec![job], &events);
        let outcome = answer.try_recv().unwrap().unwrap();
        assert!(matches!(outcome.effect, Effect::Created(_)), "a smaller write goes on at once");
    }
}
