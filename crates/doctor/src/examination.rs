//! The examination: sends the requests in their order, and keeps what comes back.
//!
//! Only reads are sent until the server has shown that it is an ifmatch server. Then one scratch document is created,
//! written to and deleted; the conditions of all other writes are false, so that they change nothing on any server that
//! evaluates them. Nothing is sent twice, except for the removal of the scratch document.

use std::time::{Duration, SystemTime};

use client::{Client, ClientError, RawRequest, RawResponse};
use contract::{ApiPath, DocumentId, DocumentList, EntityTag, Problem, VersionList, fields};
use precondition::HttpDate;
use thiserror::Error;
use tokio::time::{Instant, sleep};

use crate::checks::CHECKS;
use crate::event_watch::{ComparedRequests, EventWatch};
use crate::evidence::{Evidence, WritingState, by, coding_of, has_media_type, problem_of};
use crate::path_report::{PathFinding, PathReport, ScratchState};
use crate::received_tag::{issued_tag, received_tag};
use crate::redirect::{FollowedRedirect, redirected_server};
use crate::scratch_text::{FIRST_WORD, long_json, scratch_json};
use crate::step::ExamStep;

/// The most redirects that are followed.
const MAX_REDIRECTS: usize = 3;

/// How long a body is late, to see whether a response comes before it.
const BODY_DELAY: Duration = Duration::from_millis(800);

/// After this time, another second has begun.
const NEXT_SECOND: Duration = Duration::from_millis(1100);

/// How long an idle stream is watched.
const IDLE_TIME: Duration = Duration::from_secs(75);

/// A tag that no server has issued.
const UNKNOWN_TAG: &str = "\"v1-00000000\"";

/// More than the number of any version of the scratch document.
const BEYOND_ALL_VERSIONS: usize = 1_000_000;

/// The content codings that browsers accept.
const CODINGS: &str = "gzip, br, zstd, deflate";

/// The request target of the first request.
const LIST: &str = "/api/documents?limit=1";

/// The permissions of an examination.
#[derive(Debug, Clone)]
pub struct DoctorPlan {
    /// The document to create, write to and delete. No document may have this id.
    pub scratch: DocumentId,
    /// Whether the examination only reads.
    pub read_only: bool,
    /// Whether an idle stream is watched for 75 seconds.
    pub slow: bool,
}

/// The error when there is nothing to examine.
#[derive(Debug, Error)]
pub enum ExaminationError {
    /// The server cannot be reached, or its address is not valid.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The server refuses the first request.
    #[error("{} {}: {}", .0.status, .0.title, .0.detail)]
    Refused(Box<Problem>),
    /// A proxy answers for a server that does not.
    #[error("a proxy responds with {status}{who}: it cannot reach the server behind it; is the server running there?")]
    BadGateway {
        /// The status.
        status: u16,
        /// How the proxy names itself, in parentheses after a space; or empty.
        who: String,
    },
    /// A redirect leads to another host, to http, or in circles.
    #[error("{from} redirects to {to:?}, which is not followed; pass the address of the server itself")]
    Redirected {
        /// The address that was asked.
        from: String,
        /// The value of `Location`.
        to: String,
    },
    /// A server answers, but it is not an ifmatch server.
    #[error(
        "{server} does not respond like an ifmatch server ({why}); check the address and the port. For any other HTTP \
         API, `ifmatch probe URL` tests how it handles conditional requests"
    )]
    NotIfmatch {
        /// The address.
        server: String,
        /// The reason to think so.
        why: String,
    },
}

/// Returns a client for another address of the same server, with the same access.
pub type Reconnect<'a> = &'a (dyn Fn(&str) -> Result<Client, ClientError> + Send + Sync);

/// An examination of the path to one server.
pub struct Examination<'a> {
    client: Client,
    reconnect: Reconnect<'a>,
    plan: DoctorPlan,
    evidence: Evidence,
    /// The tag of the scratch document, as the server issued it, while the document exists.
    current: Option<EntityTag>,
    /// Whether the scratch document may exist.
    may_exist: bool,
    scratch: ScratchState,
    requests: usize,
    began: Instant,
}

impl<'a> Examination<'a> {
    /// Returns an examination of the server of a client. Nothing is sent yet.
    pub fn new(client: Client, reconnect: Reconnect<'a>, plan: DoctorPlan) -> Self {
        let evidence = evidence_about(&client);
        Self {
            client,
            reconnect,
            plan,
            evidence,
            current: None,
            may_exist: false,
            scratch: ScratchState::NotCreated,
            requests: 0,
            began: Instant::now(),
        }
    }

    /// Sends all requests.
    ///
    /// The future may be dropped; then [`Examination::clean_up`] deletes the scratch document.
    ///
    /// # Errors
    ///
    /// [`ExaminationError`] if no ifmatch server is reached that accepts the client.
    pub async fn examine(&mut self) -> Result<(), ExaminationError> {
        self.began = Instant::now();
        if !self.find_server().await? {
            return Ok(());
        }
        self.send(ExamStep::Policy, get(&ApiPath::Policy.path(), &[])).await;
        let policy = self.response(ExamStep::Policy).and_then(|policy| serde_json::from_slice(&policy.body).ok());
        self.evidence.policy = policy;
        if self.plan.read_only {
            self.evidence.writing = WritingState::NotWritten("left out by --read-only".to_owned());
            self.read_existing().await;
        } else {
            self.write_scratch().await?;
            self.clean_up().await;
        }
        Ok(())
    }

    /// Deletes the scratch document, if it may exist.
    pub async fn clean_up(&mut self) {
        if !self.may_exist {
            return;
        }
        if !matches!(self.evidence.exchanges.get(&ExamStep::Delete), Some(Ok(response)) if response.status == 204) {
            self.find_current().await;
            self.delete().await;
        }
        let is_refused = self.response(ExamStep::Create).is_some() && !self.has_succeeded(ExamStep::Create);
        self.scratch = match self.response(ExamStep::Delete).map(|response| response.status) {
            Some(204) => ScratchState::Deleted(self.plan.scratch.clone()),
            _ if is_refused && self.is_absent().await => ScratchState::NotCreated,
            Some(404 | 410) => ScratchState::Deleted(self.plan.scratch.clone()),
            _ => ScratchState::Left(self.plan.scratch.clone()),
        };
        self.may_exist = false;
    }

    /// Judges what was seen.
    #[must_use]
    pub fn report(&self) -> PathReport {
        let finding =
            |check: &&'static crate::check::PathCheck| PathFinding { check, judgement: check.judge(&self.evidence) };
        PathReport {
            server: self.evidence.server.clone(),
            proxies: self.evidence.proxies(),
            signs: self.evidence.signs(),
            findings: CHECKS.iter().map(finding).collect(),
            scratch: self.scratch.clone(),
            requests: self.requests,
            elapsed: self.began.elapsed(),
        }
    }

    /// Sends the first request, and follows redirects on the same host.
    ///
    /// Returns whether the server knows the host name, so that further requests are of use.
    async fn find_server(&mut self) -> Result<bool, ExaminationError> {
        for _ in 0..=MAX_REDIRECTS {
            self.requests += 1;
            let response = self.client.exchange_raw(get(LIST, &[])).await.map_err(ClientError::Lost)?;
            let server = self.client.server().to_string();
            if let (300..400, Some(location)) = (response.status, response.field("Location")) {
                let to = location.to_owned();
                let next = redirected_server(&server, LIST, &to);
                let Some(next) = next else { return Err(ExaminationError::Redirected { from: server, to }) };
                self.client = (self.reconnect)(&next)?;
                let mut redirects = std::mem::take(&mut self.evidence.redirects);
                let to = self.client.server().to_string();
                redirects.push(FollowedRedirect { from: server, status: response.status, to });
                self.evidence = Evidence { redirects, ..evidence_about(&self.client) };
                continue;
            }
            self.evidence.clock_ahead_seconds = clock_ahead(&response);
            let is_host_known = response.status != 421;
            if is_host_known {
                check_first(&response, &server)?;
            } else {
                let why = "the server does not know the host name".to_owned();
                self.evidence.writing = WritingState::NotWritten(why);
            }
            self.evidence.exchanges.insert(ExamStep::List, Ok(response));
            return Ok(is_host_known);
        }
        let from = self.client.server().to_string();
        Err(ExaminationError::Redirected { to: from.clone(), from })
    }

    /// Reads a document that exists, or the list if there is none, and opens the stream of all events.
    async fn read_existing(&mut self) {
        let listed: Option<DocumentList> =
            self.response(ExamStep::List).and_then(|list| serde_json::from_slice(&list.body).ok());
        let document = listed.and_then(|list| list.documents.into_iter().next()).map(|entry| entry.id.path());
        self.evidence.is_document = document.is_some();
        let target = document.unwrap_or_else(|| ApiPath::Documents.path());
        self.read(&target).await;
        let client = self.client.clone();
        let mut compared = ComparedRequests::new(&client);
        let (watch, watched) = EventWatch::open(&client, &ApiPath::AllEvents.path(), &mut compared).await;
        self.requests += 1 + compared.sent;
        self.evidence.stream = Some(watched);
        self.stay_idle(watch).await;
    }

    /// The reads of one version.
    async fn read(&mut self, target: &str) {
        self.send(ExamStep::Read, get(target, &[])).await;
        self.send(ExamStep::ReadCoded, get(target, &[("Accept-Encoding", CODINGS)])).await;
        let tag = self.response(ExamStep::Read).and_then(received_tag);
        if let Some(tag) = tag {
            self.send(ExamStep::Revalidate, get(target, &[("If-None-Match", &tag.to_string())])).await;
        }
        if self.evidence.is_document {
            self.send(ExamStep::ReadIfMatch, get(target, &[("If-Match", UNKNOWN_TAG)])).await;
        }
    }

    async fn write_scratch(&mut self) -> Result<(), ExaminationError> {
        let target = self.plan.scratch.path();
        self.send(ExamStep::ReadMissing, get(&target, &[])).await;
        if let Some(why) = self.why_not_create() {
            // A list that cannot be read does not prove that this is an ifmatch server; its refusal does.
            return Err(ExaminationError::NotIfmatch { server: self.evidence.server.clone(), why });
        }
        self.may_exist = true;
        // Until it is deleted, or the server says that it is not there.
        self.scratch = ScratchState::Left(self.plan.scratch.clone());
        let create = put(&target, FIRST_WORD, &[("If-None-Match", "*")]);
        self.send(ExamStep::Create, create).await;
        if !self.has_succeeded(ExamStep::Create) {
            self.evidence.writing = WritingState::NotWritten(self.why_not_created());
            return Ok(());
        }
        self.evidence.writing = WritingState::Written;
        self.evidence.is_document = true;
        self.find_current().await;
        let Some(first) = self.current.clone() else {
            self.evidence.writing = WritingState::NotWritten("the tag of the scratch document is not known".to_owned());
            return Ok(());
        };
        self.read(&target).await;
        self.write_with_current(ExamStep::Update, put(&target, "two", &[("If-Match", &first.to_string())])).await;
        self.send(ExamStep::ReadUpdated, get(&target, &[])).await;
        self.write_stale(&target, &first.to_string()).await;
        // On a server that ignores conditions, or behind a proxy that removes them, those writes have succeeded.
        self.find_current().await;
        let merge_patch = [("If-Match", &*self.current_text()), ("Content-Type", fields::MERGE_PATCH)];
        let patch = request("PATCH", &target, &merge_patch, Some(r#"{"title":"patched"}"#.to_owned()));
        self.write_with_current(ExamStep::Patch, patch).await;
        let taken = serde_json::json!({ "id": self.plan.scratch, "title": "", "content": "" }).to_string();
        self.send(ExamStep::Post, request("POST", &ApiPath::Documents.path(), &[], Some(taken))).await;
        self.hear_own_write(&target).await;
        self.find_current().await;
        self.delete().await;
        self.send(ExamStep::ReadDeleted, get(&target, &[])).await;
        Ok(())
    }

    /// The writes whose condition is false.
    async fn write_stale(&mut self, target: &str, first: &str) {
        self.remember_tag(ExamStep::StaleWrite);
        let stale = ("If-Match", first);
        self.send(ExamStep::StaleWrite, put(target, "stale", &[stale])).await;
        let preferring = put(target, "stale, too", &[stale, ("Prefer", "return=representation")]);
        self.send(ExamStep::StaleWritePreferring, preferring).await;
        self.send(ExamStep::UnguardedWrite, put(target, "unguarded", &[])).await;
        self.send(ExamStep::LongWrite, request("PUT", target, &[("If-Match", UNKNOWN_TAG)], Some(long_json()))).await;
        self.requests += 1;
        let began = Instant::now();
        // An unknown tag: with that of an earlier version of its own, a client may be retrying a lost save, and the
        // server asks for the body.
        let late = put(target, "late", &[("If-Match", UNKNOWN_TAG)]);
        let answer = self.client.exchange_with_late_body(late, BODY_DELAY).await;
        self.evidence.is_body_awaited = Some(began.elapsed() >= BODY_DELAY);
        self.evidence.exchanges.insert(ExamStep::StaleWriteExpecting, answer.map_err(|lost| lost.to_string()));
    }

    /// Opens the stream of the scratch document, and writes.
    async fn hear_own_write(&mut self, target: &str) {
        let events = ApiPath::Events(self.plan.scratch.clone()).path();
        let client = self.client.clone();
        let mut compared = ComparedRequests::new(&client);
        let (mut watch, mut watched) = EventWatch::open(&client, &events, &mut compared).await;
        if let Some(watch) = &mut watch {
            let write = put(target, "three", &[("If-Match", &*self.current_text())]);
            self.write_with_current(ExamStep::AnnouncedWrite, write).await;
            watched.is_event_due = self.has_succeeded(ExamStep::AnnouncedWrite);
            if watched.is_event_due {
                watched.event = watch.next_event(Instant::now(), &mut compared).await;
            }
        }
        self.requests += 1 + compared.sent;
        self.evidence.stream = Some(watched);
        self.stay_idle(watch).await;
    }

    async fn stay_idle(&mut self, watch: Option<EventWatch>) {
        if let Some(mut watch) = watch.filter(|_| self.plan.slow) {
            self.evidence.idle = Some(watch.stay_idle(IDLE_TIME).await);
        }
    }

    async fn delete(&mut self) {
        let target = self.plan.scratch.path();
        let delete = request("DELETE", &target, &[("If-Match", &*self.current_text())], None);
        self.send(ExamStep::Delete, delete).await;
        if self.response(ExamStep::Delete).is_some_and(|response| response.status == 428) {
            self.delete_by_date(&target).await;
        }
    }

    /// Deletes on the condition of a date: for a path that removes `If-Match`.
    async fn delete_by_date(&mut self, target: &str) {
        // The date must not be in the second of a write: it could not tell that second's versions apart.
        sleep(NEXT_SECOND).await;
        self.requests += 1;
        let read = self.client.exchange_raw(get(target, &[])).await.ok();
        if let Some(date) = read.as_ref().and_then(|read| read.field("Date")) {
            self.send(ExamStep::Delete, request("DELETE", target, &[("If-Unmodified-Since", date)], None)).await;
        }
    }

    /// Sends a write with the current tag, and learns the next one.
    async fn write_with_current(&mut self, step: ExamStep, write: RawRequest) {
        self.remember_tag(step);
        self.send(step, write).await;
        if self.has_succeeded(step) {
            self.find_current().await;
        }
    }

    fn remember_tag(&mut self, step: ExamStep) {
        self.evidence.tags.extend(self.current.clone().map(|tag| (step, tag)));
    }

    /// Returns the current tag as the value of a field.
    fn current_text(&self) -> String {
        self.current.as_ref().map_or_else(|| UNKNOWN_TAG.to_owned(), ToString::to_string)
    }

    /// Returns whether the server itself says that it has no history of the scratch document.
    async fn is_absent(&mut self) -> bool {
        self.requests += 1;
        let read = self.client.exchange_raw(get(&self.new_history_target(), &[])).await;
        read.is_ok_and(|response| response.status == 404 && problem_of(&response).is_some())
    }

    /// Returns the target of the history of the scratch document, with a query that no cache has seen yet.
    fn new_history_target(&self) -> String {
        // No version has such a number, so all are listed.
        let before = BEYOND_ALL_VERSIONS + self.requests;
        format!("{}?limit=1&before={before}", ApiPath::Versions(self.plan.scratch.clone()).path())
    }

    /// Learns the tag that the server issued: from the body of the history, or else from a read.
    async fn find_current(&mut self) {
        self.requests += 1;
        let history = get(&self.new_history_target(), &[]);
        let listed = self.client.exchange_raw(history).await.ok();
        let newest = listed.as_ref().and_then(|list| serde_json::from_slice::<VersionList>(&list.body).ok());
        if let Some(newest) = newest.and_then(|list| list.versions.into_iter().next()) {
            self.current = (!newest.deleted).then_some(newest.etag);
            return;
        }
        self.requests += 1;
        let read = self.client.exchange_raw(get(&self.plan.scratch.path(), &[])).await.ok();
        self.current = read.as_ref().and_then(received_tag).map(|tag| issued_tag(&tag));
    }

    async fn send(&mut self, step: ExamStep, request: RawRequest) {
        self.requests += 1;
        let answer = self.client.exchange_raw(request).await;
        self.evidence.exchanges.insert(step, answer.map_err(|lost| lost.to_string()));
    }

    fn response(&self, step: ExamStep) -> Option<&RawResponse> {
        self.evidence.exchanges.get(&step)?.as_ref().ok()
    }

    fn has_succeeded(&self, step: ExamStep) -> bool {
        self.response(step).is_some_and(|response| (200..300).contains(&response.status))
    }

    /// Returns why no scratch document may be created; `None` if it may.
    fn why_not_create(&self) -> Option<String> {
        let list = self.response(ExamStep::List)?;
        let missing = self.response(ExamStep::ReadMissing)?;
        let is_own_refusal = missing.status == 404 && has_media_type(missing, fields::PROBLEM_JSON);
        let is_readable = coding_of(list).is_none();
        (!is_readable && !is_own_refusal)
            .then(|| "its list is compressed, and its 404 is not that of ifmatch".to_owned())
    }

    fn why_not_created(&self) -> String {
        match self.response(ExamStep::Create).map(|response| (response, problem_of(response))) {
            Some((_, Some(problem))) => format!("the server refuses to create a document: {}", problem.detail),
            Some((response, None)) => format!("PUT was answered with {}{}", response.status, by(response)),
            None => "no response to PUT".to_owned(),
        }
    }
}

fn evidence_about(client: &Client) -> Evidence {
    let server = client.server();
    Evidence::new(server.to_string(), server.is_encrypted(), server.is_loopback())
}

/// Checks that the first response is that of an ifmatch server.
fn check_first(response: &RawResponse, server: &str) -> Result<(), ExaminationError> {
    if let Some(problem) = problem_of(response) {
        return Err(ExaminationError::Refused(Box::new(problem)));
    }
    let why = match response.status {
        502..=504 => {
            return Err(ExaminationError::BadGateway { status: response.status, who: by(response) });
        }
        200 if coding_of(response).is_some() && has_media_type(response, fields::JSON) => return Ok(()),
        200 => match serde_json::from_slice::<DocumentList>(&response.body) {
            Ok(_) => return Ok(()),
            Err(_) => "its list of documents is not one".to_owned(),
        },
        status => format!("it answers {LIST} with {status}{}", by(response)),
    };
    Err(ExaminationError::NotIfmatch { server: server.to_owned(), why })
}

/// Returns by how many seconds the server's clock is ahead, according to `Date`.
fn clock_ahead(response: &RawResponse) -> Option<i64> {
    let date = HttpDate::parse(response.field("Date")?.as_bytes())?;
    let here = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    Some(date.unix_seconds() - i64::try_from(here).ok()?)
}

fn get(target: &str, lines: &[(&str, &str)]) -> RawRequest {
    request("GET", target, lines, None)
}

fn put(target: &str, word: &str, lines: &[(&str, &str)]) -> RawRequest {
    request("PUT", target, lines, Some(scratch_json(word)))
}

fn request(method: &str, target: &str, lines: &[(&str, &str)], body: Option<String>) -> RawRequest {
    let lines: Vec<_> = lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    RawRequest::new(method, target, &lines, body).expect("the requests of an examination are valid")
}
