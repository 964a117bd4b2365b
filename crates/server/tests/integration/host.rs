//! The hosts that the server answers to: addresses, `localhost`, and the names that were given.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Version};
use server::ServerOptions;
use store::SqliteStore;

use crate::service::{Service, text};
use crate::wire::Running;

const PATH: &str = "/api/documents/a";

fn options() -> ServerOptions {
    let host_names = ["Class.Example", "room.local."].map(|name| name.parse().unwrap()).to_vec();
    ServerOptions { host_names, ..ServerOptions::default() }
}

fn named() -> Service {
    Service::with(Arc::new(SqliteStore::memory().unwrap()), options())
}

#[tokio::test]
async fn addresses_localhost_and_given_names_are_this_server() {
    let service = named();
    for host in [
        "127.0.0.1",
        "127.0.0.1:4280",
        "192.0.2.7:80",
        "[::1]",
        "[2001:db8::7]:4280",
        "localhost",
        "LOCALHOST:1",
        "localhost.:4280",
        "class.example",
        "CLASS.example.:4280",
        "room.local",
    ] {
        let reply = service.send("GET", "/healthz", &[("Host", host)], "").await;
        assert_eq!(reply.status, 200, "{host}: {reply:?}");
    }
}

#[tokio::test]
async fn other_host_is_421_before_other_checks() {
    let service = named();
    for host in
        ["evil.example", "evil.example:4280", "localhost.evil.example", "example", "x.class.example", "127.1", ""]
    {
        for (method, path) in
            [("GET", PATH), ("GET", "/nothing"), ("BREW", "/healthz"), ("OPTIONS", PATH), ("PUT", PATH)]
        {
            let reply = service.send(method, path, &[("Host", host), ("Ifmatch-Author", "%ff")], "{").await;
            reply.problem(421, "misdirected_request", None);
            assert!(!reply.has("allow"), "{host} {method} {path}");
        }
    }
    let reply = service.send("GET", PATH, &[("Host", "evil.example")], "").await;
    assert!(reply.json()["detail"].as_str().unwrap().contains("--host-name evil.example"), "{reply:?}");
}

#[tokio::test]
async fn a_host_that_is_none_is_a_bad_request() {
    let service = named();
    for host in [
        "a b",
        "http://localhost",
        "localhost/x",
        "me@localhost",
        "localhost:http",
        "::1",
        "[::1",
        "localhost, localhost",
    ] {
        let problem = service.send("GET", PATH, &[("Host", host)], "").await.problem(400, "invalid_request", None);
        assert_eq!(problem["field"], "Host", "{host}");
    }
    let twice = [("Host", "localhost"), ("Host", "localhost")];
    service.send("GET", PATH, &twice, "").await.problem(400, "invalid_request", None);
}

/// In HTTP/2, `:authority` names the host, and `Host` may repeat it.
#[tokio::test]
async fn the_target_names_the_host_in_http_2() {
    let service = named();
    for (target, host, status) in [
        ("http://localhost/healthz", None, 200),
        ("http://class.example:4280/healthz", Some("Class.Example:4280"), 200),
        ("http://evil.example/healthz", None, 421),
        ("http://evil.example/healthz", Some("localhost"), 400),
        ("http://localhost/healthz", Some("evil.example"), 400),
        ("/healthz", Some("localhost"), 200),
        ("/healthz", Some("evil.example"), 421),
        ("/healthz", None, 400),
    ] {
        let mut request = Request::get(target).version(Version::HTTP_2);
        if let Some(host) = host {
            request = request.header("Host", host);
        }
        let reply = service.call(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, status, "{target} {host:?}: {reply:?}");
    }
}

#[tokio::test]
async fn refused_request_is_recorded_and_not_held() {
    let service = named();
    let body = r#"{"hold":"all"}"#;
    assert_eq!(service.send("PUT", "/control/gate", &[], body).await.status, 200);
    let evil = ("Host", "evil.example");
    let refused = service.at_once("PUT", PATH, &[evil, ("If-None-Match", "*")], &text("one")).await;
    assert_eq!(refused.status, 421);
    let seen = service.get("/control/exchanges").await.json();
    assert_eq!((&seen["exchanges"][0]["status"], seen["exchanges"].as_array().unwrap().len()), (&421.into(), 1));
}

#[tokio::test]
async fn the_bytes_of_http_1_say_it_once() {
    let server = Running::with(options()).await;
    for (request, status) in [
        ("GET /healthz HTTP/1.1\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
        ("GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", 421),
        ("GET /healthz HTTP/1.0\r\n\r\n", 200),
        ("GET /healthz HTTP/1.0\r\nHost: evil.example\r\n\r\n", 421),
        ("GET /healthz HTTP/1.0\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
        // The target counts, and another value of `Host` is ignored.
        ("GET http://localhost:1/healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", 200),
        ("GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 421),
        ("GET http://localhost/healthz HTTP/1.1\r\n\r\n", 400),
        ("GET http://me@localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    ] {
        let mut connection = server.connect().await;
        connection.write(request.as_bytes()).await;
        assert_eq!(connection.answer("GET").await.status, status, "{request:?}");
    }
    let large = text(&"x".repeat(900_000));
    let mut connection = server.connect().await;
    let head = format!("PUT {PATH} HTTP/1.1\r\nHost: evil.example\r\nContent-Length: {}\r\n\r\n", large.len());
    connection.write(head.as_bytes()).await;
    connection.write(large.as_bytes()).await;
    assert_eq!(connection.answer("PUT").await.status, 421, "whoever writes first still reads it");
    connection.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert_eq!(connection.answer("GET").await.status, 200, "the connection goes on");
    server.end().await;
}
