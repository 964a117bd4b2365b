//! [`PostgresStore`]: the interface of a store, carried out by the writer and the pool of readers.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use contract::DocumentId;
use deadpool_postgres::{Object, Transaction};
use precondition::policy::{Etags, Judging};
use precondition::{EntityTag, Field, Verdict};
use tokio::sync::broadcast;
use tokio::task::AbortHandle;
use tokio_postgres::IsolationLevel;

use super::clock;
use super::confirmed::ClockLead;
use super::connections::{Connections, Connector};
use super::counters::StoreCounters;
use super::error::{PostgresError, PostgresOpenError};
use super::event_publisher::EventPublisher;
use super::follower::Follower;
use super::gather::{changes_tree, gather_facts};
use super::migrations::{self, MigrationScope};
use super::queries;
use super::refusals::Refusals;
use super::removal::RemovalQueue;
use super::session::Session;
use super::settings::{PostgresSettings, Presence, policy_revision};
use super::write_queue::WriteQueue;
use super::writer::Writer;
use crate::check_then_act::BetweenJudgeAndWrite;
use crate::database_status::DatabaseStatus;
use crate::decide::{decide_at, judge_read, judge_target};
use crate::error::StoreError;
use crate::facts::{Descendants, WriteFacts, tags_to_look_up};
use crate::head::Head;
use crate::options::StoreOptions;
use crate::outcome::{ReadJudgement, ReadPayload, WriteOutcome};
use crate::request::{EventQuery, JudgeRequest, ListQuery, VersionQuery, WriteRequest};
use crate::revision::{DocumentState, DocumentSummary, Page, Revision, StoreEvent, StoredVersion};
use crate::shared_settings::SharedSettings;
use crate::store::Store;
use crate::subscriptions::Broadcaster;
use crate::write_job::LastWriteError;

/// Documents in a PostgreSQL database, which other servers may use at the same time.
pub struct PostgresStore {
    connections: Connections,
    writer: WriteQueue,
    broadcaster: Arc<Broadcaster>,
    counters: Arc<StoreCounters>,
    refusals: Arc<Refusals>,
    between: Arc<dyn BetweenJudgeAndWrite>,
    settings: Arc<PostgresSettings>,
    follower: AbortHandle,
}

impl PostgresStore {
    /// Opens a database by its URL, and creates the schema if there is none.
    ///
    /// The tasks of the store run on the current runtime of tokio.
    ///
    /// # Errors
    ///
    /// [`PostgresOpenError`] if the URL is not valid, the database cannot be reached, or its schema is not the one that
    /// this program knows.
    pub async fn open_with(url: &str, options: StoreOptions) -> Result<Self, PostgresOpenError> {
        let connector = Connector::new(url, &options.login)?;
        let mut client = connector.client().await?;
        let state = migrations::prepare(&mut client, MigrationScope::EmptyDatabase).await?;
        let connections = Connections::new(&connector, &state.id);
        let failed = |error: PostgresError| PostgresOpenError::Unreachable(error.to_string());
        let reader = connections.reader().await.map_err(failed)?;
        let seen = queries::latest_sequence(Session::from(&*reader)).await.map_err(failed)?;
        drop(reader);
        let broadcaster = Arc::<Broadcaster>::default();
        let counters = Arc::new(StoreCounters::new(seen));
        let presence = Arc::new(Presence::new());
        let publisher = Arc::new(EventPublisher::new(seen, Arc::clone(&broadcaster), Arc::clone(&counters)));
        let follower = Follower {
            connector,
            connections: connections.clone(),
            publisher: Arc::clone(&publisher),
            counters: Arc::clone(&counters),
            presence: Arc::clone(&presence),
        };
        let follower = tokio::spawn(follower.run()).abort_handle();
        let removal = RemovalQueue::start(connections.clone(), options.retention);
        let last_error = LastWriteError::default();
        let refusals = Arc::<Refusals>::default();
        let writer = Writer {
            connections: connections.clone(),
            last_error,
            removal,
            counters: Arc::clone(&counters),
            refusals: Arc::clone(&refusals),
            known: Arc::default(),
            clock: ClockLead::default(),
            publisher,
            server: presence.number,
        };
        let writer = WriteQueue::start(writer);
        let settings = Arc::new(PostgresSettings { connections: connections.clone(), presence });
        let between = options.between;
        Ok(Self { connections, writer, broadcaster, counters, refusals, between, settings, follower })
    }

    /// Runs a query on a connection, and again on another one if the connection was lost.
    async fn query<T, F>(&self, ask: impl Fn(Object) -> F + Send + Sync) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, PostgresError>> + Send,
    {
        self.connections.query(ask, || StoreCounters::count(&self.counters.repeated_reads)).await
    }

    /// Judges in one state of the database, waits for the hook, and then writes with that judgement.
    async fn check_then_act(&self, request: WriteRequest) -> Result<WriteOutcome, StoreError> {
        let planned = self.query(|client| plan(client, &request)).await?.ok_or(StoreError::PolicyChanged)?;
        if planned.appended().is_none() {
            return Ok(planned);
        }
        self.between.wait(&request).await;
        self.writer.write(request, Some(planned.judgement)).await
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

/// Decides on a write in one state of the database, and writes nothing.
///
/// Returns `None` if another policy is in force than that of the request.
async fn plan(mut client: Object, request: &WriteRequest) -> Result<Option<WriteOutcome>, PostgresError> {
    let WriteRequest { id, conditions, change, policy, .. } = request;
    let snapshot = begin_snapshot(&mut client).await?;
    let session = Session::within(&snapshot);
    if request.policy_revision.is_some() && policy_revision(session).await? != request.policy_revision {
        return Ok(None);
    }
    let head = queries::head(session, id).await?.map(|stored| Head::after(None, Arc::new(stored)));
    let found = DocumentState::from(head.as_ref().map(|head| Arc::clone(head.stored())));
    let about_tree = Some(change).filter(|change| changes_tree(&found, change));
    let facts = gather_facts(session, id, head.as_ref(), conditions, about_tree, policy.etags).await?;
    Ok(Some(decide_at(request, &facts, clock::now(session).await?.to_http_date())))
}

/// Judges a request that changes nothing.
///
/// Most requests need one query by an index. If the client has the newest version, that query reads no text. If the
/// request names an older tag, all is read from one state of the database.
async fn judge(mut client: Object, question: &JudgeRequest) -> Result<ReadJudgement, PostgresError> {
    let by_database_clock;
    let question = if question.method.writes() && question.conditions.value(Field::IfUnmodifiedSince).is_some() {
        let now = clock::now(Session::from(&*client)).await?.to_http_date();
        by_database_clock = JudgeRequest { now, ..question.clone() };
        &by_database_clock
    } else {
        question
    };
    let JudgeRequest { id, conditions, policy, .. } = question;
    let known = conditions.value(Field::IfNoneMatch).filter(|_| policy.etags == Etags::Version);
    let newest = queries::newest(Session::from(&*client), id, known).await?;
    let is_text_omitted = newest.as_ref().is_some_and(|newest| newest.is_text_omitted);
    let found = DocumentState::from(newest.map(|newest| Arc::new(newest.stored)));
    let current = found.current().map(|stored| stored.etag(policy.etags));
    if tags_to_look_up(conditions, current.as_ref()).is_empty() {
        if !is_text_omitted {
            return Ok(judge_read(question, facts_of(found)));
        }
        let judgement = judge_target(question, &found.as_target(policy.etags), &[]);
        if let (Verdict::NotModified, Some(tag)) = (&judgement.verdict, current) {
            return Ok(ReadJudgement { judgement, payload: ReadPayload::Tag(tag) });
        }
    }
    let snapshot = begin_snapshot(&mut client).await?;
    let session = Session::within(&snapshot);
    let head = queries::head(session, id).await?.map(|stored| Head::after(None, Arc::new(stored)));
    let facts = gather_facts(session, id, head.as_ref(), conditions, None, policy.etags).await?;
    Ok(judge_read(question, facts))
}

/// Returns the facts of a request that asks about no older tags.
fn facts_of(found: DocumentState) -> WriteFacts {
    WriteFacts { found, issued: Vec::new(), below: Descendants::default(), ancestors: Vec::new() }
}

/// Begins a transaction that sees one state of the database.
///
/// If it is dropped, even in the middle, it is rolled back.
async fn begin_snapshot(client: &mut Object) -> Result<Transaction<'_>, PostgresError> {
    let transaction = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
    Ok(transaction.start().await?)
}

#[async_trait]
impl Store for PostgresStore {
    async fn write(&self, request: WriteRequest) -> Result<WriteOutcome, StoreError> {
        match request.policy.judging {
            Judging::Atomic => self.writer.write(request, None).await,
            Judging::CheckThenAct => self.check_then_act(request).await,
        }
    }

    async fn refuse_after_commit(&self, request: &WriteRequest) -> Option<WriteOutcome> {
        self.refusals.refuse_after_commit(request).await
    }

    async fn judge(&self, question: JudgeRequest) -> Result<ReadJudgement, StoreError> {
        self.query(|client| judge(client, &question)).await
    }

    async fn read(&self, id: &DocumentId) -> Result<DocumentState, StoreError> {
        let stored = self.query(|client| async move { queries::head(Session::from(&*client), id).await }).await?;
        Ok(DocumentState::from(stored.map(Arc::new)))
    }

    async fn version(&self, id: &DocumentId, number: u64) -> Result<Option<Arc<StoredVersion>>, StoreError> {
        let query = |client: Object| async move { queries::version(Session::from(&*client), id, number).await };
        Ok(self.query(query).await?.map(Arc::new))
    }

    async fn versions(&self, query: VersionQuery) -> Result<Page<Revision>, StoreError> {
        let query = &query;
        self.query(|client| async move { queries::versions(Session::from(&*client), query).await }).await
    }

    async fn has_issued(&self, id: &DocumentId, tags: Vec<EntityTag>, kind: Etags) -> Result<bool, StoreError> {
        let tags = &tags[..];
        self.query(|client| async move { queries::has_issued(Session::from(&*client), id, tags, kind).await }).await
    }

    async fn list(&self, query: ListQuery) -> Result<Page<DocumentSummary>, StoreError> {
        let query = &query;
        self.query(|client| async move { queries::list(Session::from(&*client), query).await }).await
    }

    async fn events(&self, query: EventQuery) -> Result<Vec<StoreEvent>, StoreError> {
        let query = &query;
        self.query(|client| async move { queries::events(Session::from(&*client), query).await }).await
    }

    async fn latest_sequence(&self) -> Result<u64, StoreError> {
        self.query(|client| async move { queries::latest_sequence(Session::from(&*client)).await }).await
    }

    fn subscribe(&self, about: Option<&DocumentId>) -> broadcast::Receiver<StoreEvent> {
        self.broadcaster.subscribe(about)
    }

    fn shared_settings(&self) -> Option<Arc<dyn SharedSettings>> {
        Some(Arc::clone(&self.settings) as _)
    }

    async fn health(&self) -> Result<(), StoreError> {
        self.latest_sequence().await?;
        self.writer.health()
    }

    fn database_status(&self) -> Option<DatabaseStatus> {
        Some(DatabaseStatus {
            pools: self.connections.status(),
            queued_writes: self.writer.queued(),
            repeated: self.counters.repeated(),
            events: self.counters.events(),
        })
    }
}
