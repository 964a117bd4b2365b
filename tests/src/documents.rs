//! Documents to try things on, and short names for what is asked about them over HTTP.

use serde_json::{Value, json};

use crate::http::{Request, Response};
use crate::serve::Server;

/// Where a document stands.
#[must_use]
pub fn path(id: &str) -> String {
    format!("/api/documents/{id}")
}

/// A document with this text.
#[must_use]
pub fn document(content: &str) -> Value {
    json!({"title": "Draft Post", "content": content})
}

/// `GET` of a document.
#[must_use]
pub fn get(id: &str) -> Request {
    Request::new("GET", &path(id))
}

/// `PUT` of a document with this text.
#[must_use]
pub fn put(id: &str, content: &str) -> Request {
    Request::new("PUT", &path(id)).json(&document(content))
}

/// `DELETE` of a document.
#[must_use]
pub fn delete(id: &str) -> Request {
    Request::new("DELETE", &path(id))
}

/// `PATCH` of a document with this merge patch.
#[must_use]
pub fn patch(id: &str, patch: &Value) -> Request {
    Request::new("PATCH", &path(id)).body("application/merge-patch+json", patch.to_string())
}

/// Makes a document with these texts, one after the other, written by alice, bob, carol and so on in turn. The tags of
/// the versions, oldest first.
#[expect(clippy::must_use_candidate, reason = "often the document is all that matters")]
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

/// Makes a document and deletes it. Dave deletes it, whoever wrote it.
#[expect(clippy::must_use_candidate, reason = "often the document is all that matters")]
pub fn gone(server: &Server, id: &str, contents: &[&str]) -> Vec<String> {
    let tags = history(server, id, contents);
    let last = tags.last().expect("at least one version");
    let response = server.answer(&delete(id).with("If-Match", last).with("Ifmatch-Author", "dave"));
    assert_eq!(response.status, 204, "{response}");
    tags
}

/// The text of a document, as it is now.
#[must_use]
pub fn content(server: &Server, id: &str) -> String {
    let response = server.answer(&get(id));
    assert_eq!(response.status, 200, "{response}");
    response.word("content").expect("a document has a text")
}

/// All versions of a document, newest first.
#[must_use]
pub fn versions(server: &Server, id: &str) -> Vec<Value> {
    let response = server.answer(&Request::new("GET", &format!("{}/versions?limit=1000", path(id))));
    assert_eq!(response.status, 200, "{response}");
    response.json()["versions"].as_array().expect("a list").clone()
}

/// The number in a tag such as `"v5-d4f8c2a1"`.
#[must_use]
pub fn number(tag: &str) -> u64 {
    let digits = tag.strip_prefix("\"v").and_then(|rest| rest.split('-').next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("no number in {tag}"))
}

/// A response with this status, or the test has failed.
#[expect(clippy::must_use_candidate, reason = "often the status is all that matters")]
pub fn expect(status: u16, response: Response) -> Response {
    assert_eq!(response.status, status, "{response}");
    response
}
