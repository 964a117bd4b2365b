//! Expensive requests from several clients at the same time, and the effect on another client.

use std::thread;

use serde_json::json;
use tests::documents::{get, patch, path, put};
use tests::http::Request;
use tests::second_client::beside;
use tests::serve::{OneServer, Server};
use tests::usage::budget;

use crate::PROGRAM;

/// The number of clients that attack at the same time.
const ATTACKERS: usize = 4;

/// Lets each attacker repeat a request while a second client works.
///
/// Asserts that each response has one of these statuses.
fn attack(server: &Server, request: &Request, statuses: &[u16]) {
    beside(server, None, |second_client| {
        thread::scope(|scope| {
            for _ in 0..ATTACKERS {
                scope.spawn(|| {
                    while !second_client.is_done() {
                        let response = server.answer(request);
                        assert!(statuses.contains(&response.status), "{response}");
                    }
                });
            }
        });
    });
}

fn start() -> Server {
    let arguments = ["--listen", "127.0.0.1:0", "--store", "memory:"];
    let server = Server::start_alone(PROGRAM, &arguments, OneServer::OtherClients);
    let created = server.answer(&put("doc", "text").with("If-None-Match", "*"));
    assert_eq!(created.status, 201, "{created}");
    server
}

#[test]
fn large_json_does_not_delay_other_clients() {
    let server = start();
    let members = (0..60_000).fold("{\"title\":\"U\"".to_owned(), |text, number| text + &format!(",\"{number:x}\":0"));
    let tag = server.answer(&get("doc")).etag();
    let request = Request::new("PATCH", &path("doc")).with("If-Match", tag);
    attack(&server, &request.body("application/merge-patch+json", members + "}"), &[422]);
    assert!(budget(&server, "refused_total", "large-json") > 0, "some requests exceeded the budget");
}

#[test]
fn large_documents_do_not_delay_other_clients() {
    let server = start();
    let large = put("large", &"x".repeat(1024 * 1024)).with("If-None-Match", "*");
    attack(&server, &large, &[413]);
    assert!(budget(&server, "refused_total", "document-bytes") > 0);
    let tag = server.answer(&get("doc")).etag();
    let titled = patch("doc", &json!({"title": "x".repeat(500_000)})).with("If-Match", tag);
    attack(&server, &titled, &[422]);
    assert!(budget(&server, "refused_total", "title-bytes") > 0);
}

#[test]
fn lists_and_exchanges_do_not_delay_other_clients() {
    let server = start();
    for number in 0..40 {
        let body = json!({"title": "\u{1}".repeat(1000), "content": "x".repeat(60_000)});
        let request = Request::new("PUT", &path(&format!("doc-{number}"))).json(&body).with("If-None-Match", "*");
        assert_eq!(server.answer(&request).status, 201);
    }
    attack(&server, &Request::new("GET", "/api/documents?limit=1000"), &[200]);
    let record = Request::new("GET", "/control/exchanges?limit=1000");
    attack(&server, &record, &[200]);
    // On a busy machine, the other client may be done before the attack begins.
    assert_eq!(server.answer(&record).status, 200);
    assert!(budget(&server, "refused_total", "page-bytes") > 0, "pages ended early");
}

#[test]
fn large_heads_do_not_delay_other_clients() {
    let server = start();
    attack(&server, &get("doc").with("X-Large", "x".repeat(40_000)), &[431]);
    let many = (0..101).fold(get("doc"), |request, number| request.with(&format!("X-{number}"), "x"));
    attack(&server, &many, &[431]);
}
