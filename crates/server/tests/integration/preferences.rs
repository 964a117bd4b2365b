//! `Prefer: return=…` on writes (RFC 7240, RFC 8144).

use crate::service::{Service, text};

const REPRESENTATION: (&str, &str) = ("Prefer", "return=representation");
const MINIMAL: (&str, &str) = ("Prefer", "return=minimal");

#[tokio::test]
async fn loser_gets_the_winning_version() {
    let (service, first) = Service::with_document().await;
    let second = service.change("a", &first, "two").await;
    let headers = [("If-Match", &*first), REPRESENTATION];
    for (method, body) in [("PUT", text("mine")), ("DELETE", String::new())] {
        let reply = service.send(method, "/api/documents/a", &headers, &body).await;
        assert_eq!(reply.status, 412, "{method}");
        assert_eq!(reply.body, br#"{"title":"T","content":"two"}"#);
        for (name, value) in [
            ("content-type", "application/json"),
            ("content-location", "/api/documents/a"),
            ("etag", &*second),
            ("ifmatch-author", "bob"),
            ("preference-applied", "return=representation"),
            ("vary", "Prefer"),
            ("cache-control", "no-store"),
            ("last-modified", "Sun, 22 Nov 2026 05:00:11 GMT"),
        ] {
            assert_eq!(reply.field(name), value, "{method}: {name}");
        }
    }
}

#[tokio::test]
async fn where_there_is_nothing_to_represent_the_problem_stays() {
    let (service, etag) = Service::with_document().await;
    let never = service.send("PUT", "/api/documents/b", &[("If-Match", &*etag), REPRESENTATION], &text("x")).await;
    never.problem(412, "precondition_failed", Some("never_existed"));
    let unconditional = service.send("PUT", "/api/documents/a", &[REPRESENTATION], &text("x")).await;
    unconditional.problem(428, "precondition_required", Some("no_condition"));
    let read = service.send("GET", "/api/documents/a", &[("If-Match", "\"x\""), REPRESENTATION], "").await;
    read.problem(412, "precondition_failed", Some("unknown_tag"));
}

#[tokio::test]
async fn write_returns_the_preferred_representation() {
    let (service, first) = Service::with_document().await;
    let headers = [("If-Match", &*first), MINIMAL];
    let minimal = service.send("PUT", "/api/documents/a", &headers, &text("two")).await;
    assert_eq!((minimal.status.as_u16(), minimal.body.len()), (204, 0));
    assert!(minimal.field("etag").starts_with("\"v2-"), "{minimal:?}");
    assert_eq!(minimal.field("preference-applied"), "return=minimal");
    assert_eq!(minimal.field("vary"), "Prefer");

    let headers = [("If-Match", minimal.field("etag")), REPRESENTATION];
    let whole = service.send("PUT", "/api/documents/a", &headers, &text("three")).await;
    assert_eq!((whole.status.as_u16(), whole.field("preference-applied")), (200, "return=representation"));
    assert_eq!(whole.body, br#"{"title":"T","content":"three"}"#);

    let headers = [("If-None-Match", "*"), MINIMAL];
    let created = service.send("PUT", "/api/documents/b", &headers, &text("new")).await;
    assert_eq!((created.status.as_u16(), created.body.len()), (201, 0), "a creation stays one");
    assert_eq!(created.field("location"), "/api/documents/b");
}
