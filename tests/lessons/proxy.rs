//! Lessons with a proxy between the clients and the server, which changes tags.

use crate::program::{file, run};

/// A lesson in which Alice has an editor and Dora a client without one, both behind the proxy.
const BEHIND_A_PROXY: &str = r#"
title = "Behind a proxy"
goal = "G"
minutes = 5
[documents.party]
content = "When: Saturday\n"

[[step]]
who = "Dora"
sends = "GET /api/documents/party"
[[step]]
expect = "Dora"
fields = { ETag = "{Alice.base}", Via = "1.1 transit-proxy" }

[[step]]
proxy = "weaken"
[[step]]
who = "Dora"
sends = "GET /api/documents/party"
[[step]]
expect = "Dora"
fields = { ETag = "W/{Alice.base}" }
[[step]]
who = "Dora"
sends = "PUT /api/documents/party"
fields = { If-Match = "{Dora.ETag}" }
content = "When: Sunday\n"
[[step]]
expect = "Dora"
status = 412
reason = "weak_tag"
request = { If-Match = "W/{Alice.base}" }

[[step]]
proxy = "suffix"
[[step]]
who = "Dora"
sends = "GET /api/documents/party"
[[step]]
who = "Dora"
sends = "PUT /api/documents/party"
fields = { If-Match = "{Dora.ETag}" }
content = "When: Sunday\n"
[[step]]
expect = "Dora"
status = 412
reason = "transformed_tag"
[[step]]
document = "party"
versions = 1

[[step]]
proxy = "none"
[[step]]
hold = "writes"
[[step]]
who = "Alice"
does = "type"
append = "Where: here\n"
[[step]]
who = "Alice"
does = "save"
[[step]]
release = "Alice"
response = "lost"
[[step]]
expect = "Alice"
lost = true
[[step]]
document = "party"
has = "Where: here"
versions = 2
"#;

#[test]
fn changed_tag_is_refused_behind_a_proxy() {
    let (_folder, path) = file("mine.toml", BEHIND_A_PROXY);
    let ran = run(&["lesson", "--lessons", &path.display().to_string()]);
    assert_eq!(ran.code, 0, "{}{}", ran.output, ran.errors);
    assert!(ran.errors.contains("claims hold"), "{}", ran.errors);
    assert!(ran.output.contains("proxy: weaken") && ran.output.contains("-gzip\""), "{}", ran.output);
    let again = run(&["lesson", "--lessons", &path.display().to_string()]);
    assert_eq!(ran.output, again.output, "each run is the same");
}

#[test]
fn stage_sends_requests_through_the_proxy_too() {
    let (_folder, path) = file("mine.toml", BEHIND_A_PROXY);
    let ran = run(&["lesson", "mine", "--lessons", &path.display().to_string(), "--transcript", "stage"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    assert!(ran.errors.contains("claims hold"), "{}", ran.errors);
}

#[test]
fn unknown_rewriting_is_reported_with_its_line() {
    let (_folder, path) = file("mine.toml", &BEHIND_A_PROXY.replace("\"suffix\"", "\"gzip\""));
    let ran = run(&["lesson", "--check", &path.display().to_string()]);
    assert_eq!(ran.code, 2);
    assert!(ran.errors.contains("'proxy' cannot be 'gzip'; expected"), "{}", ran.errors);
}
