//! Retries of writes that have been applied, whose responses were lost on their way.

use serde_json::json;
use tests::documents::{delete, expect, history, patch, put, versions};
use tests::http::HttpConnection;
use tests::serve::Server;

use crate::PROGRAM;

#[test]
fn retried_put_is_200_and_marked_as_replayed() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let response = expect(200, server.answer(&put("doc", "two\n").with("If-Match", &tags[0])));
    assert_eq!(response.field("Ifmatch-Replayed"), Some("?1"), "{response}");
    assert_eq!(response.etag(), tags[1], "{response}");
    assert_eq!(versions(&server, "doc").len(), 2, "no version was created");
}

#[test]
fn retried_put_whose_version_was_replaced_is_superseded() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n", "three\n"]);
    let response = expect(412, server.answer(&put("doc", "two\n").with("If-Match", &tags[0])));
    assert_eq!(response.word("reason").as_deref(), Some("superseded"), "{response}");
    assert_eq!(response.word("appliedEtag").as_ref(), Some(&tags[1]), "{response}");
    assert_eq!(response.etag(), tags[2], "{response}");
    assert_eq!(versions(&server, "doc").len(), 3, "no version was created");
}

/// Only the body shows whether a request repeats its author's last write, so the server asks for it.
#[test]
fn retried_put_with_expect_gets_100() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let ask = |text: &str, author: &str| {
        let request = put("doc", text).with("If-Match", &tags[0]).with("Expect", "100-continue");
        request.with("Ifmatch-Author", author)
    };
    let repeated = |text: &str| {
        let request = ask(text, "bob");
        let mut connection = HttpConnection::open(server.address());
        connection.write(&request.head(server.host()));
        expect(100, connection.read("PUT"));
        connection.write(request.content());
        connection.read("PUT")
    };
    let response = expect(200, repeated("two\n"));
    assert_eq!(response.field("Ifmatch-Replayed"), Some("?1"), "{response}");
    let response = expect(412, repeated("other\n"));
    assert_eq!(response.word("reason").as_deref(), Some("stale"), "{response}");
    // Bob wrote the next version, so the server refuses another author's request without asking for its body.
    let mut connection = HttpConnection::open(server.address());
    connection.write(&ask("two\n", "alice").head(server.host()));
    let response = expect(412, connection.read("PUT"));
    assert_eq!(response.word("reason").as_deref(), Some("stale"), "{response}");
    expect(200, server.answer(&put("doc", "three\n").with("If-Match", &tags[1])));
    let response = expect(412, repeated("two\n"));
    assert_eq!(response.word("reason").as_deref(), Some("superseded"), "{response}");
    assert_eq!(response.word("appliedEtag").as_ref(), Some(&tags[1]), "{response}");
}

#[test]
fn other_text_on_the_same_base_is_stale() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let response = expect(412, server.answer(&put("doc", "other\n").with("If-Match", &tags[0])));
    assert_eq!(response.word("reason").as_deref(), Some("stale"), "{response}");
    assert_eq!(response.field("Ifmatch-Replayed"), None, "{response}");
}

#[test]
fn retried_patch_is_stale() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let response = server.answer(&patch("doc", &json!({"content": "two\n"})).with("If-Match", &tags[0]));
    assert_eq!(expect(412, response).word("reason").as_deref(), Some("stale"));
}

#[test]
fn retried_delete_is_410() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n"]);
    expect(204, server.answer(&delete("doc").with("If-Match", &tags[0])));
    expect(410, server.answer(&delete("doc").with("If-Match", &tags[0])));
}

#[test]
fn put_of_the_current_text_creates_no_version() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n"]);
    let response = expect(200, server.answer(&put("doc", "one\n").with("If-Match", &tags[0])));
    assert_eq!(response.etag(), tags[0], "{response}");
    assert_eq!(response.field("Ifmatch-Replayed"), None, "not a retry: {response}");
    let unnamed = server.answer(&put("doc", "one\n"));
    assert_eq!(unnamed.status, 428, "the condition is required all the same: {unnamed}");
    assert_eq!(versions(&server, "doc").len(), 1);
}
