//! The order of judgement: the refusal names the first thing that is wrong.

use crate::service::{Service, text};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const STALE: (&str, &str) = ("If-Match", "\"v9-00000000\"");
const BROKEN: (&str, &str) = ("If-Match", "v9");

/// Each request in the list corrects one more fault of the request before it.
#[tokio::test]
async fn first_reason_for_refusal_is_given() {
    let (service, etag) = Service::with_document().await;
    let current = ("If-Match", &*etag);
    let author = ("Ifmatch-Author", "%ff");
    let size = ("Content-Length", "100000000");
    let media = ("Content-Type", "text/plain");
    let range = ("Content-Range", "bytes 0-1/2");
    let no_json = "{\"title\": ";
    let orphan = r#"{"title":"T","content":"c","parent":"nobody"}"#;
    for (path, headers, body, status, error) in [
        ("/api/nothing", &[author, size, media, range, BROKEN][..], no_json, 404, "not_found"),
        ("/api/documents/a", &[author, size, media, range, BROKEN], no_json, 400, "invalid_request"),
        ("/api/documents/a", &[size, media, range, BROKEN], no_json, 413, "content_too_large"),
        ("/api/documents/a", &[media, range, BROKEN], no_json, 415, "unsupported_media_type"),
        ("/api/documents/a", &[JSON, range, BROKEN], no_json, 400, "invalid_request"),
        ("/api/documents/a", &[JSON, BROKEN], no_json, 400, "malformed_precondition"),
        ("/api/documents/a", &[JSON, STALE], no_json, 412, "precondition_failed"),
        ("/api/documents/a", &[JSON], no_json, 428, "precondition_required"),
        ("/api/documents/a", &[JSON, current], no_json, 400, "malformed_body"),
        ("/api/documents/a", &[JSON, current], "{\"title\": 1}", 422, "unprocessable_content"),
        ("/api/documents/a", &[JSON, STALE], orphan, 412, "precondition_failed"),
        ("/api/documents/a", &[JSON], orphan, 428, "precondition_required"),
        ("/api/documents/a", &[JSON, current], orphan, 409, "conflict"),
    ] {
        let reply = service.send("PUT", path, headers, body).await;
        let problem = reply.json();
        assert_eq!((reply.status.as_u16(), problem["error"].as_str()), (status, Some(error)), "{headers:?}: {problem}");
    }
    let done = service.send("PUT", "/api/documents/a", &[JSON, current], &text("two")).await;
    assert_eq!(done.status, 200);
}

/// A path that cannot name a document is a 404 for every method.
#[tokio::test]
async fn the_route_comes_before_the_method() {
    let (service, _) = Service::with_document().await;
    let long = format!("/api/documents/{}", "a".repeat(65));
    for path in [
        "/api/documents/BAD",
        "/api/documents/%ff",
        &long,
        "/api/documents/BAD/versions",
        "/api/documents/BAD/versions/1",
        "/api/documents/BAD/events",
        "/api/documents/a/versions/xyz",
        "/api/documents/a/versions/01",
        "/api/documents/a/versions/%ff",
    ] {
        for method in ["GET", "PUT", "PATCH", "DELETE", "POST", "TRACE", "OPTIONS", "BREW"] {
            let reply = service.send(method, path, &[("Ifmatch-Author", "%ff"), BROKEN], "{").await;
            assert_eq!((reply.status.as_u16(), reply.field("allow")), (404, ""), "{method} {path}");
            reply.problem(404, "not_found", None);
        }
    }
}

#[tokio::test]
async fn missing_document_comes_before_conditions() {
    let (service, etag) = Service::with_document().await;
    service.delete("a", &etag).await;
    let patch = ("Content-Type", "application/merge-patch+json");
    for (id, status, error) in [("a", 410, "gone"), ("never", 404, "not_found")] {
        for condition in [BROKEN, STALE, ("X-None", "")] {
            for method in ["GET", "HEAD", "PATCH", "DELETE"] {
                let reply = service.send(method, &format!("/api/documents/{id}"), &[patch, condition], "{").await;
                assert_eq!(reply.status.as_u16(), status, "{method} {id} {condition:?}");
                if method != "HEAD" {
                    assert_eq!(reply.json()["error"], error);
                }
            }
        }
    }
}

#[tokio::test]
async fn patch_without_media_type_is_refused() {
    let (service, etag) = Service::with_document().await;
    let condition = ("If-Match", &*etag);
    for headers in [&[condition][..], &[condition, JSON]] {
        let reply = service.send("PATCH", "/api/documents/a", headers, "{}").await;
        reply.problem(415, "unsupported_media_type", None);
        assert_eq!(reply.field("accept-patch"), "application/merge-patch+json");
    }
    let headers = [condition, ("Content-Type", "application/merge-patch+json")];
    for (body, status, error) in [
        ("{", 400, "malformed_body"),
        ("[]", 422, "unprocessable_content"),
        (r#"{"etag":1}"#, 422, "unprocessable_content"),
        (r#"{"title":null}"#, 422, "unprocessable_content"),
    ] {
        service.send("PATCH", "/api/documents/a", &headers, body).await.problem(status, error, None);
    }
}

#[tokio::test]
async fn media_types_are_read_with_their_parameters() {
    let (service, etag) = Service::with_document().await;
    let condition = ("If-Match", &*etag);
    for right in [
        "application/json",
        "Application/JSON",
        "application/json; charset=UTF-8",
        "application/json;charset=\"utf-8\"",
        "application/json;charset=\"ut\\f-8\"",
        "application/json ; ; charset=utf-8;",
        "application/json;x=\";charset=latin1\"",
        "application/json;x=\"\\\";charset=latin1\"",
        "application/json;x=\"\";charset=utf-8",
    ] {
        let headers = [condition, ("Content-Type", right)];
        assert_eq!(service.send("PUT", "/api/documents/a", &headers, &text("one")).await.status, 200, "{right}");
    }
    for (wrong, says) in [
        ("text/json", "another media type"),
        ("application/jsonx", "another media type"),
        ("application/json; charset=latin1", "charset"),
        ("application/json; charset=utf-8; charset=latin1", "charset"),
        ("application/json;x=\"a;b\";charset=latin1", "charset"),
        ("", "is malformed"),
        ("json", "is malformed"),
        ("application/", "is malformed"),
        ("application /json", "is malformed"),
        ("application/json, application/json", "is malformed"),
        ("application/json; charset", "is malformed"),
        ("application/json; charset=", "is malformed"),
        ("application/json; charset =utf-8", "is malformed"),
        ("application/json; charset= utf-8", "is malformed"),
        ("application/json; charset=\"utf-8", "is malformed"),
        ("application/json; charset=\"utf-8\"x", "is malformed"),
        ("application/json charset=utf-8", "is malformed"),
        ("application/json; =utf-8", "is malformed"),
    ] {
        let headers = [condition, ("Content-Type", wrong)];
        let reply = service.send("PUT", "/api/documents/a", &headers, &text("one")).await;
        let problem = reply.problem(415, "unsupported_media_type", None);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("Content-Type") && detail.contains(says), "{wrong}: {detail}");
        assert!(!reply.has("accept-encoding"), "RFC 9110 section 12.5.3: not where the coding is not why");
    }
    let coded = [condition, JSON, ("Content-Encoding", "gzip")];
    let reply = service.send("PUT", "/api/documents/a", &coded, &text("one")).await;
    reply.problem(415, "unsupported_media_type", None);
    assert_eq!(reply.field("accept-encoding"), "identity");
}

/// The second line of a field counts as much as the first.
#[tokio::test]
async fn all_lines_about_the_body_count() {
    let (service, etag) = Service::with_document().await;
    let condition = ("If-Match", &*etag);
    let coding = |value| ("Content-Encoding", value);
    let media = |value| ("Content-Type", value);
    for wrong in [
        &[condition, JSON, coding("identity"), coding("gzip")][..],
        &[condition, JSON, coding("gzip"), coding("identity")],
        &[condition, JSON, coding("identity, gzip")],
        &[condition, JSON, media("text/plain")],
        &[condition, media("text/plain"), JSON],
        &[condition, JSON, JSON],
    ] {
        let reply = service.send("PUT", "/api/documents/a", wrong, &text("one")).await;
        reply.problem(415, "unsupported_media_type", None);
    }
    for right in [&[coding("identity"), coding("Identity")][..], &[coding("identity, identity")], &[coding("")]] {
        let headers = [&[condition, JSON], right].concat();
        let reply = service.send("PUT", "/api/documents/a", &headers, &text("one")).await;
        assert_eq!(reply.status, 200, "{right:?}: {reply:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_wrong_is_told_apart() {
    let (service, etag) = Service::with_document().await;
    let condition = ("If-Match", &*etag);
    for (body, status, error, says) in [
        ("", 400, "malformed_body", "empty"),
        (r#"{"title":"T","content":"c"} x"#, 400, "malformed_body", "trailing"),
        (r#"{"etag":"x", nonsense"#, 400, "malformed_body", "column"),
        (r#"{"title":"T"}"#, 422, "unprocessable_content", "`content`"),
        (r#"{"title":"T","content":"c","etag":"x"}"#, 422, "unprocessable_content", "`etag`"),
        (r#"{"title":"T","content":"c","parent":"No Id"}"#, 422, "unprocessable_content", "an id is"),
        (r#"{"title":"T","content":null}"#, 422, "unprocessable_content", "null"),
        ("[]", 422, "unprocessable_content", ""),
    ] {
        let problem = service.put("a", condition, body).await.problem(status, error, None);
        assert!(problem["detail"].as_str().unwrap().contains(says), "{body}: {problem}");
    }
}

/// A list of the right values in the right order is not an object.
///
/// Two members with the same name are ambiguous.
#[tokio::test]
async fn only_an_object_is_a_document() {
    let (service, etag) = Service::with_document().await;
    let whole = [("If-Match", &*etag)];
    let patch = [("If-Match", &*etag), ("Content-Type", "application/merge-patch+json")];
    for (method, path, headers, body, says) in [
        ("PUT", "/api/documents/a", &whole[..], r#"["T","C"]"#, "object with title, content"),
        ("PUT", "/api/documents/a", &whole, r#"["T","C",null]"#, "object with title, content"),
        ("PUT", "/api/documents/a", &whole, "7", "object with title, content"),
        ("PUT", "/api/documents/a", &whole, r#"{"title":"T","title":"U","content":"C"}"#, "`title`"),
        ("POST", "/api/documents", &[], r#"["po77","T","C",null]"#, "object with title, content"),
        ("POST", "/api/documents", &[], r#"{"title":"T","content":"C","content":"D"}"#, "`content`"),
        ("PATCH", "/api/documents/a", &patch, r#"["T","C"]"#, "object with the members that change"),
        ("PATCH", "/api/documents/a", &patch, "null", "object with the members that change"),
    ] {
        let problem = service.send(method, path, headers, body).await.problem(422, "unprocessable_content", None);
        assert!(problem["detail"].as_str().unwrap().contains(says), "{method} {body}: {problem}");
    }
    assert_eq!(service.get("/api/documents/a").await.field("etag"), etag);
}

#[tokio::test]
async fn a_document_is_held_to_its_limit_however_it_is_escaped() {
    let options = server::ServerOptions { max_document: 1000, ..server::ServerOptions::default() };
    let service = Service::with(std::sync::Arc::new(store::SqliteStore::memory().unwrap()), options);
    let escaped = format!(r#"{{"title":"","content":"{}"}}"#, "\\u0001".repeat(1000));
    assert_eq!(service.put("a", ("If-None-Match", "*"), &escaped).await.status, 201);
    let etag = service.get("/api/documents/a").await.field("etag").to_owned();
    let problem = service.put("a", ("If-Match", &etag), &text(&"x".repeat(1000))).await;
    assert_eq!(problem.problem(413, "content_too_large", None)["limit"], 1000);
    let headers = [("If-Match", &*etag), ("Content-Type", "application/merge-patch+json")];
    let patched = service.send("PATCH", "/api/documents/a", &headers, r#"{"title":"x"}"#).await;
    patched.problem(413, "content_too_large", None);
    let stale = service.put("a", STALE, &text(&"x".repeat(1000))).await;
    stale.problem(412, "precondition_failed", Some("unknown_tag"));
}

#[tokio::test]
async fn an_author_that_is_not_encoded_is_none() {
    let (service, _) = Service::with_document().await;
    for wrong in ["J%ZZ", "%", "J%C3%A", "100%", "J%%41", "Jos\u{e9}", "Zoë"] {
        let reply = service.send("GET", "/api/documents/a", &[("Ifmatch-Author", wrong)], "").await;
        assert_eq!(reply.problem(400, "invalid_request", None)["field"], "Ifmatch-Author", "{wrong}");
    }
    for right in ["Zo%C3%AB", "zo%c3%ab", "100%25", "Zoe Q"] {
        let reply = service.send("GET", "/api/documents/a", &[("Ifmatch-Author", right)], "").await;
        assert_eq!(reply.status, 200, "{right}");
    }
}

#[tokio::test]
async fn two_authors_are_none() {
    let (service, _) = Service::with_document().await;
    let headers = [("Ifmatch-Author", "bob"), ("Ifmatch-Author", "carol")];
    let problem = service.send("GET", "/api/documents/a", &headers, "").await.problem(400, "invalid_request", None);
    assert_eq!(problem["field"], "Ifmatch-Author");
}
