//! `ifmatch proxy --guard` in front of a server that loses updates.
//!
//! That is a document server that ignores all conditions.

use serde_json::json;
use tests::documents::{content, document, expect, get, history, path, put};
use tests::http::{Request, Response};
use tests::policy::switch;
use tests::serve::Server;

use crate::PROGRAM;
use crate::crashes::{append_until_killed, check_acknowledged};

/// A server that evaluates no condition of a write, with one document.
fn careless_server() -> Server {
    let server = Server::start(PROGRAM);
    history(&server, "doc", &[""]);
    switch(&server, "preconditions", "ignored");
    server
}

fn guarded(server: &Server, mode: &str) -> Server {
    let to = server.url();
    Server::start_proxy(PROGRAM, &["--to", &to, "--listen", "127.0.0.1:0", mode])
}

/// Returns the tag that a read through the proxy gets.
fn tag(proxy: &Server) -> String {
    expect(200, proxy.answer(&get("doc"))).etag()
}

#[test]
fn careless_server_is_guarded_and_the_record_has_the_evaluation() {
    let server = careless_server();
    let proxy = guarded(&server, "--guard");
    let first = tag(&proxy);
    let refused = expect(428, proxy.answer(&put("doc", "mine\n")));
    assert_eq!(refused.json()["type"], "/.ifmatch/problems/precondition-required");
    assert_eq!((&refused.json()["instance"], &refused.json()["currentEtag"]), (&json!(path("doc")), &json!(first)));
    let page = expect(200, proxy.answer(&Request::new("GET", "/.ifmatch/problems/not-guardable")));
    assert!(String::from_utf8_lossy(&page.body).contains("differs_with_every_read"));

    let written = expect(200, proxy.answer(&put("doc", "one\n").with("If-Match", &first)));
    assert_eq!(written.etag(), tag(&proxy));
    let stale = expect(412, proxy.answer(&put("doc", "two\n").with("If-Match", &first)));
    assert_eq!((stale.etag(), &stale.json()["reason"]), (written.etag(), &json!("stale")));
    assert_eq!(content(&server, "doc"), "one\n");

    let exchanges = expect(200, proxy.answer(&Request::new("GET", "/.ifmatch/control/exchanges"))).json();
    let exchanges = exchanges["exchanges"].as_array().expect("a list").clone();
    let last = exchanges.iter().rfind(|exchange| exchange["status"] == 412).expect("it is recorded");
    assert_eq!(last["evaluation"][0]["holds"], json!(false), "{last}");
    // The guard's own reads are not exchanges of a client.
    let statuses: Vec<_> = exchanges.iter().map(|exchange| exchange["status"].as_u64()).collect();
    assert_eq!(statuses, [200, 428, 200, 200, 412].map(Some));
}

#[test]
fn optional_guard_lets_a_write_without_a_condition_through() {
    let server = careless_server();
    let proxy = guarded(&server, "--guard=optional");
    let first = tag(&proxy);
    expect(200, proxy.answer(&put("doc", "one\n")));
    expect(412, proxy.answer(&put("doc", "two\n").with("If-Match", &first)));
    assert_eq!(content(&server, "doc"), "one\n");
}

/// The client sees its own paths, not those of the server behind the proxy.
#[test]
fn paths_in_responses_are_those_of_the_client() {
    let server = careless_server();
    let to = format!("{}/api", server.url());
    let proxy = Server::start_proxy(PROGRAM, &["--to", &to, "--listen", "127.0.0.1:0", "--guard"]);
    let write = Request::new("PUT", "/documents/doc").json(&document("mine\n"));
    assert_eq!(expect(428, proxy.answer(&write)).json()["instance"], "/documents/doc");
    let stale = write.with("If-Match", "\"x\"").with("Prefer", "return=representation");
    let response: Response = expect(412, proxy.answer(&stale));
    assert_eq!(response.field("Content-Location"), Some("/documents/doc"));
    assert_eq!(response.json()["content"], "");
}

/// After a kill, each acknowledged write is at the server, and each tag of before is stale.
#[test]
fn killed_proxy_loses_no_acknowledged_write() {
    let server = careless_server();
    let proxy = guarded(&server, "--guard");
    let before = tag(&proxy);
    let addresses = proxy.addresses();
    let acknowledged = append_until_killed(&addresses, || proxy.kill());
    let text = content(&server, "doc");
    // The guard names the version to the server, so the server's own history shows that none was overwritten unseen.
    check_acknowledged(&server, &acknowledged);

    let proxy = guarded(&server, "--guard");
    let refused = expect(412, proxy.answer(&put("doc", "mine\n").with("If-Match", &before)));
    let detail = refused.json()["detail"].as_str().expect("a sentence").to_owned();
    assert!(detail.contains("before the proxy was started again"), "{detail}");
    expect(200, proxy.answer(&put("doc", &(text.clone() + "new\n")).with("If-Match", refused.etag())));
    assert_eq!(content(&server, "doc"), text + "new\n");
}
