//! Carries out batches of writes, each in one transaction.
//!
//! Most batches take one round trip: they are decided by versions in memory, which the database confirms (`confirmed`).
//! What is left is carried out in a transaction with three round trips:
//!
//! 1. BEGIN, the lock of the policy, the locks of the documents' rows in the order of their ids, and *then* the
//!    documents. PostgreSQL's READ COMMITTED reads a row again after waiting for its lock, but not the rows that were
//!    joined to it. So what was read with the lock, or before, does not count.
//! 2. The rows of the versions that were decided on, see `append`.
//! 3. COMMIT.
//!
//! Facts about older tags or the tree take further ones.
//!
//! If several servers write one document, they take turns, see `turns`.
//!
//! The locks are taken in the same order by every server: that of the policy (see `settings`), that of the tree, those
//! of rows by id, the keys of new rows by id, the counter of events. So servers do not wait in a circle.
//! If PostgreSQL aborts a transaction all the same (40001 or 40P01, as distributed databases do), or if another server
//! has created the same document first, then nothing was written, and the batch is tried again after a pause of random
//! length.
//!
//! A connection that breaks before COMMIT is sent leaves nothing written, and the batch is tried again. One that breaks
//! after that, or in the only round trip of a confirmed batch, leaves an unknown outcome, which is reported
//! ([`StoreError::Database`]). The client sends the same write again: if it was made, then its tag names the version
//! before, and its state is that of the version after, so it is recognized as applied.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use contract::{DocumentId, Timestamp};
use deadpool_postgres::Object;
use precondition::Verdict;
use precondition::policy::Etags;
use tokio::time::sleep;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::append::{NewVersions, seal_of_version};
use super::clock;
use super::confirmed::{ClockLead, Confirmation, ConfirmedBatch};
use super::connections::Connections;
use super::counters::StoreCounters;
use super::error::{PostgresError, is_certain_abort};
use super::event_message::EventChannel;
use super::event_publisher::EventPublisher;
use super::gather::{changes_tree, gather_facts};
use super::known_heads::KnownHeads;
use super::notices::Notices;
use super::refusals::{Refusals, WritingBatch};
use super::removal::RemovalQueue;
use super::rows::{FROM_DOCUMENT, SELECT_DOCUMENT, SELECT_VERSION, id, stored, verify_document};
use super::session::Session;
use super::settings::{POLICY_REVISION, SETTINGS_REVISION, lock_policy_shared, revision_in};
use super::tree::LOCK_TREE;
use super::turns::{ReservedTurn, TURN_PAUSE, reserve_turns, reserved_turn};
use crate::decide::{apply_judgement, decide_at};
use crate::error::StoreError;
use crate::head::Head;
use crate::outcome::WriteOutcome;
use crate::request::WriteRequest;
use crate::write_job::{LastWriteError, WriteJob};

/// How often a transaction is tried that PostgreSQL aborts because of others.
const MAX_ATTEMPTS: u32 = 12;

/// The longest pause before another attempt.
///
/// Pauses are random, up to a bound that doubles with each attempt.
const MAX_PAUSE: Duration = Duration::from_millis(200);

/// How long a batch waits for PostgreSQL to come back, as after a restart or a failover.
const MAX_OUTAGE: Duration = Duration::from_secs(3);

/// The number of batches with a pause once another server was committing at the same time.
const LINGERING_BATCHES: u32 = 4;

/// Writes with the way in which they are made.
type Batch = (Vec<WriteJob>, WriteWay);

/// A way to carry out a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WriteWay {
    /// Decided by versions in memory, which the database confirms: one round trip, see `confirmed`.
    Confirmed,
    /// Decided by versions that are read in the transaction.
    Locked,
    /// As before, in a transaction that holds the lock of the tree. The batch has one write.
    WithTree,
    /// As [`Confirmed`](Self::Confirmed), after a pause in which another server has its turn.
    AfterTurn,
}

/// The end of an attempt.
enum Attempt {
    /// The outcomes of the writes, in their order. What they say was written is committed.
    ///
    /// An error is one about that write alone: its policy is no longer in force.
    Finished(Vec<Result<WriteOutcome, StoreError>>),
    /// The write with this index changes the tree, whose lock has to be taken first. Nothing was written.
    NeedsTree(usize),
    /// It is another server's turn to write a document. Nothing was written.
    Reserved,
}

/// The state of the writer of this server.
pub(super) struct Writer {
    pub(super) connections: Connections,
    pub(super) last_error: LastWriteError,
    pub(super) removal: RemovalQueue,
    pub(super) counters: Arc<StoreCounters>,
    pub(super) refusals: Arc<Refusals>,
    pub(super) known: Arc<KnownHeads>,
    pub(super) clock: ClockLead,
    pub(super) publisher: Arc<EventPublisher>,
    pub(super) channel: EventChannel,
    pub(super) notices: Notices,
    /// The number of batches that are left with a pause.
    ///
    /// It rises when another server commits at the same time again.
    pub(super) lingering: AtomicU32,
}

impl Writer {
    /// Carries out a batch, and tells each write its outcome.
    pub(super) async fn write_batch(&self, jobs: Vec<WriteJob>, way: WriteWay) {
        let mut batches = VecDeque::from([(jobs, way)]);
        while let Some((jobs, way)) = batches.pop_front() {
            let left = match way {
                WriteWay::Confirmed => self.write_confirmed(jobs).await,
                WriteWay::AfterTurn => {
                    sleep(TURN_PAUSE).await;
                    self.write_confirmed(jobs).await
                }
                WriteWay::Locked => self.write_locked(jobs, false).await,
                WriteWay::WithTree => self.write_locked(jobs, true).await,
            };
            for batch in left.into_iter().rev() {
                batches.push_front(batch);
            }
        }
    }

    /// Returns whether the writer should wait for a moment, so that more writes share the next commit.
    ///
    /// Commits of all servers take turns, so servers that write at the same time are faster with fewer commits.
    pub(super) fn should_linger(&self) -> bool {
        let left = self.lingering.load(Ordering::Relaxed);
        self.lingering.store(left.saturating_sub(1), Ordering::Relaxed);
        left > 0
    }

    /// Sends notifications that wait. If that fails, other servers read the events from the database.
    pub(super) async fn send_notices(&self) {
        let texts = self.notices.take_all();
        if texts.is_empty() {
            return;
        }
        let Ok(client) = self.connections.writer().await else { return };
        let notify = "SELECT pg_notify($1, text) FROM unnest($2::TEXT[]) AS text";
        if let Err(error) = Session::from(&*client).query(notify, &[&self.channel.name, &texts]).await {
            tracing::debug!(%error, "other servers were not notified of events");
        }
    }

    /// Carries out the writes of a batch that can be decided by versions in memory. Returns the others.
    async fn write_confirmed(&self, jobs: Vec<WriteJob>) -> Vec<Batch> {
        let (batch, mut rest) = ConfirmedBatch::plan(jobs, &self.known, &self.clock);
        let mut left = Vec::new();
        if !batch.jobs.is_empty() {
            match self.append_confirmed(&batch).await {
                Ok(Confirmation::Appended { appended, others_wait }) => {
                    self.last_error.set(None);
                    if others_wait {
                        self.lingering.store(LINGERING_BATCHES, Ordering::Relaxed);
                    }
                    batch.remember(&self.known);
                    self.publisher.publish_appended(appended);
                    self.removal.note_writes(batch.documents().map(|(id, _)| id));
                    for (job, outcome) in batch.jobs.into_iter().zip(batch.outcomes) {
                        // The caller may have gone; what was written stays written.
                        let _ = job.reply.send(Ok(outcome));
                    }
                }
                Err(error @ PostgresError::OutcomeUnknown(_)) => {
                    // If the versions are committed, nothing else publishes them.
                    self.publisher.wake();
                    self.fail(batch.jobs, error);
                }
                Ok(Confirmation::Reserved(documents)) => {
                    let is_held = |job: &WriteJob| documents.contains(job.request.id.as_str());
                    let (held, free): (Vec<_>, Vec<_>) = batch.jobs.into_iter().partition(is_held);
                    left.extend([(free, WriteWay::Confirmed), (held, WriteWay::AfterTurn)]);
                }
                // Nothing was written. If something is wrong, the transaction will show what it is.
                Ok(Confirmation::Outdated) | Err(_) => rest.splice(0..0, batch.jobs).for_each(drop),
            }
        }
        left.push((rest, WriteWay::Locked));
        left.retain(|(jobs, _)| !jobs.is_empty());
        left
    }

    async fn append_confirmed(&self, batch: &ConfirmedBatch) -> Result<Confirmation, PostgresError> {
        let client = self.connections.writer().await?;
        let writing = self.refusals.begin(&batch.jobs);
        let appended = batch.append(Session::from(&*client), &self.channel, &self.notices, &self.clock).await;
        if let Ok(Confirmation::Appended { .. }) = appended {
            writing.end(batch.documents());
        }
        appended
    }

    /// Carries out a batch in a transaction, or returns smaller batches to carry out instead.
    async fn write_locked(&self, mut jobs: Vec<WriteJob>, tree: bool) -> Vec<Batch> {
        let way = if tree { WriteWay::WithTree } else { WriteWay::Locked };
        match self.try_repeatedly(&jobs, tree).await {
            Ok(Attempt::Finished(outcomes)) => {
                self.last_error.set(None);
                for (job, outcome) in jobs.into_iter().zip(outcomes) {
                    // The caller may have gone; what was written stays written.
                    let _ = job.reply.send(outcome);
                }
                Vec::new()
            }
            Ok(Attempt::Reserved) => vec![(jobs, way)],
            Ok(Attempt::NeedsTree(index)) => {
                let after = jobs.split_off(index + 1);
                let alone = jobs.split_off(index);
                let all = [(jobs, WriteWay::Locked), (alone, WriteWay::WithTree), (after, WriteWay::Locked)];
                all.into_iter().filter(|(jobs, _)| !jobs.is_empty()).collect()
            }
            // A write that fails undoes only itself.
            Err(error) if jobs.len() > 1 && is_about_one(&error) => {
                jobs.into_iter().map(|job| (vec![job], way)).collect()
            }
            Err(error) => {
                self.fail(jobs, error);
                Vec::new()
            }
        }
    }

    /// Tells writes that they failed.
    fn fail(&self, jobs: Vec<WriteJob>, error: PostgresError) {
        tracing::error!(%error, "writes were not acknowledged");
        let error = StoreError::from(error);
        self.last_error.set(Some(error.clone()));
        for job in jobs {
            let _ = job.reply.send(Err(error.clone()));
        }
    }

    async fn try_repeatedly(&self, jobs: &[WriteJob], tree: bool) -> Result<Attempt, PostgresError> {
        let begun = Instant::now();
        let mut conflicts = 0;
        let mut attempts = 0;
        loop {
            let error = match self.try_once(jobs, tree).await {
                Err(error) => error,
                Ok(Attempt::Reserved) => {
                    sleep(TURN_PAUSE).await;
                    continue;
                }
                finished => return finished,
            };
            attempts += 1;
            if error.is_conflict() && conflicts < MAX_ATTEMPTS {
                conflicts += 1;
                StoreCounters::count(&self.counters.write_conflicts);
            } else if error.is_connection_lost() && begun.elapsed() < MAX_OUTAGE {
                StoreCounters::count(&self.counters.write_disconnects);
            } else {
                return Err(error);
            }
            tracing::debug!(%error, attempts, "a transaction is repeated");
            sleep(random_pause(attempts)).await;
        }
    }

    async fn try_once(&self, jobs: &[WriteJob], tree: bool) -> Result<Attempt, PostgresError> {
        let client = self.connections.writer().await?;
        let writing = self.refusals.begin(jobs);
        let result = self.in_transaction(Session::from(&*client), jobs, tree, writing).await;
        let is_open = !matches!(result, Ok((_, true)));
        if is_open && client.batch_execute("ROLLBACK").await.is_err() {
            // The connection is not used again.
            drop(Object::take(client));
        }
        result.map(|(attempt, _)| attempt)
    }

    /// Carries out a batch. Also returns whether the transaction was committed.
    async fn in_transaction(
        &self,
        session: Session<'_>,
        jobs: &[WriteJob],
        tree: bool,
        writing: WritingBatch<'_>,
    ) -> Result<(Attempt, bool), PostgresError> {
        let Locked { mut heads, turns, now, policy, settings } = lock_and_read(session, jobs, tree).await?;
        let is_reserved = |id: &DocumentId| turns.get(id).is_some_and(|turn| turn.excludes(self.channel.server, now));
        let overtaken: Vec<_> =
            heads.iter().filter(|(id, head)| self.is_overtaken(id, head)).map(|(id, _)| id.clone()).collect();
        let mut outcomes = Vec::with_capacity(jobs.len());
        let mut new = NewVersions::default();
        for (index, WriteJob { request, earlier, .. }) in jobs.iter().enumerate() {
            let is_other = |named: Option<u64>, in_force| named.is_some() && named != in_force;
            if is_other(request.policy_revision, policy) || is_other(request.settings_revision, settings) {
                outcomes.push(Err(StoreError::SettingsChanged));
                continue;
            }
            let request = &*not_in_future(request, now);
            let WriteRequest { id, conditions, change, policy, .. } = request;
            let about_tree = Some(change).filter(|_| tree);
            let head = heads.get(id).map(|head| &**head);
            let facts = gather_facts(session, id, head, conditions, about_tree, policy.etags).await?;
            if policy.etags == Etags::Version
                && let Some(head) = heads.get_mut(id)
            {
                // Of many writers who have lost the same race, only the first one's tag is looked up.
                let head = Arc::make_mut(head);
                facts.issued.iter().for_each(|issued| head.learn(Arc::clone(issued)));
            }
            let outcome = match earlier {
                // A date is judged by the clock that all servers share.
                None => decide_at(request, &facts, now.to_http_date()),
                Some(judgement) => apply_judgement(request, &facts, judgement.clone()),
            };
            let proceeds = matches!(outcome.judgement.verdict, Verdict::Proceed);
            if proceeds && !tree && changes_tree(&facts.found, change) {
                return Ok((Attempt::NeedsTree(index), false));
            }
            if let Some(stored) = outcome.appended() {
                if is_reserved(id) {
                    return Ok((Attempt::Reserved, false));
                }
                new.push(id, stored);
                let head = Head::after(heads.get(id).map(|head| &**head), Arc::clone(stored));
                heads.insert(id.clone(), Arc::new(head));
            }
            outcomes.push(Ok(outcome));
        }
        let due: Vec<_> = overtaken.into_iter().filter(|id| !new.has(id)).collect();
        reserve_turns(session, self.channel.server, &due, now).await?;
        if new.is_empty() {
            let is_committed = !due.is_empty();
            if is_committed {
                // A turn that is lost does no harm.
                session.batch("SET LOCAL synchronous_commit = off; COMMIT").await?;
            }
            writing.end(std::iter::empty());
            self.remember(&heads);
            return Ok((Attempt::Finished(outcomes), is_committed));
        }
        new.write(session, &self.channel.name).await?;
        commit(session).await?;
        self.remember(&heads);
        writing.end(new.documents().filter_map(|id| Some((id, heads.get(id)?))));
        self.removal.note_writes(new.documents());
        Ok((Attempt::Finished(outcomes), true))
    }

    /// Returns whether another server has written a document since this server saw it last.
    fn is_overtaken(&self, id: &DocumentId, head: &Head) -> bool {
        let seen = self.known.get(id).map(|known| known.head.stored().revision.stamp.tag.clone());
        seen.is_some_and(|tag| tag != head.stored().revision.stamp.tag)
    }

    /// Keeps versions that are committed, and were the newest ones while their rows were locked.
    fn remember(&self, heads: &HashMap<DocumentId, Arc<Head>>) {
        for (id, head) in heads {
            let stored = head.stored();
            if stored.document.is_some() || stored.revision.stamp.deleted {
                self.known.insert(id, head, seal_of_version(id, stored));
            }
        }
    }
}

/// Commits the transaction.
async fn commit(session: Session<'_>) -> Result<(), PostgresError> {
    session.batch("COMMIT").await.map_err(|error| {
        if is_certain_abort(&error) { PostgresError::Database(error) } else { PostgresError::OutcomeUnknown(error) }
    })
}

/// The documents of a batch, whose rows are locked, and the time.
struct Locked {
    heads: HashMap<DocumentId, Arc<Head>>,
    /// The turns that servers have reserved, some of which may be over.
    turns: HashMap<DocumentId, ReservedTurn>,
    /// The time by the clock of the database, after the locks were taken.
    now: Timestamp,
    /// The revision of the policy that is in force until the transaction ends.
    policy: Option<u64>,
    /// The revision of all settings.
    settings: Option<u64>,
}

/// Begins a transaction, locks the documents, and reads their newest versions.
async fn lock_and_read(session: Session<'_>, jobs: &[WriteJob], tree: bool) -> Result<Locked, PostgresError> {
    const LOCK: &str = "SELECT id FROM ifmatch.document WHERE id = ANY ($1) ORDER BY id FOR UPDATE";
    let now = format!("{}, {POLICY_REVISION} AS policy, {SETTINGS_REVISION} AS settings", clock::NOW);
    let locks_policy = jobs.iter().any(|job| job.request.policy_revision.is_some());
    let mut begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE".to_owned();
    if locks_policy {
        begin.push_str("; ");
        begin.push_str(&lock_policy_shared());
    }
    if tree {
        begin.push_str("; ");
        begin.push_str(LOCK_TREE);
    }
    let read = format!(
        "{SELECT_VERSION}{SELECT_DOCUMENT}, v.content, v.parent, d.turn, d.turn_until
         {FROM_DOCUMENT} WHERE d.id = ANY ($1)"
    );
    let ids: BTreeSet<&str> = jobs.iter().map(|job| job.request.id.as_str()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    // Prepared first: the statements are sent one after another, before the first response comes.
    for sql in [LOCK, &read, &now] {
        session.prepare(sql).await?;
    }
    let values: [&(dyn ToSql + Sync); 1] = [&ids];
    let (started, locked, rows, now) = tokio::join!(biased;
        session.rows_of(&begin),
        session.query(LOCK, &values),
        session.query(&read, &values),
        session.query(&now, &[]),
    );
    // Without its row, the lock of the tree would lock nothing.
    if started? < usize::from(locks_policy) + usize::from(tree) {
        return Err(PostgresError::MissingRow("tree_lock"));
    }
    let locked = locked?.iter().map(|row| id(row, "id")).collect::<Result<HashSet<_>, _>>()?;
    let (mut heads, mut turns) = (HashMap::new(), HashMap::new());
    for row in &rows? {
        let id = id(row, "document")?;
        if !locked.contains(&id) {
            // It was created after the locks were taken.
            return Err(PostgresError::Overtaken);
        }
        verify_document(row)?;
        if let Some(turn) = reserved_turn(row)? {
            turns.insert(id.clone(), turn);
        }
        heads.insert(id, Arc::new(Head::after(None, Arc::new(stored(row)?))));
    }
    let now = now?;
    let row = now.first().ok_or(PostgresError::Unreadable("now"))?;
    let (policy, settings) = (revision_in(row, "policy")?, revision_in(row, "settings")?);
    Ok(Locked { heads, turns, now: clock::in_row(row)?, policy, settings })
}

/// Returns the request with a time that is not after `now`.
///
/// Servers have clocks of their own. No version has a time in the future of the database, and within a document, times
/// never go backwards.
fn not_in_future(request: &WriteRequest, now: Timestamp) -> Cow<'_, WriteRequest> {
    if request.at <= now { Cow::Borrowed(request) } else { Cow::Owned(WriteRequest { at: now, ..request.clone() }) }
}

/// Returns whether an error may be that of one write alone, and says that nothing was written.
fn is_about_one(error: &PostgresError) -> bool {
    let is_unknown = matches!(error, PostgresError::OutcomeUnknown(_) | PostgresError::Pool(_));
    // Each write of the batch alone could wait as long again.
    let has_waited =
        matches!(error, PostgresError::Database(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE));
    !is_unknown && !has_waited && !error.is_connection_lost()
}

/// Returns a pause of random length, so that servers do not meet again.
fn random_pause(attempts: u32) -> Duration {
    let longest = Duration::from_millis(1 << attempts.min(10)).min(MAX_PAUSE);
    longest.mul_f64(fastrand::f64())
}
