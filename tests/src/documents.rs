//! Test documents, and short functions for the requests about them.

use serde_json::{Value, json};

use crate::http::{Request, Response};
use crate::serve::Server;

/// Returns the path of a document.
#[must_use]
pub fn path(id: &str) -> String {
    format!("/api/documents/{id}")
}

/// Returns a document with this text, as JSON.
#[must_use]
pub fn document(content: &str) -> Value {
    json!({"title": "Draft Post", "content": content})
}

/// Returns a `GET` of a document.
#[must_use]
pub fn get(id: &str) -> Request {
    Request::new("GET", &path(id))
}

/// Returns a `PUT` of a document with this text.
#[must_use]
pub fn put(id: &str, content: &str) -> Request {
    Request::new("PUT", &path(id)).json(&document(content))
}

/// Returns a `DELETE` of a document.
#[must_use]
pub fn delete(id: &str) -> Request {
    Request::new("DELETE", &path(id))
}

/// Returns a `PATCH` of a document with this merge patch.
#[must_use]
pub fn patch(id: &str, patch: &Value) -> Request {
    Request::new("PATCH", &path(id)).body("application/merge-patch+json", patch.to_string())
}

/// Creates a document and replaces its text once per further entry of `contents`.
///
/// The authors are alice, bob, carol and dave in turn. Returns the tags of the versions, oldest first.
pub fn history(server: &Server, id: &str, contents: &[&str]) -> Vec<String> {
    let authors = ["alice", "bob", "carol", "dave"];
    let mut tags: Vec<String> = Vec::new();
    for (content, author) in contents.iter().zip(authors) {
        let request = put(id, content).with("Ifmatch-Author", author);
        let request = match tags.last() {
            Some(tag) => request.with("If-Match", tag),
            None => request.with("If-None-Match", "*"),
        };
        let response = server.answer(&request);
        assert!(matches!(response.status, 200 | 201), "{response}");
        tags.push(response.etag());
    }
    tags
}

/// Creates a document and deletes it in dave's name.
///
/// Returns the tags of the versions before the deletion.
pub fn gone(server: &Server, id: &str, contents: &[&str]) -> Vec<String> {
    let tags = history(server, id, contents);
    let last = tags.last().expect("at least one version");
    let response = server.answer(&delete(id).with("If-Match", last).with("Ifmatch-Author", "dave"));
    assert_eq!(response.status, 204, "{response}");
    tags
}

/// Returns the current text of a document.
#[must_use]
pub fn content(server: &Server, id: &str) -> String {
    let response = server.answer(&get(id));
    assert_eq!(response.status, 200, "{response}");
    response.word("content").expect("a document has a text")
}

/// Returns all versions of a document, newest first.
#[must_use]
pub fn versions(server: &Server, id: &str) -> Vec<Value> {
    let response = server.answer(&Request::new("GET", &format!("{}/versions?limit=1000", path(id))));
    assert_eq!(response.status, 200, "{response}");
    response.json()["versions"].as_array().expect("a list").clone()
}

/// Returns the version number in a tag such as `"v5-d4f8c2a1"`.
#[must_use]
pub fn number(tag: &str) -> u64 {
    let digits = tag.strip_prefix("\"v").and_then(|rest| rest.split('-').next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("no number in {tag}"))
}

/// Returns the response if it has this status; otherwise the test fails.
#[expect(clippy::must_use_candidate, reason = "often the status is all that matters")]
pub fn expect(status: u16, response: Response) -> Response {
    assert_eq!(response.status, status, "{response}");
    response
}
