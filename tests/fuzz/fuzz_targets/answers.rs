//! Sends arbitrary requests to the server, without a socket in between.
//!
//! An input is a request as it is sent: a line with method and target, lines with fields, an empty line, the body. In a
//! field, `{E}` is replaced by the current tag of the document `a`, and `{S}` by the tag before. The documents are `a`
//! with two versions, `b`, which is a child of `a`, and `gone`, which was deleted.

#![no_main]

use std::cell::RefCell;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, HeaderValue, Method, Request, Uri, header};
use axum::response::Response;
use contract::{Document, EntityTag, Problem};
use libfuzzer_sys::fuzz_target;
use server::{HttpService, ServerOptions};
use store::SqliteStore;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

thread_local! {
    static FIXTURE: RefCell<Option<Fixture>> = const { RefCell::new(None) };
}

fuzz_target!(|bytes: &[u8]| {
    FIXTURE.with_borrow_mut(|slot| {
        let fixture = slot.get_or_insert_with(Fixture::new);
        let Some(request) = fixture.request(bytes) else { return };
        let changes = !request.method().is_safe();
        let succeeded = fixture.check(request);
        // A changed server would change the next response, but an input has to fail by itself.
        if succeeded && changes {
            *slot = None;
        }
    });
});

/// A server with three documents.
struct Fixture {
    runtime: Runtime,
    service: HttpService,
    /// The tags of `a`, the current one last.
    tags: [String; 2],
    /// The server runs as long as this exists.
    _stop: watch::Sender<bool>,
}

impl Fixture {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (stop, stopped) = watch::channel(false);
        let store = Arc::new(SqliteStore::memory().expect("a store in memory"));
        let service = HttpService::new(store, ServerOptions::default(), stopped);
        let mut fixture = Self { runtime, service, tags: [String::new(), String::new()], _stop: stop };
        let first = fixture.write("PUT", "a", "If-None-Match: *", r#"{"title":"A","content":"one"}"#);
        let second = fixture.write("PUT", "a", &format!("If-Match: {first}"), r#"{"title":"A","content":"two"}"#);
        fixture.write("PUT", "b", "If-None-Match: *", r#"{"title":"B","content":"","parent":"a"}"#);
        let gone = fixture.write("PUT", "gone", "If-None-Match: *", r#"{"title":"G","content":""}"#);
        fixture.write("DELETE", "gone", &format!("If-Match: {gone}"), "");
        fixture.tags = [first, second];
        fixture
    }

    fn write(&self, method: &str, id: &str, condition: &str, body: &str) -> String {
        let text = format!("{method} /api/documents/{id}\nContent-Type: application/json\n{condition}\n\n{body}");
        let response = self.send(self.request(text.as_bytes()).expect("written here"));
        assert!(response.status().is_success(), "{text}: {response:?}");
        response.headers().get(header::ETAG).map_or_else(String::new, |tag| tag.to_str().expect("our own").to_owned())
    }

    fn request(&self, bytes: &[u8]) -> Option<Request<Body>> {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or(bytes.len());
        let (head, body) = bytes.split_at(end);
        let mut lines = head.split(|byte| *byte == b'\n');
        let line = lines.next()?;
        let space = line.iter().position(|byte| *byte == b' ')?;
        let mut request = Request::new(Body::from(body.get(2..).unwrap_or_default().to_vec()));
        *request.method_mut() = Method::from_bytes(&line[..space]).ok()?;
        *request.uri_mut() = Uri::try_from(&line[space + 1..]).ok()?;
        for line in lines {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = HeaderName::from_bytes(&line[..colon]).ok()?;
            let value = self.with_tags(line[colon + 1..].trim_ascii());
            request.headers_mut().append(name, HeaderValue::from_bytes(&value).ok()?);
        }
        // Without a host, no request would get any further.
        request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static("localhost"));
        Some(request)
    }

    fn with_tags(&self, value: &[u8]) -> Vec<u8> {
        let mut filled = Vec::new();
        let mut rest = value;
        while let Some((first, after)) = rest.split_first() {
            match rest {
                [b'{', mark @ (b'E' | b'S'), b'}', behind @ ..] => {
                    filled.extend_from_slice(self.tags[usize::from(*mark == b'E')].as_bytes());
                    rest = behind;
                }
                _ => {
                    filled.push(*first);
                    rest = after;
                }
            }
        }
        filled
    }

    fn send(&self, request: Request<Body>) -> Response {
        self.runtime.block_on(self.service.clone().respond(request))
    }

    /// Checks what holds for every response, and returns whether it was a success.
    fn check(&self, request: Request<Body>) -> bool {
        let head = request.method() == Method::HEAD;
        let asked = format!("{} {}\n{:?}", request.method(), request.uri(), request.headers());
        let response = self.send(request);
        let (parts, body) = response.into_parts();
        let status = parts.status.as_u16();
        assert!((200..500).contains(&status), "{status} to {asked}");
        let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if text(header::CONTENT_TYPE).starts_with("text/event-stream") {
            return true;
        }
        let body = self.runtime.block_on(to_bytes(body, usize::MAX)).expect("a complete body");
        if head || matches!(status, 204 | 304) {
            assert!(body.is_empty(), "a body with {status} to {asked}");
        } else if status == 412 && parts.headers.contains_key(header::CONTENT_LOCATION) {
            // With `Prefer: return=representation`, the response to a stale write has the current document.
            serde_json::from_slice::<Document>(&body).unwrap_or_else(|error| panic!("{error}, {asked}"));
        } else if status >= 400 {
            assert_eq!(text(header::CONTENT_TYPE), "application/problem+json", "{status} to {asked}");
            let problem: Problem = serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error}, {asked}"));
            assert_eq!(problem.status, status, "{asked}");
            assert!(!problem.error.is_empty() && !problem.detail.is_empty(), "{status} says nothing to {asked}");
        }
        if let Some(tag) = parts.headers.get(header::ETAG) {
            assert!(EntityTag::parse(tag.as_bytes()).is_ok_and(|tag| !tag.is_weak()), "{tag:?} to {asked}");
        }
        status < 300
    }
}
