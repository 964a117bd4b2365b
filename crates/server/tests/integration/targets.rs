//! Targets: paths with unusual spellings, queries, and methods that no resource supports.

use crate::service::{Service, text};
use crate::wire::Running;

#[tokio::test]
async fn path_is_not_normalized() {
    let (service, etag) = Service::with_document().await;
    let encoded = service.get("/api/documents/%61").await;
    assert_eq!((encoded.status.as_u16(), encoded.field("etag")), (200, &*etag), "an escape is the character it names");
    for path in [
        "//",
        "/api",
        "/api/",
        "/api/documents/",
        "/api/documents/a/",
        "/api//documents",
        "/api/documents//a",
        "//api/documents/a",
        "/api/documents/b/../a",
        "/api/documents/..",
        "/api/documents/%2e%2e",
        "/api/documents/A",
        "/api/documents/a%2Fb",
        "/api/documents/%00",
        "/api/documents/%C3%A4",
        "/api/documents/a/versions/",
        "/api/documents/a/versions/0",
        "/api/documents/a/versions/-1",
        "/api/documents/a/versions/99999999999999999999",
        "/control",
        "/problems",
        "/problems/nothing",
        "/openapi.json/",
    ] {
        for method in ["GET", "PUT", "OPTIONS"] {
            service.send(method, path, &[], "{").await.problem(404, "not_found", None);
        }
    }
}

/// The route takes precedence over the method: a path without a route is always a 404.
#[tokio::test]
async fn where_nothing_can_be_no_method_is_allowed() {
    let service = Service::new();
    for number in ["x", "0", "-1", "+1", "%2B1", "01"] {
        let path = &*format!("/control/gate/{number}/release");
        for method in ["POST", "GET", "OPTIONS"] {
            let reply = service.send(method, path, &[], "").await;
            reply.problem(404, "not_found", Some("not_held"));
            assert!(!reply.has("allow"), "{method} {path}");
        }
    }
    service.send("GET", "/control/gate/7/release", &[], "").await.problem(405, "method_not_allowed", None);
    service.send("POST", "/problems/gone", &[], "").await.problem(405, "method_not_allowed", None);
    assert_eq!(service.send("OPTIONS", "/problems/gone", &[], "").await.status, 204);
}

#[tokio::test]
async fn a_member_of_the_query_is_said_once_and_in_its_form() {
    let service = Service::new();
    for id in ["a", "b", "c"] {
        service.create(id, "x").await;
    }
    for (query, says) in [
        ("limit=0", "1 to 1000"),
        ("limit=1001", "1 to 1000"),
        ("limit=x", "1 to 1000"),
        ("limit=", "1 to 1000"),
        ("limit=%2B1", "1 to 1000"),
        ("li%6Dit=x", "1 to 1000"),
        ("limit=1&limit=1", "more than once"),
        ("after=a&after=b", "more than once"),
        ("after=A", "the id"),
    ] {
        let problem = service.get(&format!("/api/documents?{query}")).await.problem(400, "invalid_request", None);
        assert!(problem["detail"].as_str().unwrap().contains(says), "{query}: {problem}");
    }
    for (query, count) in [("after=aa", 2), ("after=z", 0), ("limit=2", 2), ("limit=1000", 3), ("other=1", 3), ("", 3)]
    {
        let page = service.get(&format!("/api/documents?{query}")).await.json();
        assert_eq!(page["documents"].as_array().unwrap().len(), count, "{query}");
    }
    let numbers =
        ["-1", "%2B2", "+2", "x", "", "2%20", "1&before=1", "18446744073709551616"].map(|n| format!("before={n}"));
    for query in numbers {
        let reply = service.get(&format!("/api/documents/a/versions?{query}")).await;
        reply.problem(400, "invalid_request", None);
    }
    let all = service.get("/api/documents/a/versions?before=99").await.json();
    assert_eq!(all["versions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn unknown_method_is_refused_with_the_known_ones() {
    let (service, _) = Service::with_document().await;
    for method in ["TRACE", "BREW", "get", "PROPFIND"] {
        let reply = service.send(method, "/api/documents/a", &[], "").await;
        reply.problem(405, "method_not_allowed", None);
        assert_eq!(reply.field("allow"), "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
        assert_eq!(reply.field("accept-patch"), "application/merge-patch+json");
        service.send(method, "/nothing", &[], "").await.problem(404, "not_found", None);
    }
}

/// `OPTIONS *` and CONNECT are not about a path of this server, so no path can be missing.
#[tokio::test]
async fn request_without_a_path_misses_none() {
    let server = Running::start().await;
    let all = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    let options = server.send("OPTIONS", "*", b"", "").await;
    assert_eq!((options.status, options.field("allow")), (204, Some(all)), "{options:?}");
    let connect = server.send("CONNECT", "localhost:80", b"", "").await;
    assert_eq!((connect.status, connect.field("allow")), (405, Some(all)), "{connect:?}");
    let other = server.send("GET", "*", b"", "").await;
    assert!(matches!(other.status, 400 | 404), "{other:?}");
    server.end().await;
}

/// HEAD is GET without the body (RFC 9110 section 9.3.2).
///
/// Its fields do not claim that there is no body.
#[tokio::test]
async fn head_has_the_fields_of_get() {
    let server = Running::start().await;
    let json = b"Content-Type: application/json\r\nIf-None-Match: *\r\n";
    let created = server.send("PUT", "/api/documents/a", json, &text("one")).await;
    let tag = created.field("etag").unwrap().to_owned();
    let has_it = format!("If-None-Match: {tag}\r\n");
    for (path, fields) in [
        ("/api/documents/a", ""),
        ("/api/documents/a", &has_it),
        ("/api/documents/a", "If-Match: \"x\"\r\n"),
        ("/api/documents/a", "If-Match: x\r\n"),
        ("/api/documents/b", ""),
        ("/api/documents", ""),
        ("/api/documents/a/versions", ""),
        ("/api/documents/a/versions/1", ""),
        ("/control/policy", ""),
        ("/control/gate", ""),
        ("/control/faults", ""),
        ("/problems/gone", ""),
        ("/openapi.json", ""),
        ("/healthz", ""),
        ("/nothing", ""),
    ] {
        let get = server.send("GET", path, fields.as_bytes(), "").await;
        let head = server.send("HEAD", path, fields.as_bytes(), "").await;
        let without_date = |head: &str| {
            let lines = head.lines().filter(|line| !line.starts_with("date:")).map(str::to_owned);
            lines.collect::<Vec<_>>()
        };
        assert_eq!(without_date(&head.head), without_date(&get.head), "{path} {fields}");
        assert_eq!(head.body, "");
    }
    for path in ["/api/events", "/api/documents/a/events"] {
        let head = server.send("HEAD", path, b"", "").await;
        assert_eq!((head.status, head.field("content-type")), (200, Some("text/event-stream")));
        assert_eq!(head.field("content-length"), None, "a stream has no length, and not one of 0");
    }
    server.end().await;
}
