//! Bodies that are nearly right: each refusal says what is wrong and what to do next.

use std::sync::Arc;

use server::ServerOptions;
use store::SqliteStore;

use crate::service::{Service, text};

const PATCH: (&str, &str) = ("Content-Type", "application/merge-patch+json");

#[tokio::test]
async fn text_that_is_nearly_json_is_told_why() {
    let (service, etag) = Service::with_document().await;
    let deep = format!(r#"{{"title":{}"#, "[".repeat(100_000));
    let deep_and_whole = format!(r#"{{"title":{}{},"content":""}}"#, "[".repeat(5000), "]".repeat(5000));
    for (body, status, error, says) in [
        ("\u{feff}{\"title\":\"T\",\"content\":\"c\"}", 400, "malformed_body", "byte order mark"),
        (r#"{"title":"\ud800","content":""}"#, 422, "unprocessable_content", "surrogate"),
        (r#"{"title":"\udc00\ud800","content":""}"#, 422, "unprocessable_content", "surrogate"),
        (r#"{"title":"T","content":"a"#, 400, "malformed_body", "EOF"),
        (&deep, 400, "malformed_body", ""),
        (&deep_and_whole, 422, "unprocessable_content", "expected a string"),
        (r#"{"title":7,"content":""}"#, 422, "unprocessable_content", "expected a string"),
        (r#"{"TITLE":"T","content":""}"#, 422, "unprocessable_content", "`TITLE`"),
        (r#"{"title":"T","content":"","parent":""}"#, 422, "unprocessable_content", "an id is"),
        ("null", 422, "unprocessable_content", "an object"),
        ("\"x\"", 422, "unprocessable_content", "an object"),
    ] {
        let problem = service.put("a", ("If-Match", &etag), body).await.problem(status, error, None);
        assert!(problem["detail"].as_str().unwrap().contains(says), "{body:.60}: {problem}");
    }
    assert_eq!(service.get("/api/documents/a").await.field("etag"), etag);
}

/// Each fault gets its own message with its position, and no message of another fault.
#[tokio::test]
async fn faults_of_well_formed_json_are_told_apart() {
    let (service, etag) = Service::with_document().await;
    let nested = |depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let (number, deep, half) = ("out of range", "nested too deeply", "half of a surrogate pair");
    for (method, body, says, place) in [
        ("PUT", r#"{"title":1e999,"content":""}"#.to_owned(), number, "line 1 column 10"),
        ("PUT", "{\"title\":\"T\",\n\"content\":-1e400}".to_owned(), number, "line 2 column 11"),
        ("PATCH", r#"{"title":1e999}"#.to_owned(), number, "line 1 column 10"),
        ("PATCH", r#"{"x":null,"title":1E9999}"#.to_owned(), number, "line 1 column 19"),
        ("PUT", format!(r#"{{"title":{},"content":""}}"#, nested(200)), deep, "line 1 column 136"),
        ("PATCH", format!(r#"{{"title":{}}}"#, nested(200)), deep, "line 1 column 136"),
        ("PATCH", format!("{{\n\"x\":{}}}", nested(127)), deep, "line 2 column 131"),
        ("PUT", r#"{"title":"\ud800","content":""}"#.to_owned(), half, "line 1 column 11"),
        ("PATCH", r#"{"title":"é\udc00"}"#.to_owned(), half, "line 1 column 12"),
        ("PATCH", r#"{"a\ud800b":1}"#.to_owned(), half, "line 1 column 4"),
        ("PUT", r#"{"title":"\ud800\ud83d\ude00","content":""}"#.to_owned(), half, "line 1 column 11"),
    ] {
        let media = if method == "PATCH" { PATCH } else { ("Content-Type", "application/json") };
        let reply = service.send(method, "/api/documents/a", &[("If-Match", &*etag), media], &body).await;
        let problem = reply.problem(422, "unprocessable_content", None);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(says) && detail.contains(place), "{body:.60}: {detail}");
        assert!([number, deep, half].iter().filter(|fault| detail.contains(**fault)).count() == 1, "{detail}");
    }
    for body in [r#"{"title":1e}"#, r#"{"title":01}"#, r#"{"title":"\ud80"}"#, r#"{"title":"\x"}"#, "[[1e999]"] {
        let problem = service.put("a", ("If-Match", &etag), body).await.problem(400, "malformed_body", None);
        let detail = problem["detail"].as_str().unwrap();
        assert!(![number, deep, half].iter().any(|fault| detail.contains(fault)), "{body}: {detail}");
    }
}

#[tokio::test]
async fn every_character_can_be_written() {
    let (service, mut etag) = Service::with_document().await;
    for body in [
        "{\"title\":\"T\",\"content\":\"a\\u0000b\"}",
        "{\"title\":\"\\ud83d\\ude00\",\"content\":\"\u{10ffff}\"}",
        r#"{"title":"","content":"","parent":null}"#,
        " \r\n\t{ \"content\" : \"c\" , \"title\" : \"T\" }\n",
    ] {
        let reply = service.put("a", ("If-Match", &etag), body).await;
        assert_eq!(reply.status, 200, "{body}: {reply:?}");
        let sent: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!((&reply.json()["title"], &reply.json()["content"]), (&sent["title"], &sent["content"]));
        etag = reply.field("etag").to_owned();
    }
}

#[tokio::test]
async fn a_patch_is_an_object_that_makes_a_document() {
    let (service, etag) = Service::with_document().await;
    for (body, status, error, says) in [
        (r#"{"title":null}"#, 422, "unprocessable_content", "`title`"),
        (r#"{"content":null}"#, 422, "unprocessable_content", "`content`"),
        (r#"{"title":1}"#, 422, "unprocessable_content", "expected a string"),
        (r#"{"title":{"a":1}}"#, 422, "unprocessable_content", "expected a string"),
        (r#"{"other":1}"#, 422, "unprocessable_content", "`other`"),
        (r#"{"title":"A","title":"B"}"#, 422, "unprocessable_content", "duplicate field `title`"),
        (r#"{"parent":"No Id"}"#, 422, "unprocessable_content", "an id is"),
        ("[]", 422, "unprocessable_content", "merge patch"),
        ("\"x\"", 422, "unprocessable_content", "merge patch"),
        ("null", 422, "unprocessable_content", "merge patch"),
        ("", 400, "malformed_body", "empty"),
    ] {
        let reply = service.send("PATCH", "/api/documents/a", &[("If-Match", &*etag), PATCH], body).await;
        let problem = reply.problem(status, error, None);
        assert!(problem["detail"].as_str().unwrap().contains(says), "{body}: {problem}");
    }
    // Removing a missing member changes nothing (RFC 7396 section 2).
    for body in [r#"{"parent":null}"#, "{}", r#"{"other":null}"#] {
        let reply = service.send("PATCH", "/api/documents/a", &[("If-Match", &*etag), PATCH], body).await;
        assert_eq!((reply.status.as_u16(), reply.field("etag")), (200, &*etag), "{body}");
    }
}

#[tokio::test]
async fn the_limit_is_the_last_size_that_is_taken() {
    let options = ServerOptions { max_document: 1000, ..ServerOptions::default() };
    let service = Service::with(Arc::new(SqliteStore::memory().unwrap()), options);
    let etag = service.create("a", &"x".repeat(999)).await;
    let refused = service.put("a", ("If-Match", &etag), &text(&"y".repeat(1000))).await;
    assert_eq!(refused.problem(413, "content_too_large", None)["limit"], 1000);
    let reply = service.send("POST", "/api/documents", &[], &text(&"y".repeat(1000))).await;
    reply.problem(413, "content_too_large", None);
}

/// A body, and the header fields about it, are ignored for a method that has none.
#[tokio::test]
async fn a_body_where_none_is_wanted_changes_nothing() {
    let (service, etag) = Service::with_document().await;
    let about = [("Content-Type", "text/plain"), ("Content-Range", "bytes 0-1/2"), ("Content-Encoding", "gzip")];
    for method in ["GET", "HEAD"] {
        assert_eq!(service.send(method, "/api/documents/a", &about, "nonsense").await.status, 200, "{method}");
    }
    let headers = [&about[..], &[("If-Match", &*etag)]].concat();
    assert_eq!(service.send("DELETE", "/api/documents/a", &headers, "nonsense").await.status, 204);
    assert_eq!(service.send("POST", "/control/gate/release", &about, "nonsense").await.status, 200);
}

#[tokio::test]
async fn too_large_document_is_413_before_other_errors() {
    let options = ServerOptions { max_document: 1000, ..ServerOptions::default() };
    let service = Service::with(Arc::new(SqliteStore::memory().unwrap()), options);
    let etag = service.create("a", "one").await;
    for members in [
        r#""title":"T","other":1,"#,
        r#""title":"T","parent":"No Id","#,
        r#""title":"T","parent":"nobody","#,
        r#""title":"T","title":"U","#,
        r#""title":7,"#,
    ] {
        for (size, status, error) in [(1001, 413, "content_too_large"), (900, 422, "unprocessable_content")] {
            let body = format!(r#"{{{members}"content":"{}"}}"#, "x".repeat(size));
            let put = service.put("a", ("If-Match", &etag), &body).await;
            let patch = service.send("PATCH", "/api/documents/a", &[("If-Match", &*etag), PATCH], &body).await;
            let post = service.send("POST", "/api/documents", &[], &body).await;
            for (method, reply) in [("PUT", put), ("PATCH", patch), ("POST", post)] {
                // A missing parent is the last thing that the server checks.
                if size == 900 && members.contains("nobody") {
                    reply.problem(409, "conflict", Some("parent_not_found"));
                } else {
                    assert_eq!(reply.status, status, "{method} {members}: {reply:?}");
                    reply.problem(status, error, None);
                }
            }
        }
    }
    let no_json = format!(r#"{{"title":"T","content":"{}""#, "x".repeat(1001));
    service.put("a", ("If-Match", &etag), &no_json).await.problem(400, "malformed_body", None);
}

#[tokio::test]
async fn body_that_is_not_json_is_told_what_to_send() {
    let (service, etag) = Service::with_document().await;
    for (body, says) in [
        ("", "empty"),
        (" \n", "empty"),
        ("{\n", "ends too early"),
        ("{\"title\":\"T\",\n", "ends too early"),
        ("[\n]]", "is not valid JSON"),
        ("{\n,}", "is not valid JSON"),
        ("title: T", "is not valid JSON"),
    ] {
        let problem = service.put("a", ("If-Match", &etag), body).await.problem(400, "malformed_body", None);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(says) && detail.contains("Nothing was written. Send"), "{body:?}: {detail}");
        assert!(!detail.contains("column 0"), "there is no such place: {detail}");
    }
}
