//! CORS: a page of another origin can read a response only if the server was started with that origin.
//!
//! Then the page always sees the header fields that the protocol depends on.

use std::sync::Arc;

use server::{ServerOptions, TokenHolder, Tokens};
use store::SqliteStore;

use crate::service::{Reply, Service, text};

const PATH: &str = "/api/documents/a";
const PAGE: (&str, &str) = ("Origin", "http://localhost:5173");
const OTHER: (&str, &str) = ("Origin", "http://evil.example");
const ASKS: (&str, &str) = ("Access-Control-Request-Method", "PUT");

fn options() -> ServerOptions {
    let cors_origins = ["http://localhost:5173", "https://class.example"].map(|o| o.parse().unwrap()).to_vec();
    ServerOptions { cors_origins, ..ServerOptions::default() }
}

fn open_to_pages() -> Service {
    Service::with(Arc::new(SqliteStore::memory().unwrap()), options())
}

/// Returns the members of all lines of a field.
fn list<'a>(reply: &'a Reply, name: &str) -> Vec<&'a str> {
    let lines = reply.headers.get_all(name).iter().map(|line| line.to_str().unwrap());
    lines.flat_map(|line| line.split(',')).map(str::trim).collect()
}

#[track_caller]
fn exposed(reply: &Reply) {
    assert_eq!(list(reply, "access-control-allow-origin"), [PAGE.1], "{reply:?}");
    let exposed = list(reply, "access-control-expose-headers");
    for name in [
        "ETag",
        "Location",
        "Preference-Applied",
        "Ifmatch-Author",
        "Ifmatch-Replayed",
        "Ifmatch-Overwrote",
        "Ifmatch-Unsafe",
    ] {
        assert!(exposed.contains(&name), "{name}: {reply:?}");
    }
    assert_eq!(list(reply, "vary").iter().filter(|name| **name == "Origin").count(), 1, "{reply:?}");
    assert!(!reply.has("access-control-allow-credentials"), "{reply:?}");
}

#[track_caller]
fn closed(reply: &Reply) {
    let cors: Vec<_> = reply.headers.keys().filter(|name| name.as_str().starts_with("access-control-")).collect();
    assert!(cors.is_empty(), "{reply:?}");
}

#[tokio::test]
async fn no_page_is_thought_of_unless_the_server_was_told() {
    let (service, _) = Service::with_document().await;
    for (method, headers) in [("GET", &[PAGE][..]), ("OPTIONS", &[PAGE, ASKS]), ("PUT", &[PAGE])] {
        let reply = service.send(method, PATH, headers, &text("two")).await;
        closed(&reply);
        assert!(!list(&reply, "vary").contains(&"Origin"), "{reply:?}");
    }
    assert_eq!(
        service.send("OPTIONS", PATH, &[PAGE, ASKS], "").await.field("allow"),
        "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"
    );
}

#[tokio::test]
async fn every_status_can_be_read() {
    let service = open_to_pages();
    let created = service.send("PUT", PATH, &[PAGE, ("If-None-Match", "*")], &text("one")).await;
    let etag = created.field("etag").to_owned();
    let patch = ("Content-Type", "application/merge-patch+json");
    let mut seen = vec![(201, created)];
    for (method, path, headers, body, status) in [
        ("GET", PATH, &[][..], "", 200),
        ("HEAD", PATH, &[], "", 200),
        ("GET", PATH, &[("If-None-Match", &*etag)], "", 304),
        ("PUT", PATH, &[("If-Match", &*etag), ("Prefer", "return=minimal")], &*text("one"), 204),
        ("PUT", PATH, &[("If-Match", "v1")], &text("2"), 400),
        ("GET", "/nothing", &[], "", 404),
        ("BREW", PATH, &[], "", 405),
        ("POST", "/api/documents", &[], r#"{"id":"a","title":"","content":""}"#, 409),
        ("PUT", PATH, &[("If-Match", "\"v9-00000000\"")], &text("2"), 412),
        ("PUT", PATH, &[("If-Match", "\"v9-00000000\""), ("Prefer", "return=representation")], &text("2"), 412),
        ("PUT", PATH, &[("Content-Length", "100000000")], &text("2"), 413),
        ("PUT", PATH, &[patch], &text("2"), 415),
        ("GET", PATH, &[("Host", "evil.example")], "", 421),
        ("PUT", PATH, &[("If-Match", &*etag)], "[]", 422),
        ("PUT", PATH, &[], &text("2"), 428),
        ("OPTIONS", PATH, &[], "", 204),
        ("GET", "/healthz", &[], "", 200),
    ] {
        let headers = [&[PAGE], headers].concat();
        seen.push((status, service.send(method, path, &headers, body).await));
    }
    service.stop();
    for (status, reply) in &seen {
        assert_eq!(reply.status, *status, "{reply:?}");
        exposed(reply);
    }
    let varied = seen.iter().find(|(_, reply)| list(reply, "vary").contains(&"Prefer"));
    assert!(varied.is_some(), "the Vary that was there stays beside the new one");
}

#[tokio::test]
async fn a_refusal_for_want_of_a_token_can_be_read() {
    let mut tokens = Tokens::default();
    tokens.add(&"anns-own-token".parse().unwrap(), TokenHolder { name: None, admin: false });
    let options = ServerOptions { tokens: Some(tokens), ..options() };
    let service = Service::with(Arc::new(SqliteStore::memory().unwrap()), options);
    let refused = service.send("GET", PATH, &[PAGE], "").await;
    assert_eq!(refused.status, 401);
    exposed(&refused);
    let asked = service.send("OPTIONS", PATH, &[PAGE, ASKS], "").await;
    assert_eq!(asked.status, 204, "a browser asks without a token");
    assert!(list(&asked, "access-control-allow-headers").contains(&"Authorization"));
}

#[tokio::test]
async fn unknown_origin_gets_no_cors_fields() {
    let service = open_to_pages();
    for origin in [
        OTHER,
        ("Origin", "null"),
        ("Origin", "http://localhost"),
        ("Origin", "http://localhost:51733"),
        ("Origin", ""),
    ] {
        let reply = service.send("GET", "/healthz", &[origin], "").await;
        closed(&reply);
        assert_eq!(list(&reply, "vary"), ["Origin"], "a cache must not give this to a page that may: {origin:?}");
        let asked = service.send("OPTIONS", PATH, &[origin, ASKS], "").await;
        closed(&asked);
        assert!(asked.has("allow"), "{origin:?}");
    }
    let second = service.send("GET", "/healthz", &[("Origin", "https://class.example")], "").await;
    assert_eq!(second.field("access-control-allow-origin"), "https://class.example");
    let nobody = service.send("GET", "/healthz", &[], "").await;
    closed(&nobody);
    assert_eq!(list(&nobody, "vary"), ["Origin"]);
}

#[tokio::test]
async fn preflight_is_told_what_it_may_send() {
    let service = open_to_pages();
    for path in [PATH, "/api/documents", "/control/policy", "/nothing"] {
        let fields = ("Access-Control-Request-Headers", "if-match,content-type,ifmatch-author");
        let reply = service.send("OPTIONS", path, &[PAGE, ASKS, fields], "").await;
        assert_eq!((reply.status.as_u16(), reply.body.len()), (204, 0), "{path}");
        exposed(&reply);
        let methods = list(&reply, "access-control-allow-methods");
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] {
            assert!(methods.contains(&method), "{method}");
        }
        let fields = list(&reply, "access-control-allow-headers");
        for field in [
            "If-Match",
            "If-None-Match",
            "Prefer",
            "Ifmatch-Author",
            "Ifmatch-Editing",
            "Ifmatch-Gate",
            "Authorization",
            "Content-Type",
            "Last-Event-ID",
        ] {
            assert!(fields.contains(&field), "{field}");
        }
        assert!(reply.field("access-control-max-age").parse::<u32>().is_ok());
    }
}

#[tokio::test]
async fn an_options_that_asks_nothing_stays_as_it_is() {
    let (plain, service) = (Service::new(), open_to_pages());
    for path in [PATH, "/api/documents", "/control/gate"] {
        let without = plain.send("OPTIONS", path, &[PAGE], "").await;
        let with = service.send("OPTIONS", path, &[PAGE], "").await;
        assert_eq!((with.status, with.field("allow")), (without.status, without.field("allow")), "{path}");
        assert!(!with.has("access-control-allow-methods"), "{path}");
    }
    let nowhere = service.send("OPTIONS", "/nothing", &[PAGE], "").await;
    nowhere.problem(404, "not_found", None);
}

#[tokio::test]
async fn a_question_is_neither_held_nor_answered_for_another_host() {
    let service = open_to_pages();
    assert_eq!(service.send("PUT", "/control/gate", &[], r#"{"hold":"all"}"#).await.status, 200);
    let asked = service.at_once("OPTIONS", PATH, &[PAGE, ASKS], "").await;
    assert_eq!(asked.status, 204);
    let misdirected = service.send("OPTIONS", PATH, &[PAGE, ASKS, ("Host", "evil.example")], "").await;
    misdirected.problem(421, "misdirected_request", None);
}

/// The requests that a browser sends for any page without a preflight, and what they would do here.
#[tokio::test]
async fn a_page_from_elsewhere_creates_nothing_and_releases_nothing() {
    let document = text("from elsewhere");
    for (service, told) in [(Service::new(), false), (open_to_pages(), true)] {
        for origin in [OTHER, ("Origin", "null"), ("Origin", ""), ("Origin", "http://localhost:4280"), PAGE] {
            let own = told && origin == PAGE;
            for (path, body, done) in [("/api/documents", &*document, 201), ("/control/gate/release", "", 200)] {
                let reply = service.send("POST", path, &[origin], body).await;
                if own {
                    assert_eq!(reply.status, done, "{path} {origin:?}: {reply:?}");
                } else {
                    let problem = reply.problem(403, "forbidden", Some("foreign_origin"));
                    assert_eq!(problem["field"], "Origin", "{path} {origin:?}");
                }
            }
        }
        // A page that was served under the same host, and a client that is not a browser.
        for headers in [&[("Origin", "https://localhost:4280"), ("Host", "LocalHost:4280")][..], &[]] {
            assert_eq!(service.send("POST", "/api/documents", headers, &document).await.status, 201, "{headers:?}");
        }
        assert_eq!(service.send("GET", "/api/documents", &[OTHER], "").await.status, 200, "reading changes nothing");
        // Before a browser sends JSON, it sends a preflight request, and gets no permission. So the client is not a
        // browser, or the origin is allowed.
        let kinds = [("application/json", 201), ("text/plain", 403), ("Multipart/Form-Data; boundary=x", 403)];
        for (kind, status) in kinds {
            let headers = [OTHER, ("Content-Type", kind)];
            assert_eq!(service.send("POST", "/api/documents", &headers, &document).await.status, status, "{kind}");
        }
    }
}
