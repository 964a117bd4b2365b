//! The gate's setting is one for all servers.
//!
//! Each server holds and releases the requests that it received.

use std::thread;

use serde_json::{Value, json};
use tests::documents::{content, expect, history, put};
use tests::http::{HttpConnection, Request, Response};
use tests::serve::Server;

use crate::{ServerPair, eventually};

fn set(server: &Server, hold: &str) -> Response {
    expect(200, server.answer(&Request::new("PUT", "/control/gate").json(&json!({"hold": hold}))))
}

fn gate(server: &Server) -> Value {
    expect(200, server.answer(&Request::new("GET", "/control/gate"))).json()
}

/// Waits until the server holds a request, and returns the number of its exchange.
fn held(server: &Server) -> u64 {
    eventually("a held request", || gate(server)["held"][0]["exchange"].as_u64())
}

fn release(server: &Server, number: u64) -> Response {
    server.answer(&Request::new("POST", &format!("/control/gate/{number}/release")))
}

/// Sets the gate for as long as the connection is open.
fn set_while_open(server: &Server) -> HttpConnection {
    let request = Request::new("PUT", "/control/gate").json(&json!({"hold": "writes"}));
    let request = request.with("Accept", "text/event-stream");
    let mut connection = HttpConnection::open(server.address());
    connection.write(&request.head(server.address()));
    connection.write(request.content());
    let head = connection.try_read_head().expect("the server answers");
    assert_eq!(head.status, 200, "{head}");
    connection
}

#[test]
fn held_request_is_listed_and_released_where_it_is_held() {
    let pair = ServerPair::start();
    let tags = history(&pair.first, "doc", &["one\n"]);
    for (round, (leader, other)) in pair.both_ways().into_iter().enumerate() {
        set(leader, "writes");
        assert_eq!(gate(other), json!({"hold": "writes", "held": []}));
        thread::scope(|scope| {
            let tag = if round == 0 { tags[0].clone() } else { "\"none\"".to_owned() };
            let writer = scope.spawn(move || other.answer(&put("doc", "two\n").with("If-Match", tag)));
            let number = held(other);
            assert_eq!(gate(leader)["held"], json!([]), "it lists what it holds itself");
            let refused = expect(404, release(leader, number + 1000));
            let detail = refused.word("detail").unwrap();
            assert!(detail.contains("The gate of this server") && detail.contains("server that received"), "{detail}");
            assert!(!writer.is_finished());
            expect(200, release(other, number));
            let status = writer.join().unwrap().status;
            assert_eq!(status, if round == 0 { 200 } else { 412 });
        });
        set(other, "none");
        assert_eq!(gate(leader)["hold"], "none");
    }
    assert_eq!(content(&pair.first, "doc"), "two\n");
}

#[test]
fn gates_open_when_the_client_that_held_them_is_gone() {
    let pair = ServerPair::start();
    history(&pair.first, "doc", &["one\n"]);
    for (leader, other) in pair.both_ways() {
        let lease = set_while_open(leader);
        assert_eq!(gate(other)["hold"], "writes");
        thread::scope(|scope| {
            let writer = scope.spawn(|| other.answer(&put("doc", "two\n").with("If-Match", "\"none\"")));
            held(other);
            drop(lease);
            assert_eq!(writer.join().unwrap().status, 412, "it was released");
        });
        assert_eq!(gate(other), json!({"hold": "none", "held": []}));
    }
}

#[test]
fn gate_that_was_set_again_stays_shut() {
    let pair = ServerPair::start();
    let mut lease = set_while_open(&pair.first);
    set(&pair.second, "all");
    // The stream of the first client ends.
    while lease.try_read_chunk().expect("the stream is well-formed").is_some() {}
    drop(lease);
    for server in [&pair.first, &pair.second] {
        assert_eq!(gate(server)["hold"], "all");
    }
}

#[test]
fn gates_open_when_the_server_of_the_client_is_killed() {
    let ServerPair { first, second, database } = ServerPair::start();
    history(&first, "doc", &["one\n"]);
    let _lease = set_while_open(&first);
    assert_eq!(gate(&second)["hold"], "writes");
    thread::scope(|scope| {
        let writer = scope.spawn(|| second.answer(&put("doc", "two\n").with("If-Match", "\"none\"")));
        held(&second);
        first.kill();
        assert_eq!(writer.join().unwrap().status, 412, "it was released");
    });
    drop((second, database));
}
