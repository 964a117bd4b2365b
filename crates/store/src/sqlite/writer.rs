//! Commits batches of writes, each in one transaction.
//!
//! A commit waits for the disk, which takes as long for one write as for a hundred: see `write_queue` for how a batch
//! comes together. If one of its writes cannot be written, the batch is undone and each write is tried alone, so that a
//! write that fails undoes only itself.

use std::collections::HashMap;
use std::sync::Arc;

use contract::DocumentId;
use rusqlite::{Connection, TransactionBehavior};

use super::error::SqliteError;
use super::identity::FileIdentity;
use super::queries;
use crate::decide::{apply_judgement, decide};
use crate::error::StoreError;
use crate::facts::WriteFacts;
use crate::head::Head;
use crate::head_cache::HeadCache;
use crate::outcome::WriteOutcome;
use crate::request::WriteRequest;
use crate::revision::StoreEvent;
use crate::subscriptions::Broadcaster;
use crate::write_job::{LastWriteError, WriteJob};

/// The outcome of one write, and its number in the sequence if it made a version.
type Written = Result<(WriteOutcome, Option<u64>), SqliteError>;

/// The state of the only writer besides the connection.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) cache: Arc<HeadCache>,
    pub(super) broadcaster: Arc<Broadcaster>,
    pub(super) last_error: LastWriteError,
    /// The identity of the file; `None` for a store in memory.
    pub(super) identity: Option<Arc<FileIdentity>>,
}

impl Writer {
    /// Carries out a batch in one transaction, and acknowledges its writes when they are on the disk.
    ///
    /// If one of the writes cannot be carried out, all are undone, and each is tried again alone. That is rare, and a
    /// savepoint for each write would make every write slower.
    pub(super) fn write_batch(&self, connection: &mut Connection, batch: Vec<WriteJob>) {
        match self.commit(connection, &batch) {
            Ok(written) => {
                if written.iter().any(|result| matches!(result, Ok((_, Some(_))))) {
                    self.last_error.set(None);
                }
                for (job, result) in batch.into_iter().zip(written) {
                    if let Ok((outcome, Some(sequence))) = &result
                        && let Some(stored) = outcome.appended()
                    {
                        let revision = Arc::clone(&stored.revision);
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
        // The documents that the batch has changed so far.
        let mut changed: HashMap<&DocumentId, Arc<Head>> = HashMap::new();
        for job in batch {
            let id = &job.request.id;
            let known = changed.get(id).cloned().or_else(|| self.cache.head(id));
            // A write that fails in being judged has changed nothing. One that fails in being appended may have.
            written.push(match decide_one(&transaction, job, known) {
                Err(error) => Err(error),
                Ok(Decided { outcome, head, facts }) => {
                    let sequence = match outcome.appended() {
                        None => {
                            if let (Some(head), false) = (&head, changed.contains_key(id)) {
                                self.cache.learn(id, head, &facts.issued, job.request.policy.etags);
                            }
                            None
                        }
                        Some(_) if changed.is_empty() && is_replaced() => return Err(SqliteError::Replaced),
                        Some(stored) => {
                            let sequence = queries::append(&transaction, id, &facts.found, stored)?;
                            changed.insert(id, Arc::new(Head::after(head.as_deref(), Arc::clone(stored))));
                            Some(sequence)
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
        let committing = self.cache.begin(changed.keys().copied());
        transaction.commit()?;
        if identity.is_some_and(|identity| !identity.keeps_what_was_written()) {
            return Err(SqliteError::Replaced);
        }
        committing.end(changed.into_iter());
        Ok(written)
    }
}

/// A write that has been decided on, and what that rests on.
struct Decided {
    outcome: WriteOutcome,
    /// The document before the write; `None` if it never existed.
    head: Option<Arc<Head>>,
    facts: WriteFacts,
}

/// Judges a write.
///
/// `known` is the head of the document, as it is in this transaction, if it is in memory.
///
/// Nothing comes between the judgement and the write that follows: no other connection can write.
fn decide_one(
    connection: &Connection,
    WriteJob { request, earlier, .. }: &WriteJob,
    known: Option<Arc<Head>>,
) -> Result<Decided, SqliteError> {
    let WriteRequest { id, conditions, change, policy, .. } = request;
    let head = match known {
        Some(known) => Some(known),
        None => queries::head(connection, id)?.map(Arc::new),
    };
    let facts = queries::gather_facts(connection, id, head.as_deref(), conditions, Some(change), policy.etags)?;
    let outcome = match earlier {
        None => decide(request, &facts),
        Some(judgement) => apply_judgement(request, &facts, judgement.clone()),
    };
    Ok(Decided { outcome, head, facts })
}

#[cfg(test)]
mod tests {
    use contract::{Document, Timestamp};
    use precondition::{Conditions, Policy};
    use tokio::sync::oneshot;

    use super::*;
    use crate::outcome::WriteEffect;
    use crate::request::DocumentChange;
    use crate::revision::DocumentState;
    use crate::sqlite::migrations;

    type Answer = oneshot::Receiver<Result<WriteOutcome, StoreError>>;

    fn creation(name: &str, content: &str) -> (WriteJob, Answer) {
        let (reply, answer) = oneshot::channel();
        let request = WriteRequest {
            id: name.parse().unwrap(),
            conditions: Conditions::if_none_match_any(),
            change: DocumentChange::put(Document { title: String::new(), content: content.to_owned(), parent: None }),
            author: "bob".parse().unwrap(),
            at: Timestamp::from_millis(0),
            policy: Policy::default(),
            policy_revision: None,
            settings_revision: None,
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
            .map(|name| queries::head(&connection, &name.parse().unwrap()).unwrap().is_some())
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
        assert_eq!(writer.cache.get(&id), Some(DocumentState::Exists(Arc::clone(&first))));
        write(Conditions::if_match(first.revision.stamp.tag.clone()), "two").unwrap_err();
        assert_eq!(writer.cache.get(&id), None);
        assert_eq!(queries::head(&connection, &id).unwrap().unwrap().stored(), &first);
        assert_eq!(std::iter::from_fn(|| told.try_recv().ok()).count(), 1, "a write that failed is not an event");
    }
}
