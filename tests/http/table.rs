//! The contract's table of preconditions under the policy `required`, row by row and column by column.
//!
//! An expected response is written as its status, then the reason in its body if it has one, then its `ETag`: `E` for
//! that of the current version, `new` for that of the version which this request created. A response without `E` or
//! `new` must have no `ETag`.

use serde_json::{Value, json};
use tests::documents::{delete, get, gone, history, number, patch, path, put};
use tests::http::{Request, Response};
use tests::serve::Server;

use crate::PROGRAM;

/// A row: the conditions, and the responses if the document exists, is deleted, or has never existed.
///
/// The conditions have one field per line. `{E}` is the current tag, `{S}` an old tag, `{X}` a tag that was never
/// issued, `{LM}` the time of the current version.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// The responses to GET and HEAD.
const READS: &[Row] = &[
    ("", "200 E", "410", "404"),
    ("If-None-Match: {E}", "304 E", "410", "404"),
    ("If-None-Match: W/{E}", "304 E", "410", "404"),
    ("If-None-Match: *", "304 E", "410", "404"),
    ("If-None-Match: {S}, {E}", "304 E", "410", "404"),
    ("If-None-Match: {S}, W/{E}", "304 E", "410", "404"),
    ("If-None-Match: {S}\nIf-None-Match: {E}", "304 E", "410", "404"),
    ("If-None-Match: {S}", "200 E", "410", "404"),
    ("If-Modified-Since: {LM}", "304 E", "410", "404"),
    ("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", "200 E", "410", "404"),
    ("If-Modified-Since: yesterday", "200 E", "410", "404"),
    ("If-Modified-Since: {LM}\nIf-Modified-Since: {LM}", "200 E", "410", "404"),
    ("If-None-Match: {S}\nIf-Modified-Since: {LM}", "200 E", "410", "404"),
    ("If-None-Match: {E}\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", "304 E", "410", "404"),
    ("If-Match: {E}", "200 E", "410", "404"),
    ("If-Match: *", "200 E", "410", "404"),
    ("If-Match: {S}", "412 stale E", "410", "404"),
    ("If-Match: W/{E}", "412 weak_tag E", "410", "404"),
    ("If-Match: {E}\nIf-None-Match: {E}", "304 E", "410", "404"),
    ("If-Match: {S}\nIf-None-Match: {E}", "412 stale E", "410", "404"),
    ("If-Unmodified-Since: {LM}", "200 E", "410", "404"),
    ("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT", "412 stale E", "410", "404"),
    ("If-Match: v5", "400", "410", "404"),
    ("If-None-Match: v5", "400", "410", "404"),
];

/// The responses to PUT; PATCH and DELETE of an existing document have the same.
const WRITES: &[Row] = &[
    ("", "428 no_condition", "428 no_condition", "428 no_condition"),
    ("If-Match: {E}", "200 new", "412 deleted", "412 never_existed"),
    ("If-Match: {S}, {E}", "200 new", "412 deleted", "412 never_existed"),
    ("If-Match: {S}\nIf-Match: {E}", "200 new", "412 deleted", "412 never_existed"),
    ("If-Match: {S}", "412 stale E", "412 deleted", "412 never_existed"),
    ("If-Match: {X}", "412 unknown_tag E", "412 deleted", "412 never_existed"),
    ("If-Match: W/{E}", "412 weak_tag E", "412 deleted", "412 never_existed"),
    ("If-Match: {E-gzip}", "412 transformed_tag E", "412 deleted", "412 never_existed"),
    ("If-Match: {S}, {X}", "412 stale E", "412 deleted", "412 never_existed"),
    ("If-Match:", "412 unknown_tag E", "412 deleted", "412 never_existed"),
    ("If-Match: *", "428 wildcard_names_no_version", "412 deleted", "412 never_existed"),
    ("If-None-Match: *", "412 already_exists E", "201 new", "201 new"),
    ("If-None-Match: {E}", "412 already_exists E", "428 names_no_version", "428 names_no_version"),
    ("If-None-Match: W/{E}", "412 already_exists E", "428 names_no_version", "428 names_no_version"),
    ("If-None-Match: {X}", "428 names_no_version", "428 names_no_version", "428 names_no_version"),
    ("If-Match: {E}\nIf-None-Match: {X}", "200 new", "412 deleted", "412 never_existed"),
    ("If-Match: {E}\nIf-None-Match: {E}", "412 already_exists E", "412 deleted", "412 never_existed"),
    ("If-Match: {E}\nIf-None-Match: *", "412 already_exists E", "412 deleted", "412 never_existed"),
    ("If-Match: {S}\nIf-None-Match: {X}", "412 stale E", "412 deleted", "412 never_existed"),
    (
        "If-Match: {E}\nIf-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
        "200 new",
        "412 deleted",
        "412 never_existed",
    ),
    ("If-Match: {S}\nIf-Unmodified-Since: {LM}", "412 stale E", "412 deleted", "412 never_existed"),
    ("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT", "412 stale E", "412 deleted", "412 never_existed"),
    ("If-Unmodified-Since: tomorrow", "428 no_condition", "428 no_condition", "428 no_condition"),
    ("If-Unmodified-Since: {LM}, {LM}", "428 no_condition", "428 no_condition", "428 no_condition"),
    (
        "If-Unmodified-Since: {LM}\nIf-Unmodified-Since: {LM}",
        "428 no_condition",
        "428 no_condition",
        "428 no_condition",
    ),
    ("If-Modified-Since: {LM}", "428 no_condition", "428 no_condition", "428 no_condition"),
    ("If-Match: v5", "400", "400", "400"),
    ("If-None-Match: {X}, *", "400", "400", "400"),
];

/// The state of the document before the request.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Target {
    Exists,
    Gone,
    Never,
}

/// Calls `check` for each row and column of a table, each with a document of its own.
fn each_cell(rows: &[Row], mut check: impl FnMut(&str, &Case, &str)) {
    for (row, (conditions, exists, gone, never)) in rows.iter().enumerate() {
        let columns = [(Target::Exists, exists), (Target::Gone, gone), (Target::Never, never)];
        for (target, answer) in columns {
            let case = Case { id: format!("row-{row}-{target:?}").to_lowercase(), target };
            check(conditions, &case, answer);
        }
    }
}

/// A document for one request.
struct Case {
    id: String,
    target: Target,
}

/// The tags and the time of the document before the request.
struct Before {
    /// All tags that were issued, oldest first; empty if the document has never existed.
    tags: Vec<String>,
    last_modified: String,
}

impl Case {
    fn prepare(&self, server: &Server) -> Before {
        let texts = ["one\n", "two\n"];
        let (tags, last_modified) = match self.target {
            Target::Exists => {
                let tags = history(server, &self.id, &texts);
                let read = server.answer(&get(&self.id));
                (tags, read.field("Last-Modified").expect("a document has a time").to_owned())
            }
            Target::Gone => (gone(server, &self.id, &texts), SOME_DATE.to_owned()),
            Target::Never => (Vec::new(), SOME_DATE.to_owned()),
        };
        Before { tags, last_modified }
    }
}

/// A date for documents that have none.
const SOME_DATE: &str = "Sun, 22 Nov 2026 05:00:00 GMT";
/// A tag that no server has ever issued.
const UNKNOWN: &str = "\"v1-00000000-not\"";

/// Adds the conditions of a row to a request.
fn with_conditions(mut request: Request, conditions: &str, before: &Before) -> Request {
    let [old, current] = match &before.tags[..] {
        [.., old, current] => [old.as_str(), current.as_str()],
        _ => [UNKNOWN, UNKNOWN],
    };
    let coded = format!("{}-gzip\"", current.trim_end_matches('"'));
    for line in conditions.lines() {
        let (name, value) = line.split_once(':').expect("a row's conditions are field lines");
        let value = value.trim().replace("{E-gzip}", &coded).replace("{E}", current).replace("{S}", old);
        let value = value.replace("{X}", UNKNOWN).replace("{LM}", &before.last_modified);
        request = request.with(name, value);
    }
    request
}

/// Compares a response with a cell of a table.
fn check_answer(what: &str, answer: &str, response: &Response, before: &Before) {
    let mut words = answer.split(' ');
    let status: u16 = words.next().and_then(|word| word.parse().ok()).expect("a cell begins with a status");
    assert_eq!(response.status, status, "{what}: {response}");
    let rest: Vec<&str> = words.collect();
    let (reason, etag) = match rest[..] {
        [] => (None, None),
        [one @ ("E" | "new")] => (None, Some(one)),
        [reason] => (Some(reason), None),
        [reason, etag] => (Some(reason), Some(etag)),
        _ => panic!("{answer} is not an expected response"),
    };
    if status >= 400 && !response.body.is_empty() {
        assert_eq!(response.word("reason").as_deref(), reason, "{what}: reason: {response}");
    }
    let current = before.tags.last();
    match etag {
        None => assert_eq!(response.field("ETag"), None, "{what}: {response}"),
        Some("E") => assert_eq!(response.field("ETag"), current.map(String::as_str), "{what}: {response}"),
        Some(_) => assert!(!before.tags.contains(&response.etag()), "{what}: a new tag: {response}"),
    }
}

/// Checks the fields that every response must have.
fn check_fields(what: &str, response: &Response) {
    let has = |name: &str| response.field(name).is_some();
    assert!(has("Date"), "{what}: Date: {response}");
    assert!(!has("Content-Encoding"), "{what}: documents have no content coding: {response}");
    // A 304 repeats only the fields that a cache needs.
    let about_a_version = has("ETag") && response.status != 304;
    assert_eq!(has("Ifmatch-Author"), about_a_version, "{what}: the author: {response}");
    assert_eq!(has("Last-Modified"), about_a_version, "{what}: the time: {response}");
    if response.status >= 400 {
        assert_eq!(response.field("Content-Type"), Some("application/problem+json"), "{what}: {response}");
        assert_eq!(response.field("Cache-Control"), Some("no-store"), "{what}: {response}");
    }
}

#[test]
fn gets_match_the_table() {
    let server = Server::start(PROGRAM);
    each_cell(READS, |conditions, case, answer| {
        let before = case.prepare(&server);
        for method in ["GET", "HEAD"] {
            let what = format!("{method} {:?} with [{conditions}]", case.target);
            let request = with_conditions(Request::new(method, &path(&case.id)), conditions, &before);
            let response = server.answer(&request);
            check_answer(&what, answer, &response, &before);
            check_fields(&what, &response);
            match response.status {
                200 => {
                    assert_eq!(response.field("Cache-Control"), Some("no-cache, no-transform"), "{what}: {response}");
                    assert_eq!(response.field("Content-Type"), Some("application/json"), "{what}: {response}");
                    assert_eq!(response.field("Accept-Ranges"), Some("none"), "{what}: {response}");
                    assert_eq!(response.field("Ifmatch-Author"), Some("bob"), "{what}: {response}");
                    let body = if method == "GET" { br#"{"title":"Draft Post","content":"two\n"}"# } else { &b""[..] };
                    assert_eq!(response.body, body, "{what}: the body is the document as it was written: {response}");
                }
                304 => {
                    assert_eq!(response.field("Cache-Control"), Some("no-cache, no-transform"), "{what}: {response}");
                    assert!(response.body.is_empty(), "{what}: {response}");
                }
                _ => {}
            }
        }
    });
}

#[test]
fn puts_match_the_table() {
    let server = Server::start(PROGRAM);
    each_cell(WRITES, |conditions, case, answer| {
        let what = format!("PUT {:?} with [{conditions}]", case.target);
        let before = case.prepare(&server);
        let request = put(&case.id, "three\n").with("Ifmatch-Author", "carol");
        let response = server.answer(&with_conditions(request, conditions, &before));
        check_answer(&what, answer, &response, &before);
        check_fields(&what, &response);
        check_effect(&what, &server, case, &response, &before, "three\n");
        if response.status < 300 {
            assert_eq!(response.field("Cache-Control"), Some("no-store"), "{what}: {response}");
            assert_eq!(response.field("Ifmatch-Author"), Some("carol"), "{what}: {response}");
        }
        if response.status == 201 {
            assert_eq!(response.field("Location"), Some(path(&case.id).as_str()), "{what}: {response}");
        }
        if response.status == 428 && case.target != Target::Exists {
            let detail = response.word("detail").expect("a refusal is explained");
            assert!(detail.contains("If-None-Match: *"), "{what}: the detail says what to send instead: {response}");
        }
    });
}

#[test]
fn patches_match_the_table() {
    let server = Server::start(PROGRAM);
    each_cell(WRITES, |conditions, case, answer| {
        let what = format!("PATCH {:?} with [{conditions}]", case.target);
        let before = case.prepare(&server);
        let request = patch(&case.id, &json!({"content": "three\n"}));
        let response = server.answer(&with_conditions(request, conditions, &before));
        check_answer(&what, answer_for_existing_only(case, answer), &response, &before);
        check_fields(&what, &response);
        check_effect(&what, &server, case, &response, &before, "three\n");
    });
}

#[test]
fn deletes_match_the_table() {
    let server = Server::start(PROGRAM);
    each_cell(WRITES, |conditions, case, answer| {
        let what = format!("DELETE {:?} with [{conditions}]", case.target);
        let before = case.prepare(&server);
        let response = server.answer(&with_conditions(delete(&case.id), conditions, &before));
        let answer = answer_for_existing_only(case, answer);
        if answer.starts_with("200") {
            assert_eq!(response.status, 204, "{what}: {response}");
            let after = server.answer(&get(&case.id));
            assert_eq!(after.status, 410, "{what}: afterwards: {after}");
        } else {
            check_answer(&what, answer, &response, &before);
            check_fields(&what, &response);
            check_effect(&what, &server, case, &response, &before, "");
        }
    });
}

/// Returns the expected response to PATCH or DELETE, which need an existing document.
fn answer_for_existing_only<'a>(case: &Case, answer: &'a str) -> &'a str {
    match case.target {
        Target::Exists => answer,
        Target::Gone => "410",
        Target::Never => "404",
    }
}

/// Checks the document afterwards: a success has written one version, a refusal nothing.
fn check_effect(what: &str, server: &Server, case: &Case, response: &Response, before: &Before, content: &str) {
    let after = server.answer(&get(&case.id));
    if response.status < 300 {
        assert_eq!(after.etag(), response.etag(), "{what}: the response has the document's tag: {after}");
        assert_eq!(after.word("content").as_deref(), Some(content), "{what}: it was written: {after}");
        // A deletion is a version too.
        let deletions = u64::from(case.target == Target::Gone);
        let expected = before.tags.last().map_or(0, |tag| number(tag)) + deletions + 1;
        assert_eq!(number(&response.etag()), expected, "{what}: one more version: {response}");
    } else {
        let status = match case.target {
            Target::Exists => 200,
            Target::Gone => 410,
            Target::Never => 404,
        };
        assert_eq!(after.status, status, "{what}: a refusal changes nothing: {after}");
        assert_eq!(after.field("ETag"), before.tags.last().map(String::as_str).filter(|_| status == 200), "{what}");
    }
}

#[test]
fn post_creates_and_never_replaces() {
    let server = Server::start(PROGRAM);
    let post = |body: &Value| server.answer(&Request::new("POST", "/api/documents").json(body));
    let named = |id: &str| json!({"id": id, "title": "Draft Post", "content": "three\n"});
    for target in [Target::Exists, Target::Gone, Target::Never] {
        let case = Case { id: format!("post-{target:?}").to_lowercase(), target };
        case.prepare(&server);
        let response = post(&named(&case.id));
        if target == Target::Exists {
            assert_eq!(response.status, 409, "{target:?}: {response}");
            continue;
        }
        assert_eq!(response.status, 201, "{target:?}: {response}");
        assert_eq!(response.field("Location"), Some(path(&case.id).as_str()), "{target:?}: {response}");
        assert_eq!(server.answer(&get(&case.id)).etag(), response.etag(), "{target:?}");
    }
    let unnamed = post(&json!({"title": "Draft Post", "content": "three\n"}));
    assert_eq!(unnamed.status, 201, "without an id the server chooses one: {unnamed}");
    let location = unnamed.field("Location").expect("a 201 has a Location").to_owned();
    assert_eq!(server.answer(&Request::new("GET", &location)).etag(), unnamed.etag());
}

#[test]
fn options_ignore_conditions() {
    let server = Server::start(PROGRAM);
    for target in [Target::Exists, Target::Gone, Target::Never] {
        let case = Case { id: format!("options-{target:?}").to_lowercase(), target };
        case.prepare(&server);
        let request = Request::new("OPTIONS", &path(&case.id)).with("If-Match", UNKNOWN).with("If-None-Match", "*");
        let response = server.answer(&request);
        assert_eq!(response.status, 204, "{target:?}: {response}");
        let allow = response.field("Allow").unwrap_or_default();
        for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            assert!(allow.split(',').any(|word| word.trim() == method), "{target:?}: {method}: {response}");
        }
        assert_eq!(response.field("Accept-Patch"), Some("application/merge-patch+json"), "{target:?}: {response}");
    }
}
