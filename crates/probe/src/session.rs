//! The session of a probe: the budget, the number of each write, and what is known of the resource.

use crate::body_template::{BodyTemplate, PLACE};
use crate::check::CheckId;
use crate::condition::{Condition, KnownValidators, MissingValidator, NO_STALE_TAG, NO_TAG};
use crate::finding::CheckFinding;
use crate::message::{BodyPace, FieldLine, ProbeRequest, ProbeResponse};
use crate::observed::Observed;
use crate::plan::{ProbePlan, ProbeProgress};
use crate::transport::{ProbeTransport, SendError};

/// Requests that are never spent on checks: they restore the original.
pub(crate) const RESERVED_REQUESTS: usize = 12;

/// The reason why a probe does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The user asked it to stop.
    Stopped,
    /// No request is left for another check.
    BudgetSpent,
    /// The server cannot be reached any more.
    Unreachable(SendError),
}

/// One exchange: the request, and the response if one arrived.
#[derive(Debug, Clone)]
pub(crate) struct ProbedExchange {
    pub(crate) request: ProbeRequest,
    pub(crate) response: Result<ProbeResponse, SendError>,
}

/// The resource as it was read last.
#[derive(Debug, Clone)]
pub(crate) struct ReadState {
    pub(crate) response: ProbeResponse,
    /// The version, as a field value or as JSON.
    pub(crate) version: Option<Vec<u8>>,
}

/// A write that was made, and the resource afterwards.
#[derive(Debug, Clone)]
pub(crate) struct CompletedWrite {
    pub(crate) exchange: ProbedExchange,
    pub(crate) observed: Observed,
    /// The version before the write.
    pub(crate) before: Option<Vec<u8>>,
}

/// The server's weak tags, as far as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WeakTags {
    /// No tag was weak so far.
    NotSeen,
    /// A tag is weak in the second of the write, and strong later.
    BecomeStrong,
    /// A tag was still weak a second after the write.
    StayWeak,
}

/// The state of a probe.
pub(crate) struct ProbeSession<'a> {
    pub(crate) plan: &'a ProbePlan,
    transport: &'a dyn ProbeTransport,
    on_progress: &'a (dyn Fn(ProbeProgress) + Send + Sync),
    is_stopped: &'a (dyn Fn() -> bool + Send + Sync),
    pub(crate) requests: usize,
    /// Whether the requests for restoring may be spent.
    pub(crate) is_restoring: bool,
    next_number: u64,
    pub(crate) findings: Vec<CheckFinding>,
    pub(crate) notes: Vec<String>,
    pub(crate) template: Option<BodyTemplate>,
    pub(crate) current: Option<ReadState>,
    /// A version before the current one that differs from it.
    pub(crate) stale: Option<Vec<u8>>,
    /// Whether a write has been sent.
    pub(crate) has_written: bool,
    weak_tags: WeakTags,
    /// Whether reads after a write may still be answered with the version before it, as by a cache.
    pub(crate) has_late_reads: bool,
    /// The targets of scratch resources that may exist.
    pub(crate) scratch: Vec<String>,
}

impl<'a> ProbeSession<'a> {
    pub(crate) fn new(
        plan: &'a ProbePlan,
        transport: &'a dyn ProbeTransport,
        on_progress: &'a (dyn Fn(ProbeProgress) + Send + Sync),
        is_stopped: &'a (dyn Fn() -> bool + Send + Sync),
    ) -> Self {
        Self {
            plan,
            transport,
            on_progress,
            is_stopped,
            requests: 0,
            is_restoring: false,
            next_number: plan.first_number,
            findings: Vec::new(),
            notes: Vec::new(),
            template: plan.body.clone(),
            current: None,
            stale: None,
            has_written: false,
            weak_tags: WeakTags::NotSeen,
            has_late_reads: false,
            scratch: Vec::new(),
        }
    }

    /// Returns the number of the next write. No two writes share one.
    pub(crate) fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// Returns whether this many requests are left for checks.
    pub(crate) fn has_requests(&self, count: usize) -> bool {
        let reserved = if self.is_restoring { 0 } else { RESERVED_REQUESTS };
        self.requests + count + reserved <= self.plan.max_requests
    }

    /// Begins a check, and returns whether there are requests left for it.
    ///
    /// If there are not, the check is recorded as not asked.
    ///
    /// # Errors
    ///
    /// [`Halt::Stopped`] if the user asked the probe to stop.
    pub(crate) fn begin(&mut self, id: CheckId, requests: usize) -> Result<bool, Halt> {
        if (self.is_stopped)() {
            return Err(Halt::Stopped);
        }
        let progress = ProbeProgress { check: id.check().name, answered: self.findings.len(), requests: self.requests };
        (self.on_progress)(progress);
        let is_affordable = self.has_requests(requests);
        if !is_affordable {
            self.skip(id, &format!("it needs {requests} more requests than --max-requests leaves"));
        }
        Ok(is_affordable)
    }

    /// Sends requests at once.
    pub(crate) async fn send_all(&mut self, requests: Vec<ProbeRequest>) -> Result<Vec<ProbedExchange>, Halt> {
        if !self.is_restoring && (self.is_stopped)() {
            return Err(Halt::Stopped);
        }
        // Each check asks for its requests beforehand, so this is rare: if more responses were 202
        // than usual, for example.
        if !self.has_requests(requests.len()) {
            return Err(Halt::BudgetSpent);
        }
        self.requests += requests.len();
        let responses = self.transport.send_all(requests.clone()).await;
        let exchanges = requests.into_iter().zip(responses);
        let exchanges: Vec<_> = exchanges.map(|(request, response)| ProbedExchange { request, response }).collect();
        // A crowd may get fewer connections than it wants. One request alone gets one, unless the server is gone.
        match &exchanges[..] {
            [ProbedExchange { response: Err(error @ SendError::Unreachable(_)), .. }] => {
                Err(Halt::Unreachable(error.clone()))
            }
            _ => Ok(exchanges),
        }
    }

    /// Sends one request.
    pub(crate) async fn send(&mut self, request: ProbeRequest) -> Result<ProbedExchange, Halt> {
        let mut exchanges = self.send_all(vec![request]).await?;
        Ok(exchanges.remove(0))
    }

    pub(crate) async fn pause_a_second(&self) {
        self.transport.pause(SECOND_AND_MORE).await;
    }

    /// Returns a request to the resource without a body.
    pub(crate) fn request(&self, method: &'static str, fields: Vec<FieldLine>) -> ProbeRequest {
        let target = self.plan.url.target().to_owned();
        request_to(target, method, fields)
    }

    /// Reads the resource, and remembers what is read.
    pub(crate) async fn read(&mut self) -> Result<ProbedExchange, Halt> {
        let exchange = self.send(self.request("GET", Vec::new())).await?;
        if let Ok(response) = &exchange.response
            && response.is_success()
        {
            let version = self.plan.version.version_of(response);
            let before = self.current.take().and_then(|state| state.version);
            if before.is_some() && before != version {
                self.stale = before;
            }
            self.current = Some(ReadState { response: response.clone(), version });
        }
        Ok(exchange)
    }

    /// Waits until the tag is strong, unless the server's tags are known to stay weak.
    ///
    /// A server may mark a tag as weak in the second of the write, since another write in it could get the same tag.
    pub(crate) async fn await_strong_tag(&mut self) -> Result<(), Halt> {
        if self.has_weak_tag() && self.weak_tags != WeakTags::StayWeak && self.has_requests(1) {
            self.pause_a_second().await;
            self.read().await?;
            if self.has_weak_tag() {
                self.weak_tags = WeakTags::StayWeak;
            } else if self.weak_tags == WeakTags::NotSeen {
                self.weak_tags = WeakTags::BecomeStrong;
                let tag = self.version().unwrap_or_default();
                let says = format!("weak in the second of a write, strong later: {}", String::from_utf8_lossy(&tag));
                self.revise(CheckId::EntityTag, Observed::StrongLater, says);
            }
        }
        Ok(())
    }

    /// Returns whether the server marks a tag as weak in the second of the write, and as strong later.
    pub(crate) fn has_late_tags(&self) -> bool {
        self.weak_tags == WeakTags::BecomeStrong
    }

    /// Replaces the judgement of a check that was made before more was known.
    fn revise(&mut self, id: CheckId, observed: Observed, says: String) {
        if let Some(finding) = self.findings.iter_mut().find(|finding| finding.id == id) {
            (finding.mark, finding.says) = (id.check().mark_of(observed), says);
        }
    }

    /// Returns whether the current tag is weak, so that `If-Match` with it never holds.
    pub(crate) fn has_weak_tag(&self) -> bool {
        self.known().current.is_some_and(|tag| tag.starts_with(b"W/"))
    }

    /// Returns a write with this condition, and its number.
    ///
    /// # Errors
    ///
    /// The reason if a validator is not known, or if the API cannot send the condition.
    pub(crate) fn conditional_write(&mut self, condition: Condition) -> Result<(ProbeRequest, u64), MissingValidator> {
        let number = self.number();
        let known = self.known();
        let (lines, version) = if let Some(field) = self.plan.version.field() {
            (condition.lines(field, known)?, None)
        } else {
            let version = match condition {
                Condition::Absent => None,
                Condition::Current => Some(known.current.ok_or(NO_TAG)?),
                Condition::Stale => Some(known.stale.ok_or(NO_STALE_TAG)?),
                _ => return Err("the API keeps the version in the body, so a write has no such field"),
            };
            (Vec::new(), version)
        };
        let request = self.write_request(number, lines, version, BodyPace::AtOnce);
        request.map(|request| (request, number)).ok_or("the body has no place for the version")
    }

    /// Returns the validators that are known now.
    pub(crate) fn known(&self) -> KnownValidators<'_> {
        let current = self.current.as_ref();
        let version = current.and_then(|state| state.version.as_deref());
        KnownValidators {
            current: version,
            stale: self.stale.as_deref().filter(|stale| Some(*stale) != version),
            last_modified: current.and_then(|state| state.response.field("Last-Modified")),
        }
    }

    /// Returns the current version.
    pub(crate) fn version(&self) -> Option<Vec<u8>> {
        self.current.as_ref().and_then(|state| state.version.clone())
    }

    /// Returns a write of the resource.
    ///
    /// `version` is what the body says if the API keeps the version there.
    pub(crate) fn write_request(
        &self,
        number: u64,
        mut fields: Vec<FieldLine>,
        version: Option<&[u8]>,
        pace: BodyPace,
    ) -> Option<ProbeRequest> {
        let template = self.template.as_ref()?;
        let body = self.plan.version.write_version(&template.fill(number), version)?;
        fields.push(FieldLine::new("Content-Type", template.content_type()));
        let mut request = self.request(self.plan.method.name(), fields);
        (request.body, request.pace) = (Some(body), pace);
        Some(request)
    }

    /// Sends a write, reads the resource, and compares: does the resource have the text of the write?
    pub(crate) async fn write(&mut self, request: ProbeRequest, number: u64) -> Result<CompletedWrite, Halt> {
        let before = self.version();
        self.has_written = true;
        let exchange = self.send(request).await?;
        let mut is_written = self.read_for(number).await?;
        // After a 202 or 303, a server may write a little later; after another success, it may read from a cache.
        if exchange.response.as_ref().is_ok_and(ProbeResponse::is_success) && is_written == Some(false) {
            for _ in 0..LATE_READS {
                if is_written == Some(true) || !self.has_requests(1) {
                    break;
                }
                self.transport.pause(LATE_READ_INTERVAL).await;
                is_written = self.read_for(number).await?;
            }
            let is_announced = matches!(&exchange.response, Ok(response) if matches!(response.status, 202 | 303));
            if is_written == Some(true) && !is_announced {
                self.expect_late_reads();
            }
        }
        let observed = crate::observed::of_write(exchange.response.as_ref(), is_written);
        Ok(CompletedWrite { exchange, observed, before })
    }

    /// From now on, waits after each write until no cache has the version before it.
    pub(crate) fn expect_late_reads(&mut self) {
        self.has_late_reads = true;
        self.note(
            "reads after a write may get the version before it, for up to a second: the server has a cache, or several \
             processes with one each; the probe waits a second after each write, and a client would have to",
        );
    }

    /// Waits until no cache has the version before the last write, if the server has caches.
    pub(crate) async fn await_fresh_reads(&self) {
        if self.has_late_reads {
            self.pause_a_second().await;
        }
    }

    /// Reads the resource after a write.
    pub(crate) async fn read_after_write(&mut self) -> Result<ProbedExchange, Halt> {
        self.await_fresh_reads().await;
        self.read().await
    }

    /// Reads the resource, and returns whether it has the text of this write; `None` if it cannot be read.
    async fn read_for(&mut self, number: u64) -> Result<Option<bool>, Halt> {
        let read = self.read_after_write().await?;
        let text = number.to_string();
        Ok(read.response.ok().filter(ProbeResponse::is_success).map(|response| has_text(&response.body, &text)))
    }

    /// Waits if a response says that the server writes later.
    pub(crate) async fn pause_briefly(&self, response: &Result<ProbeResponse, SendError>) {
        if matches!(response, Ok(response) if matches!(response.status, 202 | 303)) {
            self.transport.pause(LATE_READ_INTERVAL * 5).await;
        }
    }

    /// Returns the numbers of all writes so far.
    pub(crate) fn own_numbers(&self) -> impl Iterator<Item = u64> + use<> {
        self.plan.first_number + 1..=self.next_number
    }

    /// Records the judgement of an observation.
    pub(crate) fn record(&mut self, id: CheckId, observed: Observed, says: String, exchange: Option<ProbedExchange>) {
        let mark = id.check().mark_of(observed);
        let exchange = exchange.map(|exchange| (exchange.request, exchange.response));
        self.findings.push(CheckFinding { id, mark, says, exchange, winners: None });
    }

    /// Records that a check was not asked.
    pub(crate) fn skip(&mut self, id: CheckId, why: &str) {
        self.findings.push(CheckFinding::not_asked(id, why.to_owned()));
    }

    /// Adds a note, once.
    pub(crate) fn note(&mut self, note: &str) {
        if !self.notes.iter().any(|known| known == note) {
            self.notes.push(note.to_owned());
        }
    }

    /// Returns the target of a new scratch resource, if the plan has a URL for them.
    pub(crate) fn scratch_target(&mut self) -> Option<String> {
        let number = self.number().to_string();
        let target = self.plan.create.as_ref()?.url.target().replace(PLACE, &number);
        self.scratch.push(target.clone());
        Some(target)
    }
}

/// Returns a request without a body. A read asks for the bytes themselves, without a content coding.
pub(crate) fn request_to(target: String, method: &'static str, mut fields: Vec<FieldLine>) -> ProbeRequest {
    if matches!(method, "GET" | "HEAD") && !fields.iter().any(|line| line.is("Accept-Encoding")) {
        fields.push(FieldLine::new("Accept-Encoding", "identity"));
    }
    ProbeRequest { method, target, fields, body: None, pace: BodyPace::AtOnce }
}

/// How long the probe waits for another second to begin. Dates have whole seconds.
const SECOND_AND_MORE: std::time::Duration = std::time::Duration::from_millis(1100);

/// How often the probe reads again if the text of a successful write is not there.
const LATE_READS: usize = 15;

/// The time between two of these reads.
const LATE_READ_INTERVAL: std::time::Duration = std::time::Duration::from_millis(100);

/// Returns whether a body has a text in it.
pub(crate) fn has_text(body: &[u8], text: &str) -> bool {
    body.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Returns what a person says about a response: its status and, if the check is about a field, no more.
pub(crate) fn status_of(response: &Result<ProbeResponse, SendError>) -> String {
    match response {
        Ok(response) => {
            match hyper::StatusCode::from_u16(response.status).ok().and_then(|code| code.canonical_reason()) {
                Some(reason) => format!("{} {reason}", response.status),
                None => response.status.to_string(),
            }
        }
        Err(error) => error.to_string(),
    }
}
