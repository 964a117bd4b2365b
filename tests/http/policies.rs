//! The policies `optional` and `ignored`, and switching from one policy to another.

use serde_json::json;
use tests::documents::{content, delete, expect, get, history, put, versions};
use tests::http::{Request, Response};
use tests::policy::{put_policy, switch};
use tests::serve::Server;

use crate::PROGRAM;

fn overwrote(response: &Response) -> Option<&str> {
    response.field("Ifmatch-Overwrote")
}

#[test]
fn policy_is_changed_with_if_match_only() {
    let server = Server::start(PROGRAM);
    let read = expect(200, server.answer(&Request::new("GET", "/control/policy")));
    let policy = json!({"preconditions": "required", "etags": "version", "judging": "atomic", "dates": "proven"});
    assert_eq!(read.json(), policy, "the default policy");
    let ignored = json!({"preconditions": "ignored", "etags": "version", "judging": "atomic", "dates": "proven"});
    expect(428, server.answer(&put_policy(&ignored)));
    switch(&server, "preconditions", "optional");
    expect(412, server.answer(&put_policy(&ignored).with("If-Match", read.etag())));
    let now = expect(200, server.answer(&Request::new("GET", "/control/policy")));
    assert_eq!(now.json()["preconditions"], "optional");
}

#[test]
fn optional_evaluates_conditions_and_requires_none() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    switch(&server, "preconditions", "optional");
    expect(412, server.answer(&put("doc", "mine\n").with("If-Match", &tags[0])));
    expect(412, server.answer(&put("doc", "mine\n").with("If-Match", "")));
    expect(412, server.answer(&put("doc", "mine\n").with("If-None-Match", "*")));
    expect(400, server.answer(&put("doc", "mine\n").with("If-Match", "malformed")));
    assert_eq!(content(&server, "doc"), "two\n");
    expect(200, server.answer(&put("doc", "three\n")));
    expect(200, server.answer(&put("doc", "four\n").with("If-Match", "*")));
    assert_eq!(content(&server, "doc"), "four\n");
    expect(201, server.answer(&put("new", "one\n")));
    expect(204, server.answer(&delete("new")));
    expect(410, server.answer(&get("new")));
}

#[test]
fn ignored_lets_the_last_write_win_and_names_the_loser() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    switch(&server, "preconditions", "ignored");

    let stale = expect(200, server.answer(&put("doc", "three\n").with("If-Match", &tags[0])));
    assert_eq!(overwrote(&stale), Some(tags[1].as_str()), "{stale}");
    let without = expect(200, server.answer(&put("doc", "four\n")));
    assert_eq!(overwrote(&without), Some(stale.etag().as_str()), "{without}");
    let current = expect(200, server.answer(&put("doc", "five\n").with("If-Match", without.etag())));
    assert_eq!(overwrote(&current), None, "its writer had seen the version, so nothing is lost: {current}");
    assert_eq!(content(&server, "doc"), "five\n");

    // The history shows the lost updates: versions whose writer named another version than the replaced one.
    let versions = versions(&server, "doc");
    let lost: Vec<_> = versions.iter().filter(|v| v["version"] != 1 && v["basedOn"] != v["parentEtag"]).collect();
    let numbers: Vec<_> = lost.iter().map(|version| version["version"].as_u64()).collect();
    assert_eq!(numbers, [Some(4), Some(3)], "{versions:#?}");
}

#[test]
fn conditional_get_works_under_every_policy() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    switch(&server, "preconditions", "ignored");
    expect(304, server.answer(&get("doc").with("If-None-Match", &tags[1])));
    expect(412, server.answer(&get("doc").with("If-Match", &tags[0])));
}

#[test]
fn policy_can_be_given_at_start() {
    let arguments = ["--listen", "127.0.0.1:0", "--store", "memory:", "--preconditions", "ignored"];
    let server = Server::start_with(PROGRAM, &arguments);
    expect(201, server.answer(&put("doc", "one\n")));
    let overwriting = expect(200, server.answer(&put("doc", "two\n")));
    assert!(overwrote(&overwriting).is_some(), "{overwriting}");
}

#[test]
fn unsafe_policy_is_named_in_every_response() {
    let server = Server::start(PROGRAM);
    let safe = history(&server, "doc", &["A\n", "B\n"]);
    assert_eq!(server.answer(&get("doc")).field("Ifmatch-Unsafe"), None);
    switch(&server, "etags", "content");
    let read = expect(200, server.answer(&get("doc")));
    assert_eq!(read.field("Ifmatch-Unsafe"), Some("etags=content"), "{read}");
    assert_ne!(read.etag(), safe[1], "a hash of the content is a different tag");
    // A-B-A: the same text has the same tag again, so the holder of the old tag does not notice the change between.
    let first = read.etag();
    let second = expect(200, server.answer(&put("doc", "C\n").with("If-Match", &first))).etag();
    let third = expect(200, server.answer(&put("doc", "B\n").with("If-Match", &second))).etag();
    assert_eq!(third, first);
    let missing = expect(404, server.answer(&get("never")));
    assert_eq!(missing.field("Ifmatch-Unsafe"), Some("etags=content"), "{missing}");
}
