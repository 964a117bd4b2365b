//! The order of judgement: where two things are wrong with a request, which of them it is told.

use serde_json::json;
use tests::documents::{content, expect, get, gone, history, patch, path, put};
use tests::http::{HttpConnection, Request, Response};
use tests::serve::Server;

use crate::PROGRAM;

/// Sends a request on which more than one thing is wrong.
fn first_of(what: &str, status: u16, response: Response) -> Response {
    assert_eq!(response.status, status, "{what}: {response}");
    assert_eq!(response.field("Content-Type"), Some("application/problem+json"), "{what}: {response}");
    assert_eq!(response.json()["status"], json!(status), "{what}: {response}");
    response
}

#[test]
fn the_route_comes_before_the_method() {
    let server = Server::start(PROGRAM);
    first_of("no such place", 404, server.answer(&Request::new("BREW", "/api/nothing/here")));
    // What cannot be the name of a document leads nowhere either, whatever else is wrong with the request.
    for id in ["UPPER", ".hidden", "a%20b", &"a".repeat(65)] {
        let request = Request::new("PUT", &path(id)).body("text/plain", "mine\n").with("If-Match", "malformed");
        first_of(id, 404, server.answer(&request));
    }
}

#[test]
fn the_method_comes_before_the_conditions() {
    let server = Server::start(PROGRAM);
    history(&server, "doc", &["one\n"]);
    let request = Request::new("POST", &path("doc")).with("If-Match", "malformed");
    let response = first_of("a method that is not there", 405, server.answer(&request));
    let allow = response.field("Allow").expect("a 405 says what is there");
    assert!(allow.contains("PUT") && !allow.contains("POST"), "{response}");
}

#[test]
fn what_is_declared_comes_before_the_conditions() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let plain = Request::new("PUT", &path("doc")).body("text/plain", "mine\n").with("If-Match", &tags[0]);
    first_of("a media type that is no document's", 415, server.answer(&plain));
    let patched = Request::new("PATCH", &path("never")).json(&json!({"content": "mine\n"}));
    let response = first_of("a patch of an unknown kind, and nothing there", 415, server.answer(&patched));
    assert_eq!(response.field("Accept-Patch"), Some("application/merge-patch+json"), "{response}");
    let part = put("doc", "mine\n").with("Content-Range", "bytes 0-3/8").with("If-Match", &tags[0]);
    first_of("a part of a document", 400, server.answer(&part));
    assert_eq!(content(&server, "doc"), "two\n");
}

#[test]
fn being_there_comes_before_the_syntax_of_conditions() {
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
fn the_syntax_of_conditions_comes_before_their_truth() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let request = put("doc", "mine\n").with("If-Match", &tags[0]).with("If-None-Match", "malformed");
    let response = first_of("stale, and malformed", 400, server.answer(&request));
    assert_eq!(response.word("field").as_deref(), Some("If-None-Match"), "{response}");
}

#[test]
fn a_false_condition_comes_before_a_missing_one() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let request = put("doc", "mine\n").with("If-None-Match", &tags[1]);
    first_of("false, and names no version", 412, server.answer(&request));
}

#[test]
fn the_conditions_come_before_the_body() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let no_json = || Request::new("PUT", &path("doc")).body("application/json", "{");
    let no_document = || Request::new("PUT", &path("doc")).json(&json!({"title": 7}));
    for (what, request) in [("no JSON", no_json as fn() -> Request), ("no document", no_document)] {
        first_of(what, 428, server.answer(&request()));
        first_of(what, 412, server.answer(&request().with("If-Match", &tags[0])));
    }
    first_of("no JSON", 400, server.answer(&no_json().with("If-Match", &tags[1])));
    first_of("no document", 422, server.answer(&no_document().with("If-Match", &tags[1])));
    assert_eq!(content(&server, "doc"), "two\n");
}

#[test]
fn a_document_is_refused_by_the_name_of_what_is_wrong_with_it() {
    let server = Server::start(PROGRAM);
    let bodies = [
        (json!({"title": "Draft Post"}), "content"),
        (json!({"content": "mine\n"}), "title"),
        (json!({"title": "Draft Post", "content": "mine\n", "etag": "\"v1\""}), "etag"),
    ];
    for (body, member) in bodies {
        let request = Request::new("PUT", &path("doc")).json(&body).with("If-None-Match", "*");
        let response = first_of(member, 422, server.answer(&request));
        assert!(response.word("detail").is_some_and(|detail| detail.contains(member)), "{member}: {response}");
    }
    expect(404, server.answer(&get("doc")));
}

#[test]
fn the_body_comes_before_the_state_of_the_store() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n"]);
    let lost = json!({"title": "Draft Post", "content": "mine\n", "parent": "nowhere"});
    let worse = json!({"title": "Draft Post", "content": "mine\n", "parent": "nowhere", "colour": "red"});
    let request = |body| Request::new("PUT", &path("doc")).json(body).with("If-Match", &tags[0]);
    first_of("an unknown member, and an unknown parent", 422, server.answer(&request(&worse)));
    first_of("an unknown parent", 409, server.answer(&request(&lost)));
    first_of("the same, and stale", 412, server.answer(&request(&lost).with("If-None-Match", "*")));
}

#[test]
fn a_delete_waits_for_the_children() {
    let server = Server::start(PROGRAM);
    let parent = history(&server, "handbook", &["one\n"]).remove(0);
    for id in ["chapter-1", "chapter-2"] {
        let body = json!({"title": id, "content": "", "parent": "handbook"});
        let request = Request::new("PUT", &path(id)).json(&body).with("If-None-Match", "*");
        expect(201, server.answer(&request));
    }
    let delete = || Request::new("DELETE", &path("handbook"));
    first_of("no condition, and children", 428, server.answer(&delete()));
    let response = first_of("children", 409, server.answer(&delete().with("If-Match", &parent)));
    let text = String::from_utf8_lossy(&response.body).into_owned();
    assert!(text.contains("chapter-1") && text.contains("chapter-2"), "it lists them: {response}");
    let circle = json!({"title": "Handbook", "content": "", "parent": "chapter-1"});
    let request = Request::new("PUT", &path("handbook")).json(&circle).with("If-Match", &parent);
    first_of("a circle", 409, server.answer(&request));
    expect(200, server.answer(&get("handbook")));
}

/// A client that waits for `100 Continue` is refused before it has sent its body, and is told to go on only where
/// nothing speaks against it.
#[test]
fn who_waits_to_be_told_is_refused_without_a_body() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    let ask = |tag: &str| put("doc", "mine\n").with("If-Match", tag).with("Expect", "100-continue");
    let stranger = "\"v1-00000000-not\"";

    let mut connection = HttpConnection::open(server.address());
    connection.write(&ask(stranger).head(server.address()));
    expect(412, connection.read("PUT"));

    let mut connection = HttpConnection::open(server.address());
    connection.write(&put("doc", "mine\n").with("Expect", "100-continue").head(server.address()));
    expect(428, connection.read("PUT"));

    let request = ask(&tags[1]);
    let mut connection = HttpConnection::open(server.address());
    connection.write(&request.head(server.address()));
    expect(100, connection.read("PUT"));
    connection.write(request.content());
    expect(200, connection.read("PUT"));
}

/// A client that sends all of its body first can do so, and reads the refusal afterwards.
#[test]
fn who_writes_first_still_reads_the_refusal() {
    let server = Server::start(PROGRAM);
    history(&server, "doc", &["one\n"]);
    let request = put("doc", &"long\n".repeat(150_000)).with("If-Match", "\"v1-00000000-not\"");
    let mut connection = HttpConnection::open(server.address());
    connection.write(&request.head(server.address()));
    connection.write(request.content());
    expect(412, connection.read("PUT"));
    // And the connection goes on.
    connection.write(&get("doc").head(server.address()));
    expect(200, connection.read("GET"));
}
