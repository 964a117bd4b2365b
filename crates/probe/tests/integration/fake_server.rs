//! Small servers that are a function: each has one fault of real servers, and no clock and no socket.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use precondition::{EntityTag, HttpDate, TagList};
use probe::{FieldLine, ProbeRequest, ProbeResponse, ProbeTransport, SendError};
use serde_json::{Map, Value, json};

/// The resource that is probed.
pub(crate) const TARGET: &str = "/notes/77";

/// A fault of a server, or a difference from most servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// All writes at once are evaluated before the first is made.
    CompareThenWrite,
    /// The condition is evaluated when the head arrives, and not again when the body is there.
    ConditionsBeforeBody,
    IgnoredIfMatch,
    EmptyTakenForNone,
    MalformedTakenForNone,
    /// Tags are weak, and compared weakly.
    WeakTags,
    SecondTags,
    /// Tags are weak in the second of the write.
    StrongLater,
    /// The version is a member, and a write names it there.
    VersionInBody,
    /// Like that, and the version is ignored.
    IgnoredVersionInBody,
    Accepts202,
    Redirects303,
    PatchOnly,
    NoTagOnWrite,
    /// A refused write is made all the same.
    RefusesAndWrites,
    /// Another client writes in the middle of the probe, after this many requests.
    OtherClient(usize),
    /// For a second after a write, reads get the version before it, as from a cache.
    LateReads,
    /// For a second after a write, conditions are evaluated with the version before it, too.
    LateReadsAndConditions,
    /// No response to anything after this many requests.
    DiesAfter(usize),
    NoTags,
    /// Every write is refused after this many requests.
    RefusesWritesAfter(usize),
}

#[derive(Debug, Clone)]
struct Resource {
    body: Map<String, Value>,
    version: u64,
    /// When it was written.
    at: Duration,
    /// Whether the version before it was written in the same second.
    shares_second: bool,
}

#[derive(Debug, Default)]
struct State {
    resources: HashMap<String, Resource>,
    versions: u64,
    /// The time since the start.
    time: Duration,
    /// The version before the last write, and when that was.
    replaced: Option<(Resource, Duration)>,
    requests: usize,
    methods: Vec<&'static str>,
}

/// The time of the start in HTTP dates, in seconds since 1970.
const START: i64 = 1_700_000_000;

pub(crate) struct FakeServer {
    fault: Fault,
    /// Whether responses have dates, and conditions with dates are judged.
    is_dated: bool,
    state: Mutex<State>,
}

impl FakeServer {
    pub(crate) fn new(fault: Fault) -> Self {
        // The resource is older than a second.
        let mut state = State { time: Duration::from_secs(10), ..State::default() };
        let body = json!({"title": "A note", "content": "original"});
        let mut body = body.as_object().unwrap().clone();
        if matches!(fault, Fault::VersionInBody | Fault::IgnoredVersionInBody) {
            body.insert("version".to_owned(), json!(0));
        }
        state
            .resources
            .insert(TARGET.to_owned(), Resource { body, version: 0, at: Duration::ZERO, shares_second: false });
        Self { fault, is_dated: false, state: Mutex::new(state) }
    }

    /// Returns a server without a fault, whose responses have dates.
    pub(crate) fn dated() -> Self {
        Self { is_dated: true, ..Self::new(Fault::None) }
    }

    /// Counts a request that is answered by [`FakeServer::respond_to`], and returns how many there were.
    pub(crate) fn count_request(&self, request: &ProbeRequest) -> usize {
        let mut state = self.state.lock().unwrap();
        state.requests += 1;
        state.methods.push(request.method);
        state.requests
    }

    /// Responds to one request, past every fault of races.
    pub(crate) fn respond_to(&self, request: &ProbeRequest) -> ProbeResponse {
        let mut state = self.state.lock().unwrap();
        let refusal = self.is_refused_before_its_body(request, &state);
        self.exchange(&mut state, request, refusal)
    }

    /// Returns the text of the resource.
    pub(crate) fn content(&self) -> Option<String> {
        let state = self.state.lock().unwrap();
        let content = &state.resources.get(TARGET)?.body["content"];
        content.as_str().map(str::to_owned)
    }

    /// Returns the tag of the resource at a target, as the value of a field; empty if there is none.
    pub(crate) fn tag_at(&self, target: &str) -> String {
        let state = self.state.lock().unwrap();
        state.resources.get(target).map(|resource| self.tag(state.time, resource).to_string()).unwrap_or_default()
    }

    /// Returns whether the resource that a request is about has the text of the request's body.
    pub(crate) fn has_text_of(&self, request: &ProbeRequest) -> bool {
        let sent: Option<Value> = request.body.as_deref().and_then(|body| serde_json::from_slice(body).ok());
        let state = self.state.lock().unwrap();
        let resource = state.resources.get(&request.target);
        resource.zip(sent).is_some_and(|(resource, sent)| resource.body.get("content") == sent.get("content"))
    }

    pub(crate) fn requests(&self) -> usize {
        self.state.lock().unwrap().requests
    }

    pub(crate) fn methods(&self) -> Vec<&'static str> {
        self.state.lock().unwrap().methods.clone()
    }

    /// Returns the targets of all resources.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.state.lock().unwrap().resources.keys().cloned().collect()
    }

    fn tag(&self, time: Duration, resource: &Resource) -> EntityTag {
        match self.fault {
            Fault::WeakTags => EntityTag::weak(format!("v{}", resource.version)),
            Fault::SecondTags => EntityTag::strong(format!("s{}", resource.at.as_secs())),
            Fault::StrongLater if time < resource.at + Duration::from_secs(1) => {
                EntityTag::weak(format!("v{}", resource.version))
            }
            _ => EntityTag::strong(format!("v{}", resource.version)),
        }
        .unwrap()
    }

    fn has_tags(&self) -> bool {
        !matches!(self.fault, Fault::VersionInBody | Fault::IgnoredVersionInBody | Fault::NoTags)
    }

    /// Returns the refusal of a request, or `None` if it proceeds.
    fn refusal(&self, time: Duration, request: &ProbeRequest, resource: Option<&Resource>) -> Option<u16> {
        let is_read = matches!(request.method, "GET" | "HEAD");
        match self.fault {
            Fault::IgnoredIfMatch | Fault::IgnoredVersionInBody | Fault::NoTags if !is_read => return None,
            Fault::VersionInBody if !is_read => {
                let body: Value = serde_json::from_slice(request.body.as_deref().unwrap_or_default()).unwrap();
                return match (body.get("version").and_then(Value::as_u64), resource) {
                    (None, _) => Some(428),
                    (Some(version), Some(resource)) if version == resource.version => None,
                    _ => Some(409),
                };
            }
            Fault::VersionInBody | Fault::IgnoredVersionInBody | Fault::NoTags => return None,
            _ => {}
        }
        let joined = |name: &str| {
            let lines: Vec<_> =
                request.fields.iter().filter(|line| line.is(name)).map(|line| line.value.clone()).collect();
            (!lines.is_empty()).then(|| lines.join(&b", "[..]))
        };
        let mut if_match = joined("If-Match");
        if self.fault == Fault::EmptyTakenForNone && if_match.as_deref() == Some(b"") && !is_read {
            return None;
        }
        if self.fault == Fault::MalformedTakenForNone && if_match.as_deref().is_some_and(|v| TagList::parse(v).is_err())
        {
            if_match = None;
            if !is_read {
                return None;
            }
        }
        let date = |name: &str| joined(name).filter(|_| self.is_dated).and_then(|value| HttpDate::parse(&value));
        let none_match = joined("If-None-Match");
        let tag = resource.map(|resource| self.tag(time, resource));
        let mut names_version = false;
        if let Some(value) = &if_match {
            let Ok(list) = TagList::parse(value) else { return Some(400) };
            let equal = |one: &EntityTag| {
                tag.as_ref().is_some_and(|tag| {
                    if self.fault == Fault::WeakTags { one.weak_eq(tag) } else { one.strong_eq(tag) }
                })
            };
            let holds = if list == TagList::Any { tag.is_some() } else { list.tags().any(equal) };
            if !holds {
                return Some(412);
            }
            names_version = list != TagList::Any;
        } else if let (Some(date), Some(resource)) = (date("If-Unmodified-Since"), resource) {
            // A date in the future names no version, and one that two versions share does not say which.
            if resource.shares_second || !(http_date(resource.at)..=http_date(time)).contains(&date) {
                return Some(412);
            }
            names_version = true;
        }
        if let Some(value) = &none_match {
            let Ok(list) = TagList::parse(value) else { return Some(400) };
            let equal = |one: &EntityTag| tag.as_ref().is_some_and(|tag| one.weak_eq(tag));
            let is_false = if list == TagList::Any { tag.is_some() } else { list.tags().any(equal) };
            if is_false {
                return Some(if is_read { 304 } else { 412 });
            }
            names_version |= list == TagList::Any;
        } else if let (true, Some(date), Some(resource)) = (is_read, date("If-Modified-Since"), resource)
            && http_date(resource.at) <= date
        {
            return Some(304);
        }
        (!is_read && !names_version).then_some(428)
    }

    fn apply(&self, state: &mut State, request: &ProbeRequest) -> u16 {
        if request.method == "DELETE" {
            state.resources.remove(&request.target);
            return 204;
        }
        let sent: Value = serde_json::from_slice(request.body.as_deref().unwrap_or_default()).unwrap();
        let sent = sent.as_object().unwrap().clone();
        let before = state.resources.get(&request.target).cloned();
        if let Some(before) = before.clone().filter(|_| request.target == TARGET) {
            state.replaced = Some((before, state.time));
        }
        state.versions += 1;
        let mut body = if request.method == "PATCH" {
            let mut body = before.as_ref().map(|resource| resource.body.clone()).unwrap_or_default();
            body.extend(sent);
            body
        } else {
            sent
        };
        if matches!(self.fault, Fault::VersionInBody | Fault::IgnoredVersionInBody) {
            body.insert("version".to_owned(), json!(state.versions));
        }
        let shares_second = before.as_ref().is_some_and(|before| before.at.as_secs() == state.time.as_secs());
        let resource = Resource { body, version: state.versions, at: state.time, shares_second };
        state.resources.insert(request.target.clone(), resource);
        match self.fault {
            Fault::Accepts202 => 202,
            Fault::Redirects303 => 303,
            _ if before.is_none() => 201,
            _ => 200,
        }
    }

    /// Returns the resource of a request as a cache may still have it.
    fn seen<'a>(&self, state: &'a State, request: &ProbeRequest) -> Option<&'a Resource> {
        let is_cached = match self.fault {
            Fault::LateReads => request.method == "GET",
            Fault::LateReadsAndConditions => true,
            _ => false,
        };
        let replaced = state
            .replaced
            .as_ref()
            .filter(|(_, at)| is_cached && request.target == TARGET && state.time < *at + Duration::from_secs(1));
        replaced.map(|(resource, _)| resource).or_else(|| state.resources.get(&request.target))
    }

    fn respond(&self, state: &State, request: &ProbeRequest, status: u16) -> ProbeResponse {
        let is_read = matches!(request.method, "GET" | "HEAD");
        let resource = if is_read { self.seen(state, request) } else { state.resources.get(&request.target) };
        let status = if is_read && resource.is_none() { 404 } else { status };
        let wants_it = request.fields.iter().any(|line| line.is("Prefer"));
        let date = |name, at| FieldLine::new(name, http_date(at).to_string());
        let mut fields: Vec<_> = self.is_dated.then(|| date("Date", state.time)).into_iter().collect();
        let mut body = Vec::new();
        if let Some(resource) = resource.filter(|_| status < 400 || status == 412) {
            let is_silent = self.fault == Fault::NoTagOnWrite && !is_read && status < 300;
            if self.has_tags() && !is_silent {
                fields.push(FieldLine::new("ETag", self.tag(state.time, resource).to_bytes()));
            }
            if self.is_dated {
                fields.push(date("Last-Modified", resource.at));
            }
            if (status == 200 && request.method != "HEAD") || (status == 412 && wants_it) {
                fields.push(FieldLine::new("Content-Type", "application/json"));
                body = Value::Object(resource.body.clone()).to_string().into_bytes();
            }
        }
        ProbeResponse { status, fields, body }
    }

    fn is_refused_before_its_body(&self, request: &ProbeRequest, state: &State) -> Option<u16> {
        let is_read = matches!(request.method, "GET" | "HEAD");
        let early = match self.fault {
            Fault::PatchOnly if request.method == "PUT" => Some(405),
            Fault::RefusesWritesAfter(count) if !is_read && state.requests > count => Some(403),
            _ => None,
        };
        early.or_else(|| self.refusal(state.time, request, self.seen(state, request)))
    }

    fn exchange(&self, state: &mut State, request: &ProbeRequest, refusal: Option<u16>) -> ProbeResponse {
        let is_read = matches!(request.method, "GET" | "HEAD");
        let status = match refusal {
            None if is_read => 200,
            None => self.apply(state, request),
            Some(status) => {
                if self.fault == Fault::RefusesAndWrites && status == 412 && !is_read && request.method == "PUT" {
                    self.apply(state, request);
                }
                status
            }
        };
        self.respond(state, request, status)
    }
}

#[async_trait]
impl ProbeTransport for FakeServer {
    async fn send_all(&self, requests: Vec<ProbeRequest>) -> Vec<Result<ProbeResponse, SendError>> {
        let mut state = self.state.lock().unwrap();
        let state = &mut *state;
        let is_slow = requests.iter().any(|request| request.pace == probe::BodyPace::LastByteLate);
        let early = match self.fault {
            Fault::CompareThenWrite => true,
            Fault::ConditionsBeforeBody => is_slow,
            _ => false,
        };
        let judged = early.then(|| -> Vec<_> {
            requests.iter().map(|request| self.is_refused_before_its_body(request, state)).collect()
        });
        let mut responses = Vec::new();
        for (index, request) in requests.iter().enumerate() {
            state.requests += 1;
            state.methods.push(request.method);
            if matches!(self.fault, Fault::DiesAfter(count) if state.requests > count) {
                responses.push(Err(SendError::Unreachable("connection refused".to_owned())));
                continue;
            }
            if matches!(self.fault, Fault::OtherClient(count) if state.requests == count) {
                state.versions += 1;
                let body = json!({"title": "A note", "content": "written by another client"});
                let body = body.as_object().unwrap().clone();
                let other = Resource { body, version: state.versions, at: state.time, shares_second: false };
                state.resources.insert(TARGET.to_owned(), other);
            }
            let refusal = match &judged {
                Some(judged) => judged[index],
                None => self.is_refused_before_its_body(request, state),
            };
            responses.push(Ok(self.exchange(state, request, refusal)));
        }
        responses
    }

    async fn pause(&self, time: Duration) {
        self.state.lock().unwrap().time += time;
    }
}

/// Returns a time since the start as a date.
fn http_date(time: Duration) -> HttpDate {
    HttpDate::from_unix_seconds(START + i64::try_from(time.as_secs()).unwrap())
}
