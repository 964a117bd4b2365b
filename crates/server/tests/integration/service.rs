//! The router called as a service, with a clock that the test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Response;
use contract::Timestamp;
use serde_json::Value;
use server::{HttpService, ServerClock, ServerOptions};
use store::{SqliteStore, Store};
use tokio::sync::watch;
use tokio::time::timeout;

/// 2026-11-22T05:00:11Z.
pub(crate) const NOW: u64 = 1_795_323_611_000;

pub(crate) struct Service {
    site: HttpService,
    clock: Arc<AtomicU64>,
    stop: watch::Sender<bool>,
}

/// A response, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Service {
    pub(crate) fn new() -> Self {
        Self::with(Arc::new(SqliteStore::memory().unwrap()), ServerOptions::default())
    }

    /// Returns a server with the document `a`, and the document's tag.
    pub(crate) async fn with_document() -> (Self, String) {
        let service = Self::new();
        let etag = service.create("a", "one").await;
        (service, etag)
    }

    pub(crate) fn with(store: Arc<dyn Store>, mut options: ServerOptions) -> Self {
        let clock = Arc::new(AtomicU64::new(NOW));
        let ticking = Arc::clone(&clock);
        options.clock = ServerClock::of(move || Timestamp::from_millis(ticking.load(Ordering::SeqCst)));
        let (stop, stopped) = watch::channel(false);
        Self { site: HttpService::new(store, options, stopped), clock, stop }
    }

    pub(crate) fn set_clock(&self, milliseconds: u64) {
        self.clock.store(milliseconds, Ordering::SeqCst);
    }

    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Sends a request, and returns the response with its body unread.
    pub(crate) async fn open(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
        self.open_with(method, path, headers, Body::from(body.to_owned())).await
    }

    /// Opens a response with any body.
    pub(crate) async fn open_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Response {
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
        let named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Host"));
        let host = [("Host", "localhost")].into_iter().filter(|_| !named);
        for (name, value) in host.chain(headers.iter().copied()) {
            request = request.header(name, value);
        }
        self.site.clone().respond(request.body(body).unwrap()).await
    }

    /// Sends a request unchanged.
    pub(crate) async fn call(&self, request: Request<Body>) -> Reply {
        read(self.site.clone().respond(request).await).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        read(self.open(method, path, headers, body).await).await
    }

    /// Sends a request that passes the gate.
    pub(crate) async fn at_once(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let answered = timeout(Duration::from_secs(10), self.send(method, path, headers, body));
        answered.await.expect("it is not held")
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], "").await
    }

    pub(crate) async fn put(&self, id: &str, condition: (&str, &str), body: &str) -> Reply {
        self.send("PUT", &format!("/api/documents/{id}"), &[condition, ("Ifmatch-Author", "bob")], body).await
    }

    /// Creates a document, and returns its tag.
    pub(crate) async fn create(&self, id: &str, content: &str) -> String {
        let reply = self.put(id, ("If-None-Match", "*"), &text(content)).await;
        assert_eq!(reply.status, 201, "{reply:?}");
        reply.field("etag").to_owned()
    }

    /// Replaces a document, and returns its new tag.
    pub(crate) async fn change(&self, id: &str, etag: &str, content: &str) -> String {
        let reply = self.put(id, ("If-Match", etag), &text(content)).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.field("etag").to_owned()
    }

    pub(crate) async fn delete(&self, id: &str, etag: &str) -> Reply {
        self.send("DELETE", &format!("/api/documents/{id}"), &[("If-Match", etag), ("Ifmatch-Author", "carol")], "")
            .await
    }
}

async fn read(response: Response) -> Reply {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Reply { status: parts.status, headers: parts.headers, body }
}

/// Returns a document as JSON.
pub(crate) fn text(content: &str) -> String {
    serde_json::json!({"title": "T", "content": content}).to_string()
}

impl Reply {
    /// Returns the value of a field, or an empty text if there is no such field.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Checks that the body is a problem with this status, error and reason, and returns it.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, error: &str, reason: Option<&str>) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_eq!(self.field("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(self.field("cache-control"), "no-store", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(problem["error"], error, "{problem}");
        assert_eq!(problem["reason"].as_str(), reason, "{problem}");
        assert_eq!(problem["type"], format!("/problems/{}", error.replace('_', "-")), "{problem}");
        assert_eq!(problem["detail"], problem["message"], "{problem}");
        assert!(problem["detail"].as_str().unwrap().ends_with(['.', ')']), "{problem}");
        problem
    }
}
