//! The refusals: stable words for programs, sentences for people.

use serde_json::json;
use tests::documents::{document, expect, get, gone, history, path, put};
use tests::http::{Request, Response};
use tests::serve::Server;

use crate::PROGRAM;

/// Checks the members that every problem has, and that they agree with the response.
fn check_problem(response: &Response, id: &str, title: &str, error: &str) {
    let problem = response.json();
    let kind = format!("/problems/{}", error.replace('_', "-"));
    assert_eq!(problem["type"], json!(kind), "{response}");
    assert_eq!(problem["title"], json!(title), "{response}");
    assert_eq!(problem["status"], json!(response.status), "{response}");
    assert_eq!(problem["error"], json!(error), "{response}");
    assert_eq!(problem["instance"], json!(path(id)), "{response}");
    assert_eq!(problem["detail"], problem["message"], "{response}");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 40), "a sentence: {response}");
}

#[test]
fn stale_tag_is_412_with_an_evaluation() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n", "three\n"]);
    let response = expect(412, server.answer(&put("doc", "mine\n").with("If-Match", &tags[0])));
    check_problem(&response, "doc", "Precondition Failed", "precondition_failed");
    let problem = response.json();
    assert_eq!(problem["reason"], "stale");
    assert_eq!(problem["field"], "If-Match");
    assert_eq!(problem["yourEtag"], json!(tags[0]));
    assert_eq!(problem["currentEtag"], json!(tags[2]));
    assert_eq!(problem["currentAuthor"], "carol");
    assert_eq!(problem["behind"], 2);
    let evaluation = json!([{
        "field": "If-Match", "comparison": "strong", "sent": tags[0], "current": tags[2], "holds": false,
        "clause": "RFC 9110 13.1.1",
    }]);
    assert_eq!(problem["evaluation"], evaluation);
    assert_eq!(response.field("Ifmatch-Author"), Some("carol"), "{response}");
}

#[test]
fn missing_condition_is_428_and_names_the_field() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n"]);
    let response = expect(428, server.answer(&put("doc", "mine\n")));
    check_problem(&response, "doc", "Precondition Required", "precondition_required");
    let problem = response.json();
    assert_eq!(problem["reason"], "no_condition");
    assert_eq!(problem["currentEtag"], json!(tags[0]), "the current tag, as information");
    let detail = problem["detail"].as_str().expect("a sentence");
    assert!(detail.contains("If-Match") && detail.contains("ETag"), "the field, and the source of its value: {detail}");
    assert_eq!(response.field("ETag"), None, "{response}");
}

#[test]
fn deleted_document_is_410_or_412_with_its_author() {
    let server = Server::start(PROGRAM);
    let tags = gone(&server, "doc", &["one\n"]);
    let read = expect(410, server.answer(&get("doc")));
    let written = expect(412, server.answer(&put("doc", "mine\n").with("If-Match", &tags[0])));
    check_problem(&written, "doc", "Precondition Failed", "precondition_failed");
    for response in [read, written] {
        let deleted = &response.json()["deleted"];
        assert_eq!(deleted["author"], "dave", "{response}");
        assert!(deleted["etag"].as_str().is_some_and(|tag| tag.starts_with("\"v2-")), "{response}");
        assert!(deleted["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{response}");
    }
}

#[test]
fn problem_type_is_the_url_of_an_explanation() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    gone(&server, "gone", &["one\n"]);
    let refused = [
        put("doc", "mine\n"),
        put("doc", "mine\n").with("If-Match", &tags[0]),
        put("doc", "mine\n").with("If-Match", "malformed"),
        get("never"),
        get("gone"),
        Request::new("POST", &path("doc")),
        Request::new("PUT", &path("doc")).body("text/plain", "mine\n"),
        Request::new("PUT", &path("doc")).json(&json!({})).with("If-Match", &tags[1]),
        Request::new("POST", "/api/documents").json(&json!({"id": "doc", "title": "", "content": ""})),
    ];
    for request in refused {
        let response = server.answer(&request);
        let kind = response.word("type").unwrap_or_else(|| panic!("a problem has a type: {response}"));
        let explained = expect(200, server.answer(&Request::new("GET", &kind)));
        assert!(explained.field("Content-Type").is_some_and(|t| t.starts_with("text/plain")), "{explained}");
        assert!(explained.body.len() > 80, "{kind}: {explained}");
    }
}

#[test]
fn preferred_412_carries_the_current_document() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let request = put("doc", "mine\n").with("If-Match", &tags[0]).with("Prefer", "return=representation");
    let response = expect(412, server.answer(&request));
    assert_eq!(response.json(), document("two\n"));
    let expected = [
        ("Content-Type", "application/json"),
        ("Content-Location", &path("doc")),
        ("ETag", &tags[1]),
        ("Ifmatch-Author", "bob"),
        ("Preference-Applied", "return=representation"),
        ("Vary", "Prefer"),
        ("Cache-Control", "no-store"),
    ];
    for (name, value) in expected {
        assert_eq!(response.field(name), Some(value), "{name}: {response}");
    }
}

#[test]
fn write_returns_the_document_or_only_its_tag() {
    let server = Server::start(PROGRAM);
    let tag = history(&server, "doc", &["one\n"]).remove(0);
    let full = expect(200, server.answer(&put("doc", "two\n").with("If-Match", &tag)));
    assert_eq!(full.json(), document("two\n"));
    let request = put("doc", "three\n").with("If-Match", full.etag()).with("Prefer", "return=minimal");
    let minimal = expect(204, server.answer(&request));
    assert_eq!(minimal.field("Preference-Applied"), Some("return=minimal"), "{minimal}");
    assert_eq!(server.answer(&get("doc")).etag(), minimal.etag());
}

#[test]
fn text_is_returned_byte_for_byte() {
    let server = Server::start(PROGRAM);
    let text = "\u{feff}one\r\ntwo\rthree\n\nno last newline \u{0}\u{1f}\u{7f}\u{2028}\u{202e}e\u{301}😀 \"\\\t";
    let response = expect(201, server.answer(&put("doc", text).with("If-None-Match", "*")));
    assert_eq!(server.answer(&get("doc")).json(), document(text));
    expect(200, server.answer(&put("doc", text).with("If-Match", response.etag())));
}
