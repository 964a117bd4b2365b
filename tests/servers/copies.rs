//! Requests are processed under a copy of the settings, and again if that is out of date.

use serde_json::json;
use tests::documents::{content, expect, get, history, put};
use tests::http::Request;
use tests::policy::switch;

use crate::ServerPair;

/// The changes of a test. Each is on the other server than the request after it.
const CHANGES: usize = 12;

/// The copy is out of date for each request, and the document is in memory.
#[test]
fn write_under_an_old_copy_is_made_once_with_its_body() {
    let pair = ServerPair::start();
    let [leader, other] = [&pair.first, &pair.second];
    let mut seen = history(other, "doc", &["0\n"]).remove(0);
    for change in 1..=CHANGES {
        let join = Request::new("POST", "/api/participants").json(&json!({"name": format!("sam{change}")}));
        expect(201, leader.answer(&join));
        let text = format!("{change}\n");
        seen = expect(200, other.answer(&put("doc", &text).with("If-Match", &seen))).etag();
        assert!(seen.starts_with(&format!("\"v{}-", change + 1)), "{seen}");
        assert_eq!(content(leader, "doc"), text);
    }
}

/// Each request is judged by the policy acknowledged just before, though nothing else asks for it.
#[test]
fn request_under_an_old_copy_is_judged_by_the_new_policy() {
    let pair = ServerPair::start();
    let tags = history(&pair.second, "doc", &["one\n", "two\n"]);
    let current = &tags[1];
    for (leader, other) in pair.both_ways().into_iter().cycle().take(CHANGES) {
        switch(leader, "preconditions", "ignored");
        let made = expect(200, other.answer(&put("doc", "two\n").with("If-Match", "\"stale\"")));
        assert!(made.field("Ifmatch-Unsafe").is_some(), "{made}");
        switch(leader, "etags", "content");
        let tag = expect(200, other.answer(&get("doc"))).etag();
        assert!(tag.starts_with("\"c-"), "{tag}");
        expect(200, other.answer(&get("doc").with("If-None-Match", current)));
        switch(leader, "etags", "version");
        expect(304, other.answer(&get("doc").with("If-None-Match", current)));
        switch(leader, "preconditions", "required");
        expect(428, other.answer(&put("doc", "three\n")));
        expect(412, other.answer(&put("doc", "three\n").with("If-Match", &tags[0])));
    }
}
