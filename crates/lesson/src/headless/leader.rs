//! The leader of a lesson.
//!
//! The leader creates documents, operates both gates, the policy and the faults, and reads the results. The leader's
//! client is not recorded. It does everything over HTTP except operating the write gate.

use std::fmt;
use std::sync::Arc;

use client::{Client, ClientError, Exchanges, Tagged};
use contract::{Author, Document, DocumentId, FaultSettings, Hold, Policy, Version};
use editor::{EditorRequest, Guard, ResponseOutcome};
use swarm::SwarmProgress;

use super::lesson_server::{LessonServer, PlayError};
use super::swarm_run::run_swarm_task;
use crate::player::{InstructorTask, Observation};
use crate::script::{HoldPoint, Lesson, TEACHER, TransitChange};
use crate::transit_proxy::TransitProxy;

/// The most versions of a document that the leader reads.
const MAX_VERSIONS_READ: usize = 10_000;

/// The leader of a lesson.
#[derive(Debug)]
pub struct Leader {
    lesson_server: LessonServer,
    client: Client,
    policy: Tagged<Policy>,
    /// The proxy in front of the server, if a step of the lesson changes it.
    proxy: Option<TransitProxy>,
    swarm_listener: SwarmListener,
}

/// The function that is told how far simulated writers are.
#[derive(Clone)]
struct SwarmListener(Arc<dyn Fn(SwarmProgress) + Send + Sync>);

impl fmt::Debug for SwarmListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SwarmListener")
    }
}

impl Leader {
    /// Creates the lesson's documents on a fresh server, and sets its policy.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached, or refuses a document or the policy.
    pub async fn new(lesson_server: LessonServer, lesson: &Lesson, policy: Policy) -> Result<Self, PlayError> {
        let client = Client::new(&lesson_server.server, TEACHER.parse()?)?;
        let before = client.policy().await?;
        for (id, document) in &lesson.documents {
            create_document(&client, id, document).await?;
        }
        let policy = client.set_policy(policy, &before.etag).await?;
        let proxy = if lesson.has_proxy() {
            Some(TransitProxy::start(&lesson_server.server).await.map_err(PlayError::Proxy)?)
        } else {
            None
        };
        Ok(Self { lesson_server, client, policy, proxy, swarm_listener: SwarmListener(Arc::new(drop)) })
    }

    /// Returns this leader with a function that is told how far simulated writers are.
    ///
    /// It is called several times in each run.
    #[must_use]
    pub fn with_swarm_listener(self, listener: impl Fn(SwarmProgress) + Send + Sync + 'static) -> Self {
        Self { swarm_listener: SwarmListener(Arc::new(listener)), ..self }
    }

    /// Returns the address to which people send requests: that of the proxy, if there is one.
    #[must_use]
    pub fn address(&self) -> &str {
        self.proxy.as_ref().map_or(&self.lesson_server.server, TransitProxy::url)
    }

    /// Opens the live stream of held and ended exchanges.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached, or refuses.
    pub async fn exchanges(&self) -> Result<Exchanges, PlayError> {
        Ok(self.client.exchanges().await?)
    }

    /// Carries out a task, and returns its observation, if it has one: a document, or counts.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached or refuses, or if the request to be released does not wait.
    pub async fn perform(&mut self, task: &InstructorTask) -> Result<Option<Observation>, PlayError> {
        match task {
            InstructorTask::Hold(stop) => self.hold(*stop).await?,
            InstructorTask::Release { who, gate, lost } => self.release(who, *gate, *lost).await?,
            InstructorTask::SetPolicy(policy) => self.set_policy(*policy).await?,
            InstructorTask::Lose(count) => self.lose(*count).await?,
            InstructorTask::SetProxy(rewrite) => self.set_proxy(*rewrite)?,
            InstructorTask::Swarm(task) => {
                let clock = &self.lesson_server.clock;
                let result = run_swarm_task(&self.client, clock, task, self.swarm_listener.0.as_ref()).await?;
                return Ok(Some(Observation::Swarm(Box::new(result))));
            }
            InstructorTask::Look(id) => return self.observe_document(id).await.map(Some),
        }
        Ok(None)
    }

    /// Holds requests at this point from now on, and at no other.
    async fn hold(&self, stop: HoldPoint) -> Result<(), PlayError> {
        self.lesson_server.write_gate.set(stop == HoldPoint::Judged);
        let hold = match stop {
            HoldPoint::Writes => Hold::Writes,
            HoldPoint::All => Hold::All,
            HoldPoint::Nowhere | HoldPoint::Judged => Hold::None,
        };
        self.client.hold(hold).await?;
        Ok(())
    }

    /// Releases a person's request: at the gate under this number, or else at the write gate.
    ///
    /// If `lost`, a successful response is lost.
    async fn release(&self, who: &Author, gate: Option<u64>, lost: bool) -> Result<(), PlayError> {
        if lost && gate.is_none() {
            self.lose(1).await?;
        }
        match gate {
            Some(number) if lost => drop(self.client.release_losing_response(number).await?),
            Some(number) => drop(self.client.release(number).await?),
            None if !self.lesson_server.write_gate.release(who) => return Err(PlayError::Stuck),
            None => {}
        }
        Ok(())
    }

    /// Sets the server's policy.
    async fn set_policy(&mut self, policy: Policy) -> Result<(), PlayError> {
        self.policy = self.client.set_policy(policy, &self.policy.etag).await?;
        Ok(())
    }

    /// Sets how many of the next responses to successful writes the server loses.
    async fn lose(&self, count: u32) -> Result<(), PlayError> {
        self.client.set_faults(FaultSettings { lose_responses: count, ..FaultSettings::default() }).await?;
        Ok(())
    }

    /// Sets what the proxy changes.
    fn set_proxy(&self, change: TransitChange) -> Result<(), PlayError> {
        self.proxy.as_ref().ok_or(PlayError::NoProxy)?.set(change);
        Ok(())
    }

    /// Reads a document and its versions, bypassing the gate.
    async fn observe_document(&self, id: &DocumentId) -> Result<Observation, PlayError> {
        let client = self.client.clone().bypassing_gate();
        let document = match client.execute(id, &EditorRequest::Read { unless: None }).await {
            ResponseOutcome::Read(snapshot) => Some(snapshot.document),
            _ => None,
        };
        let mut versions: Vec<Version> = match client.versions(id, MAX_VERSIONS_READ).await {
            Ok(versions) => versions,
            // The document has never existed.
            Err(ClientError::Refused(problem)) if problem.status == 404 => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        versions.reverse();
        Ok(Observation::Document { id: id.clone(), document, versions })
    }

    /// Releases all held requests, so that the server can end.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached, or refuses.
    pub async fn finish(self) -> Result<(), PlayError> {
        self.lesson_server.write_gate.open();
        self.client.hold(Hold::None).await?;
        self.client.release_all().await?;
        Ok(())
    }
}

/// Creates one of the lesson's documents.
async fn create_document(client: &Client, id: &DocumentId, document: &Document) -> Result<(), PlayError> {
    let ask = EditorRequest::Write { guard: Guard::IfNoneMatchAny, document: document.into(), want_current: false };
    match client.execute(id, &ask).await {
        ResponseOutcome::Saved(_) => Ok(()),
        other => Err(PlayError::NotCreated(id.clone(), Box::new(other))),
    }
}
