//! Writes that were applied already, because their answer was lost on its way and the client sends them again.

use serde_json::json;
use tests::documents::{delete, expect, history, patch, put, versions};
use tests::http::HttpConnection;
use tests::serve::Server;

use crate::PROGRAM;

#[test]
fn a_put_that_was_applied_is_a_success_again() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let response = expect(200, server.answer(&put("doc", "two\n").with("If-Match", &tags[0])));
    assert_eq!(response.field("Ifmatch-Replayed"), Some("?1"), "{response}");
    assert_eq!(response.etag(), tags[1], "{response}");
    assert_eq!(versions(&server, "doc").len(), 2, "no version was made");
}

#[test]
fn a_put_whose_version_was_replaced_since_is_told_so() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n", "three\n"]);
    let response = expect(412, server.answer(&put("doc", "two\n").with("If-Match", &tags[0])));
    assert_eq!(response.word("reason").as_deref(), Some("superseded"), "{response}");
    assert_eq!(response.word("appliedEtag").as_ref(), Some(&tags[1]), "{response}");
    assert_eq!(response.etag(), tags[2], "{response}");
    assert_eq!(versions(&server, "doc").len(), 3, "no version was made");
}

/// Until its body is read, nobody knows whether it repeats what its author wrote. So it is asked for its body.
#[test]
fn repeated_put_with_expect_gets_its_100() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let ask = |text: &str, author: &str| {
        let request = put("doc", text).with("If-Match", &tags[0]).with("Expect", "100-continue");
        request.with("Ifmatch-Author", author)
    };
    let repeated = |text: &str| {
        let request = ask(text, "bob");
        let mut connection = HttpConnection::open(server.address());
        connection.write(&request.head(server.address()));
        expect(100, connection.read("PUT"));
        connection.write(request.content());
        connection.read("PUT")
    };
    let response = expect(200, repeated("two\n"));
    assert_eq!(response.field("Ifmatch-Replayed"), Some("?1"), "{response}");
    let response = expect(412, repeated("other\n"));
    assert_eq!(response.word("reason").as_deref(), Some("stale"), "{response}");
    // It was bob who wrote the version after that. What anybody else sends is refused at once.
    let mut connection = HttpConnection::open(server.address());
    connection.write(&ask("two\n", "alice").head(server.address()));
    let response = expect(412, connection.read("PUT"));
    assert_eq!(response.word("reason").as_deref(), Some("stale"), "{response}");
    expect(200, server.answer(&put("doc", "three\n").with("If-Match", &tags[1])));
    let response = expect(412, repeated("two\n"));
    assert_eq!(response.word("reason").as_deref(), Some("superseded"), "{response}");
    assert_eq!(response.word("appliedEtag").as_ref(), Some(&tags[1]), "{response}");
}

#[test]
fn another_text_on_the_same_base_is_stale() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let response = expect(412, server.answer(&put("doc", "other\n").with("If-Match", &tags[0])));
    assert_eq!(response.word("reason").as_deref(), Some("stale"), "{response}");
    assert_eq!(response.field("Ifmatch-Replayed"), None, "{response}");
}

#[test]
fn a_patch_is_never_taken_for_a_repetition() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let response = server.answer(&patch("doc", &json!({"content": "two\n"})).with("If-Match", &tags[0]));
    assert_eq!(expect(412, response).word("reason").as_deref(), Some("stale"));
}

#[test]
fn a_delete_is_never_taken_for_a_repetition() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n"]);
    expect(204, server.answer(&delete("doc").with("If-Match", &tags[0])));
    expect(410, server.answer(&delete("doc").with("If-Match", &tags[0])));
}

#[test]
fn a_write_that_changes_nothing_makes_no_version() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n"]);
    let response = expect(200, server.answer(&put("doc", "one\n").with("If-Match", &tags[0])));
    assert_eq!(response.etag(), tags[0], "{response}");
    assert_eq!(response.field("Ifmatch-Replayed"), None, "it is no repetition: {response}");
    let unnamed = server.answer(&put("doc", "one\n"));
    assert_eq!(unnamed.status, 428, "it has to name the version all the same: {unnamed}");
    assert_eq!(versions(&server, "doc").len(), 1);
}
