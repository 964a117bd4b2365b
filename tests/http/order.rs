//! The order of checks: which error is reported if a request has two.

use serde_json::json;
use tests::documents::{content, expect, get, gone, history, patch, path, put};
use tests::http::{HttpConnection, Request, Response};
use tests::serve::Server;

use crate::PROGRAM;

/// Asserts that a request with more than one error is answered with this status.
fn expect_first(what: &str, status: u16, response: Response) -> Response {
    assert_eq!(response.status, status, "{what}: {response}");
    assert_eq!(response.field("Content-Type"), Some("application/problem+json"), "{what}: {response}");
    assert_eq!(response.json()["status"], json!(status), "{what}: {response}");
    response
}

#[test]
fn route_is_checked_before_method() {
    let server = Server::start(PROGRAM);
    expect_first("unknown route and method", 404, server.answer(&Request::new("BREW", "/api/nothing/here")));
    // An invalid document id is an unknown route, whatever else is wrong with the request.
    for id in ["UPPER", ".hidden", "a%20b", &"a".repeat(65)] {
        let request = Request::new("PUT", &path(id)).body("text/plain", "mine\n").with("If-Match", "malformed");
        expect_first(id, 404, server.answer(&request));
    }
}

#[test]
fn method_is_checked_before_conditions() {
    let server = Server::start(PROGRAM);
    history(&server, "doc", &["one\n"]);
    let request = Request::new("POST", &path("doc")).with("If-Match", "malformed");
    let response = expect_first("unsupported method", 405, server.answer(&request));
    let allow = response.field("Allow").expect("a 405 has Allow");
    assert!(allow.contains("PUT") && !allow.contains("POST"), "{response}");
}

#[test]
fn media_type_and_range_are_checked_before_conditions() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let plain = Request::new("PUT", &path("doc")).body("text/plain", "mine\n").with("If-Match", &tags[0]);
    expect_first("unsupported media type", 415, server.answer(&plain));
    let patched = Request::new("PATCH", &path("never")).json(&json!({"content": "mine\n"}));
    let response = expect_first("unsupported patch format, unknown document", 415, server.answer(&patched));
    assert_eq!(response.field("Accept-Patch"), Some("application/merge-patch+json"), "{response}");
    let part = put("doc", "mine\n").with("Content-Range", "bytes 0-3/8").with("If-Match", &tags[0]);
    expect_first("partial PUT", 400, server.answer(&part));
    assert_eq!(content(&server, "doc"), "two\n");
}

#[test]
fn existence_is_checked_before_syntax_of_conditions() {
    let server = Server::start(PROGRAM);
    gone(&server, "gone", &["one\n"]);
    for (id, status) in [("never", 404), ("gone", 410)] {
        for method in ["GET", "HEAD", "DELETE"] {
            let response = server.answer(&Request::new(method, &path(id)).with("If-Match", "malformed"));
            assert_eq!(response.status, status, "{method} {id}: {response}");
        }
        let response = server.answer(&patch(id, &json!({})).with("If-None-Match", "malformed"));
        assert_eq!(response.status, status, "PATCH {id}: {response}");
    }
}

#[test]
fn syntax_of_conditions_is_checked_before_they_are_evaluated() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let request = put("doc", "mine\n").with("If-Match", &tags[0]).with("If-None-Match", "malformed");
    let response = expect_first("stale and malformed", 400, server.answer(&request));
    assert_eq!(response.word("field").as_deref(), Some("If-None-Match"), "{response}");
}

#[test]
fn false_condition_is_412_not_428() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let request = put("doc", "mine\n").with("If-None-Match", &tags[1]);
    expect_first("false and names no version", 412, server.answer(&request));
}

#[test]
fn conditions_are_evaluated_before_the_body_is_parsed() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let invalid_json = || Request::new("PUT", &path("doc")).body("application/json", "{");
    let not_a_document = || Request::new("PUT", &path("doc")).json(&json!({"title": 7}));
    for (what, request) in [("invalid JSON", invalid_json as fn() -> Request), ("not a document", not_a_document)] {
        expect_first(what, 428, server.answer(&request()));
        expect_first(what, 412, server.answer(&request().with("If-Match", &tags[0])));
    }
    expect_first("invalid JSON", 400, server.answer(&invalid_json().with("If-Match", &tags[1])));
    expect_first("not a document", 422, server.answer(&not_a_document().with("If-Match", &tags[1])));
    assert_eq!(content(&server, "doc"), "two\n");
}

#[test]
fn invalid_document_is_422_and_names_the_member() {
    let server = Server::start(PROGRAM);
    let bodies = [
        (json!({"title": "Draft Post"}), "content"),
        (json!({"content": "mine\n"}), "title"),
        (json!({"title": "Draft Post", "content": "mine\n", "etag": "\"v1\""}), "etag"),
    ];
    for (body, member) in bodies {
        let request = Request::new("PUT", &path("doc")).json(&body).with("If-None-Match", "*");
        let response = expect_first(member, 422, server.answer(&request));
        assert!(response.word("detail").is_some_and(|detail| detail.contains(member)), "{member}: {response}");
    }
    expect(404, server.answer(&get("doc")));
}

#[test]
fn body_is_validated_before_references() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n"]);
    let lost = json!({"title": "Draft Post", "content": "mine\n", "parent": "nowhere"});
    let lost_and_unknown = json!({"title": "Draft Post", "content": "mine\n", "parent": "nowhere", "colour": "red"});
    let request = |body| Request::new("PUT", &path("doc")).json(body).with("If-Match", &tags[0]);
    expect_first("unknown member and unknown parent", 422, server.answer(&request(&lost_and_unknown)));
    expect_first("unknown parent", 409, server.answer(&request(&lost)));
    expect_first("unknown parent and stale", 412, server.answer(&request(&lost).with("If-None-Match", "*")));
}

#[test]
fn delete_of_a_document_with_children_is_409() {
    let server = Server::start(PROGRAM);
    let parent = history(&server, "handbook", &["one\n"]).remove(0);
    for id in ["chapter-1", "chapter-2"] {
        let body = json!({"title": id, "content": "", "parent": "handbook"});
        let request = Request::new("PUT", &path(id)).json(&body).with("If-None-Match", "*");
        expect(201, server.answer(&request));
    }
    let delete = || Request::new("DELETE", &path("handbook"));
    expect_first("no condition, and has children", 428, server.answer(&delete()));
    let response = expect_first("has children", 409, server.answer(&delete().with("If-Match", &parent)));
    let text = String::from_utf8_lossy(&response.body).into_owned();
    assert!(text.contains("chapter-1") && text.contains("chapter-2"), "the detail lists the children: {response}");
    let circle = json!({"title": "Handbook", "content": "", "parent": "chapter-1"});
    let request = Request::new("PUT", &path("handbook")).json(&circle).with("If-Match", &parent);
    expect_first("circular parents", 409, server.answer(&request));
    expect(200, server.answer(&get("handbook")));
}

/// A client that waits for `100 Continue` gets it only if all checks pass, and otherwise a refusal.
#[test]
fn expect_continue_is_refused_before_the_body() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let ask = |tag: &str| put("doc", "mine\n").with("If-Match", tag).with("Expect", "100-continue");
    let stranger = "\"v1-00000000-not\"";

    let mut connection = HttpConnection::open(server.address());
    connection.write(&ask(stranger).head(server.host()));
    expect(412, connection.read("PUT"));

    let mut connection = HttpConnection::open(server.address());
    connection.write(&put("doc", "mine\n").with("Expect", "100-continue").head(server.host()));
    expect(428, connection.read("PUT"));

    let request = ask(&tags[1]);
    let mut connection = HttpConnection::open(server.address());
    connection.write(&request.head(server.host()));
    expect(100, connection.read("PUT"));
    connection.write(request.content());
    expect(200, connection.read("PUT"));
}

/// A client that sends its whole body first can still read the refusal.
#[test]
fn client_that_writes_first_still_reads_the_refusal() {
    let server = Server::start(PROGRAM);
    history(&server, "doc", &["one\n"]);
    let request = put("doc", &"long\n".repeat(150_000)).with("If-Match", "\"v1-00000000-not\"");
    let mut connection = HttpConnection::open(server.address());
    connection.write(&request.head(server.host()));
    connection.write(request.content());
    expect(412, connection.read("PUT"));
    // The connection stays usable.
    connection.write(&get("doc").head(server.host()));
    expect(200, connection.read("GET"));
}
