//! A simulated server without preconditions, and shorthands for requests through a guard.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use guard::{GuardMode, GuardOptions, OriginServer, ServerGuard};
use serde_json::Value;

/// The entity tags of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ServerTags {
    #[default]
    None,
    /// A weak hash of the content, as Express makes it.
    WeakContent,
    /// A strong tag of the length alone, which is like that of nginx within one second.
    Length,
    /// A strong tag that is new with every write.
    Version,
}

/// The behaviour of the server.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each test switches a few of them on")]
pub(crate) struct Behaviour {
    pub(crate) tags: ServerTags,
    /// Whether the server evaluates `If-Match` against its own tags.
    pub(crate) evaluates: bool,
    /// Whether a PUT stores other bytes than those that were sent.
    pub(crate) transforms: bool,
    /// Whether a PUT is answered with the new representation.
    pub(crate) shows_result: bool,
    /// Whether each GET gets another body.
    pub(crate) is_unsteady: bool,
    /// The status of the response to every write, which is not applied; `None` for a server that works.
    pub(crate) refuses: Option<u16>,
    /// The status of the response to every write, which is applied.
    pub(crate) answers: Option<u16>,
    /// The status of the response to every read.
    pub(crate) read_status: Option<u16>,
    /// Fields of every response to a read.
    pub(crate) read_fields: Vec<(&'static str, &'static str)>,
    /// Fields of every response to a write.
    pub(crate) write_fields: Vec<(&'static str, &'static str)>,
    /// Whether every write with `If-Match` is a 412.
    pub(crate) refuses_conditions: bool,
    /// Whether a write is applied, but never answered.
    pub(crate) never_answers: bool,
    /// The most turns that other tasks get before a request is applied, and before it is answered.
    pub(crate) turns: u8,
}

/// A request as it arrived at the server.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
}

#[derive(Debug, Default)]
pub(crate) struct ServerState {
    pub(crate) resources: BTreeMap<String, Bytes>,
    pub(crate) behaviour: Behaviour,
    pub(crate) arrived: Vec<Arrived>,
    pub(crate) writes: u64,
    random: Option<fastrand::Rng>,
    reads: u64,
}

/// The server. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct FakeServer(Arc<Mutex<ServerState>>);

impl FakeServer {
    /// Starts a server with one resource, `/a`, which has the content `A`.
    pub(crate) fn new(behaviour: Behaviour) -> Self {
        let server = Self::default();
        server.state().behaviour = behaviour;
        server.store("/a", "A");
        server
    }

    pub(crate) fn with_seed(behaviour: Behaviour, seed: u64) -> Self {
        let server = Self::new(behaviour);
        server.state().random = Some(fastrand::Rng::with_seed(seed));
        server
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, ServerState> {
        self.0.lock().unwrap()
    }

    /// Changes a resource around the guard.
    pub(crate) fn store(&self, path: &str, content: &str) {
        let mut state = self.state();
        state.writes += 1;
        state.resources.insert(path.to_owned(), Bytes::copy_from_slice(content.as_bytes()));
    }

    pub(crate) fn content(&self, path: &str) -> Option<String> {
        self.state().resources.get(path).map(|content| String::from_utf8(content.to_vec()).unwrap())
    }

    /// Returns the requests with a method, as they arrived.
    pub(crate) fn arrived(&self, method: &Method) -> Vec<Arrived> {
        self.state().arrived.iter().filter(|arrived| arrived.method == method).cloned().collect()
    }

    async fn wait_a_few_turns(&self) {
        let turns = {
            let mut state = self.state();
            let max = state.behaviour.turns;
            state.random.as_mut().map_or(max, |random| random.u8(..=max))
        };
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    }
}

impl ServerState {
    fn tag(&self, content: &[u8]) -> Option<String> {
        match self.behaviour.tags {
            ServerTags::None => None,
            ServerTags::WeakContent => Some(format!("W/\"{}\"", String::from_utf8_lossy(content).replace(' ', "_"))),
            ServerTags::Length => Some(format!("\"{}\"", content.len())),
            ServerTags::Version => Some(format!("\"v{}\"", self.writes)),
        }
    }

    fn read(&mut self, path: &str) -> Response<Body> {
        self.reads += 1;
        if let Some(status) = self.behaviour.read_status {
            return answer(status, "no representation");
        }
        let Some(content) = self.resources.get(path).cloned() else { return answer(404, "not here") };
        let mut response = answer(200, "");
        if let Some(tag) = self.tag(&content) {
            response.headers_mut().insert(header::ETAG, HeaderValue::from_str(&tag).unwrap());
        }
        for (name, value) in &self.behaviour.read_fields {
            response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let content = if self.behaviour.is_unsteady { format!("read {}", self.reads).into() } else { content };
        *response.body_mut() = Body::from(content);
        response
    }

    fn write(&mut self, method: &Method, path: &str, headers: &HeaderMap, body: &Bytes) -> Response<Body> {
        if let Some(status) = self.behaviour.refuses {
            return answer(status, "refused");
        }
        let before = self.resources.get(path).cloned();
        if let Some(sent) = headers.get(header::IF_MATCH) {
            let tag = before.as_deref().and_then(|content| self.tag(content));
            let holds = tag.is_some_and(|tag| tag.as_bytes() == sent.as_bytes());
            if self.behaviour.refuses_conditions || (self.behaviour.evaluates && !holds) {
                return answer(412, "the server's own 412");
            }
        }
        self.writes += 1;
        if method == Method::DELETE {
            let found = self.resources.remove(path).is_some();
            return answer(if found { 204 } else { 404 }, "");
        }
        let mut stored = body.to_vec();
        if method == Method::PATCH || self.behaviour.transforms {
            stored.push(b'!');
        }
        let shown = if self.behaviour.shows_result { stored.clone() } else { Vec::new() };
        self.resources.insert(path.to_owned(), stored.into());
        let status = match (before, self.behaviour.answers) {
            (_, Some(status)) => status,
            (None, None) => 201,
            (Some(_), None) => {
                if shown.is_empty() {
                    204
                } else {
                    200
                }
            }
        };
        let mut response = answer(status, "");
        *response.body_mut() = Body::from(shown);
        response.headers_mut().insert(header::ETAG, HeaderValue::from_static("\"the server's\""));
        for (name, value) in &self.behaviour.write_fields {
            response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        response
    }
}

fn answer(status: u16, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

impl OriginServer for FakeServer {
    type Error = &'static str;

    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, Self::Error> {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(|_| "the body broke off")?;
        self.state().arrived.push(Arrived { method: parts.method.clone(), headers: parts.headers.clone() });
        self.wait_a_few_turns().await;
        let path = parts.uri.path().to_ascii_lowercase();
        let response = match parts.method {
            Method::GET => self.state().read(&path),
            Method::POST => {
                self.store(&path, "POSTED");
                answer(200, "")
            }
            ref method => {
                let response = self.state().write(method, &path, &parts.headers, &body);
                if self.state().behaviour.never_answers {
                    std::future::poll_fn(|_| Poll::<()>::Pending).await;
                }
                response
            }
        };
        self.wait_a_few_turns().await;
        Ok(response)
    }
}

/// A response, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn tag(&self) -> Option<String> {
        self.field("etag").map(str::to_owned)
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Returns the body as problem details.
    pub(crate) fn problem(&self) -> Value {
        assert_eq!(self.field("content-type"), Some("application/problem+json"), "{self:?}");
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A guard, and the server behind it.
pub(crate) struct Guarded {
    pub(crate) guard: ServerGuard<FakeServer>,
    pub(crate) server: FakeServer,
}

impl Guarded {
    pub(crate) fn new(behaviour: Behaviour) -> Self {
        Self::with(behaviour, GuardOptions::default())
    }

    pub(crate) fn optional(behaviour: Behaviour) -> Self {
        Self::with(behaviour, GuardOptions { mode: GuardMode::Optional, ..GuardOptions::default() })
    }

    pub(crate) fn with(behaviour: Behaviour, options: GuardOptions) -> Self {
        Self::before(FakeServer::new(behaviour), options)
    }

    pub(crate) fn before(server: FakeServer, options: GuardOptions) -> Self {
        Self { guard: ServerGuard::new(server.clone(), options).unwrap(), server }
    }

    pub(crate) async fn send(&self, method: &str, path: &str, fields: &[(&str, &str)], body: &str) -> Reply {
        self.send_body(method, path, fields, Body::from(body.to_owned())).await
    }

    pub(crate) async fn send_body(&self, method: &str, path: &str, fields: &[(&str, &str)], body: Body) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let response = self.guard.handle(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Reply { status: parts.status.as_u16(), headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], "").await
    }

    /// Returns the tag of a representation that the server has.
    pub(crate) async fn tag(&self, path: &str) -> String {
        self.get(path).await.tag().expect("a representation has a tag")
    }

    pub(crate) async fn put(&self, path: &str, if_match: &str, body: &str) -> Reply {
        self.send("PUT", path, &[("if-match", if_match)], body).await
    }
}
