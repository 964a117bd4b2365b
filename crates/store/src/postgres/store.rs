//! [`PostgresStore`]: the interface of a store, carried out by the writer and the pool of readers.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use async_trait::async_trait;
use contract::DocumentId;
use deadpool_postgres::{Object, Transaction};
use precondition::policy::{Etags, Judging};
use precondition::{EntityTag, Field, Verdict};
use tokio::sync::broadcast;
use tokio::task::AbortHandle;
use tokio_postgres::{IsolationLevel, Row};

use super::clock;
use super::confirmed::ClockLead;
use super::connections::{Connections, Connector};
use super::counters::StoreCounters;
use super::error::{PostgresError, PostgresOpenError};
use super::event_message::EventChannel;
use super::event_publisher::EventPublisher;
use super::follower::Follower;
use super::gather::{changes_tree, gather_facts};
use super::known_heads::{KnownHead, KnownHeads};
use super::migrations::{self, MigrationScope};
use super::newest_versions::NewestVersions;
use super::notices::Notices;
use super::queries::{self, NewestVersion};
use super::refusals::Refusals;
use super::removal::RemovalQueue;
use super::rows::stored;
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
use crate::head_cache::payload_for;
use crate::options::StoreOptions;
use crate::outcome::{ReadJudgement, ReadPayload, WriteOutcome};
use crate::request::{EventQuery, JudgeRequest, ListQuery, VersionQuery, WriteRequest};
use crate::revision::{DocumentState, DocumentSummary, Page, Revision, StoreEvent, StoredVersion};
use crate::shared_settings::SharedSettings;
use crate::store::Store;
use crate::subscriptions::Broadcaster;
use crate::write_job::LastWriteError;

/// The longest text that is read together with others.
///
/// A longer one is read by a query that few may run at a time.
const MAX_SHORT_TEXT_BYTES: i32 = 64 * 1024;

/// Documents in a PostgreSQL database, which other servers may use at the same time.
pub struct PostgresStore {
    connections: Connections,
    writer: WriteQueue,
    broadcaster: Arc<Broadcaster>,
    counters: Arc<StoreCounters>,
    refusals: Arc<Refusals>,
    known: Arc<KnownHeads>,
    newest: Arc<NewestVersions>,
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
        let channel = EventChannel::new(&state.id, presence.number);
        let publisher = Arc::new(EventPublisher::new(seen, Arc::clone(&broadcaster), Arc::clone(&counters)));
        let newest = Arc::new(NewestVersions::new(connector.clone(), &state.id, Arc::clone(&counters)));
        let follower = Follower {
            connector,
            connections: connections.clone(),
            publisher: Arc::clone(&publisher),
            counters: Arc::clone(&counters),
            presence: Arc::clone(&presence),
            channel: channel.clone(),
        };
        let follower = tokio::spawn(follower.run()).abort_handle();
        let removal = RemovalQueue::start(connections.clone(), options.retention);
        let last_error = LastWriteError::default();
        let refusals = Arc::<Refusals>::default();
        let known = Arc::<KnownHeads>::default();
        let writer = Writer {
            connections: connections.clone(),
            last_error,
            removal,
            counters: Arc::clone(&counters),
            refusals: Arc::clone(&refusals),
            known: Arc::clone(&known),
            clock: ClockLead::default(),
            publisher: Arc::clone(&publisher),
            channel,
            notices: Notices::default(),
            lingering: AtomicU32::new(0),
        };
        let writer = WriteQueue::start(writer);
        let settings = Arc::new(PostgresSettings { connections: connections.clone(), presence, publisher });
        let between = options.between;
        Ok(Self { connections, writer, broadcaster, counters, refusals, known, newest, between, settings, follower })
    }

    /// Runs a query on a connection, and again on another one if the connection was lost.
    async fn query<T, F>(&self, ask: impl Fn(Object) -> F + Send + Sync) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, PostgresError>> + Send,
    {
        self.connections.query(ask, || StoreCounters::count(&self.counters.repeated_reads)).await
    }

    /// Runs a query for a text that may be long, as [`query`](Self::query) does.
    async fn query_long<T, F>(&self, ask: impl Fn(Object) -> F + Send + Sync) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, PostgresError>> + Send,
    {
        self.connections.query_long(ask, || StoreCounters::count(&self.counters.repeated_reads)).await
    }

    /// Judges by a version in memory, if the database confirms that it is the newest one.
    ///
    /// Returns `None` if it is not, or if more has to be read.
    async fn judge_known(&self, question: &JudgeRequest) -> Result<Option<ReadJudgement>, StoreError> {
        let JudgeRequest { id, conditions, policy, .. } = question;
        if policy.etags != Etags::Version {
            return Ok(None);
        }
        let Some(KnownHead { head, seal }) = self.known.get(id) else { return Ok(None) };
        let Some(issued) = head.issued_for(conditions) else { return Ok(None) };
        let target = head.as_target(policy.etags);
        let judgement = judge_target(question, &target, &issued);
        let Some(payload) = payload_for(&judgement, target, Some(Arc::clone(&head))) else { return Ok(None) };
        let newest = self.newest.of(id).await?;
        let is_newest = newest.version == Some((head.stored().revision.stamp.version, seal));
        Ok(is_newest.then_some(ReadJudgement { judgement, payload, settings: Some(newest.settings) }))
    }

    /// Judges by what is read from the database.
    ///
    /// Most requests need one query by an index. If the client has the newest version, that query reads no text. If the
    /// request names an older tag, all is read from one state of the database.
    async fn judge_by_query(&self, question: &JudgeRequest) -> Result<ReadJudgement, StoreError> {
        let JudgeRequest { id, conditions, policy, .. } = question;
        let sent = conditions.value(Field::IfNoneMatch).filter(|_| policy.etags == Etags::Version);
        let short = |client: Object| async move {
            queries::newest_row(Session::from(&*client), id, sent, MAX_SHORT_TEXT_BYTES).await
        };
        // The connection is free again before the row is verified, which may take as long as the query.
        let row = self.query(short).await?;
        match self.judge_row(question, row.as_ref())? {
            RowJudgement::Judged(judged) => return Ok(judged),
            RowJudgement::NeedsTags => {}
            RowJudgement::NeedsText => {
                let long = |client: Object| async move {
                    queries::newest_row(Session::from(&*client), id, None, i32::MAX).await
                };
                let row = self.query_long(long).await?;
                if let RowJudgement::Judged(judged) = self.judge_row(question, row.as_ref())? {
                    return Ok(judged);
                }
            }
        }
        self.query_long(|client| judge_in_snapshot(client, question)).await
    }

    /// Judges by the row of the newest version, as far as that is enough, and keeps the version.
    fn judge_row(&self, question: &JudgeRequest, row: Option<&Row>) -> Result<RowJudgement, PostgresError> {
        let kind = question.policy.etags;
        let newest = row.map(queries::newest_in).transpose()?;
        let (settings, is_omitted) = newest.as_ref().map_or((None, false), |row| (row.settings, row.is_text_omitted));
        let found = newest.map(|NewestVersion { stored, seal, .. }| {
            let stored = Arc::new(stored);
            self.known.insert(&question.id, &Arc::new(Head::after(None, Arc::clone(&stored))), seal);
            stored
        });
        let found = DocumentState::from(found);
        let current = found.current().map(|stored| stored.etag(kind));
        if !tags_to_look_up(&question.conditions, current.as_ref()).is_empty() {
            return Ok(RowJudgement::NeedsTags);
        }
        if !is_omitted {
            return Ok(RowJudgement::Judged(ReadJudgement { settings, ..judge_read(question, facts_of(found)) }));
        }
        let judgement = judge_target(question, &found.as_target(kind), &[]);
        Ok(match (&judgement.verdict, current) {
            (Verdict::NotModified, Some(tag)) => {
                RowJudgement::Judged(ReadJudgement { judgement, payload: ReadPayload::Tag(tag), settings })
            }
            _ => RowJudgement::NeedsText,
        })
    }

    /// Judges in one state of the database, waits for the hook, and then writes with that judgement.
    async fn check_then_act(&self, request: WriteRequest) -> Result<WriteOutcome, StoreError> {
        let planned = self.query(|client| plan(client, &request)).await?.ok_or(StoreError::SettingsChanged)?;
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

/// A judgement by the row of the newest version, or what it needs besides.
enum RowJudgement {
    Judged(ReadJudgement),
    /// The versions of older tags.
    NeedsTags,
    /// The text, which was left out.
    NeedsText,
}

/// Judges a request that changes nothing by one state of the database, with its older tags.
async fn judge_in_snapshot(mut client: Object, question: &JudgeRequest) -> Result<ReadJudgement, PostgresError> {
    let JudgeRequest { id, conditions, policy, .. } = question;
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

    async fn judge(&self, mut question: JudgeRequest) -> Result<ReadJudgement, StoreError> {
        if question.method.writes() && question.conditions.value(Field::IfUnmodifiedSince).is_some() {
            let now = self.query(|client| async move { clock::now(Session::from(&*client)).await }).await?;
            question.now = now.to_http_date();
        }
        match self.judge_known(&question).await? {
            Some(judged) => Ok(judged),
            None => self.judge_by_query(&question).await,
        }
    }

    async fn read(&self, id: &DocumentId) -> Result<DocumentState, StoreError> {
        let row = self.query_long(|client| async move { queries::head_row(Session::from(&*client), id).await }).await?;
        let stored = row.as_ref().map(queries::head_in).transpose()?;
        Ok(DocumentState::from(stored.map(Arc::new)))
    }

    async fn version(&self, id: &DocumentId, number: u64) -> Result<Option<Arc<StoredVersion>>, StoreError> {
        let query = |client: Object| async move { queries::version_row(Session::from(&*client), id, number).await };
        let row = self.query_long(query).await?;
        Ok(row.as_ref().map(stored).transpose()?.map(Arc::new))
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
            pools: [self.connections.status(), vec![("newest", self.newest.status())]].concat(),
            queued_writes: self.writer.queued(),
            repeated: self.counters.repeated(),
            events: self.counters.events(),
        })
    }
}
