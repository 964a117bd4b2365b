//! Bodies stream, with their lengths and trailers; some responses must not have one.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::backend::{Backend, Reply, find};
use crate::front::{Front, body, field};

#[tokio::test]
async fn responses_without_a_body_keep_their_length() {
    let backend = Backend::start(|arrived| match arrived.line() {
        "HEAD /length HTTP/1.1" => Reply::text("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n"),
        "HEAD /none HTTP/1.1" => Reply::text("HTTP/1.1 200 OK\r\n\r\n"),
        "GET /304 HTTP/1.1" => Reply::text("HTTP/1.1 304 Not Modified\r\netag: \"v1\"\r\ncontent-length: 7\r\n\r\n"),
        "GET /204 HTTP/1.1" => Reply::text("HTTP/1.1 204 No Content\r\n\r\n"),
        line => panic!("{line}"),
    })
    .await;
    let front = Front::of(&backend).await;
    for (method, path, status, length) in [
        ("HEAD", "/length", "200", Some("7")),
        ("HEAD", "/none", "200", None),
        // hyper never sends a length with a 304; it is optional there (RFC 9110 section 8.6).
        ("GET", "/304", "304", None),
        ("GET", "/204", "204", None),
    ] {
        let request = format!("{method} {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        let reply = front.exchange(&request).await;
        assert!(reply.starts_with(&format!("HTTP/1.1 {status} ")), "{reply}");
        assert_eq!((field(&reply, "content-length"), body(&reply)), (length, ""), "{path}");
        assert_eq!(field(&reply, "transfer-encoding"), None, "{path}: {reply}");
    }
    assert_eq!(backend.arrived().iter().map(|arrived| arrived.connection).max(), Some(1), "one connection is enough");
}

#[tokio::test]
async fn chunked_bodies_and_their_trailers_pass() {
    let backend = Backend::start(|_| {
        Reply::text(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n",
        )
    })
    .await;
    let front = Front::of(&backend).await;
    let reply = front
        .exchange(
            "POST / HTTP/1.1\r\nhost: a\r\nte: trailers\r\nconnection: close, te\r\ntrailer: x-in\r\n\
             transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx-in: 9\r\n\r\n",
        )
        .await;
    let arrived = backend.only();
    assert_eq!(arrived.field("te"), "trailers");
    let sent = String::from_utf8(arrived.body).unwrap();
    assert!(sent.contains("hi\r\n") && sent.ends_with("0\r\nx-in: 9\r\n\r\n"), "{sent}");
    assert!(body(&reply).starts_with("3\r\nabc\r\n0\r\n") && body(&reply).contains("x-sum: 7"), "{reply}");
}

#[tokio::test]
async fn get_with_a_chunked_body_keeps_it() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    let request = "GET / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n\
                   2\r\nhi\r\n0\r\n\r\n";
    assert!(front.exchange(request).await.starts_with("HTTP/1.1 200"));
    assert_eq!(backend.only().body, b"2\r\nhi\r\n0\r\n\r\n");
}

#[tokio::test]
async fn response_to_an_http_1_0_client_has_no_chunks() {
    let backend =
        Backend::start(|_| Reply::text("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
            .await;
    let front = Front::of(&backend).await;
    let reply = front.exchange("GET / HTTP/1.0\r\n\r\n").await;
    assert_eq!((field(&reply, "transfer-encoding"), body(&reply)), (None, "abc"), "{reply}");
}

#[tokio::test]
async fn body_without_a_length_ends_with_the_connection() {
    let backend = Backend::start(|_| Reply::SendAndClose(b"HTTP/1.0 200 OK\r\n\r\nold style".to_vec())).await;
    let front = Front::of(&backend).await;
    let mut wire = front.connect().await;
    wire.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let reply = wire.until("0\r\n\r\n").await;
    assert!(reply.contains("old style"), "{reply}");
}

/// Each part arrives before the next one is sent, in both directions.
#[tokio::test]
async fn bodies_stream_in_both_directions() {
    let (hand, mut handed) = mpsc::unbounded_channel();
    let backend = Backend::start(move |_| Reply::Hand(hand.clone())).await;
    let front = Front::of(&backend).await;
    let mut wire = front.connect().await;
    // The backend reads the body only as far as the test does: it takes the request for one that expects a 100.
    wire.send("PUT /big HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 6\r\n\r\n").await;
    let mut server = handed.recv().await.unwrap();
    server.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.unwrap();
    assert_eq!(wire.until("\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
    for part in ["one", "two"] {
        wire.send(part).await;
        let mut arrived = [0; 3];
        server.read_exact(&mut arrived).await.unwrap();
        assert_eq!(&arrived, part.as_bytes());
    }
    server.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n").await.unwrap();
    wire.until("\r\n\r\n").await;
    for part in ["four", "five"] {
        server.write_all(part.as_bytes()).await.unwrap();
        wire.until(part).await;
    }
}

/// Without a 100 from the server, the client is not asked for its body.
#[tokio::test]
async fn refusal_comes_before_the_body() {
    let backend =
        Backend::start(|_| Reply::text("HTTP/1.1 412 Precondition Failed\r\ncontent-length: 5\r\n\r\nstale")).await;
    let front = Front::of(&backend).await;
    let mut wire = front.connect().await;
    wire.send("PUT / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n").await;
    let reply = wire.until("stale").await;
    assert!(reply.starts_with("HTTP/1.1 412 "), "{reply}");
    assert_eq!(backend.only().field("expect"), "100-continue");
}

#[tokio::test]
async fn events_pass_while_the_stream_is_open() {
    let (hand, mut handed) = mpsc::unbounded_channel();
    let backend = Backend::start(move |_| Reply::Hand(hand.clone())).await;
    let front = Front::of(&backend).await;
    let mut wire = front.connect().await;
    wire.send("GET /events HTTP/1.1\r\nhost: a\r\naccept: text/event-stream\r\n\r\n").await;
    let mut server = handed.recv().await.unwrap();
    server.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n").await.unwrap();
    wire.until("\r\n\r\n").await;
    for event in ["data: one\n\n", "data: two\n\n"] {
        server.write_all(event.as_bytes()).await.unwrap();
        wire.until(event).await;
    }
    let recorded = front.recorded(1).await;
    assert_eq!(recorded[0]["status"], 200, "the record has the stream while it is open: {recorded:?}");
    // A reset, since the end of input alone may only mean that nothing more is sent.
    wire.stream.set_zero_linger().unwrap();
    drop(wire);
    let mut rest = Vec::new();
    assert_eq!(server.read_to_end(&mut rest).await.unwrap(), 0, "the server learns that the client has gone");
}

/// A response's body may look like an error of this program.
#[tokio::test]
async fn body_that_looks_like_an_error_is_left_alone() {
    const BARE: &str = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let (hand, mut handed) = mpsc::unbounded_channel();
    let backend = Backend::start(move |_| Reply::Hand(hand.clone())).await;
    let front = Front::of(&backend).await;
    let mut wire = front.connect().await;
    wire.send("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    let mut server = handed.recv().await.unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", BARE.len());
    server.write_all(head.as_bytes()).await.unwrap();
    wire.until("\r\n\r\n").await;
    server.write_all(BARE.as_bytes()).await.unwrap();
    assert_eq!(wire.rest().await, BARE);
}

#[tokio::test]
async fn large_body_passes_whole_and_is_recorded_in_part() {
    const BYTES: usize = 3_000_000;
    let backend = Backend::start(|arrived| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", arrived.body.len());
        Reply::Send([head.as_bytes(), &arrived.body].concat())
    })
    .await;
    let front = Front::of(&backend).await;
    let head = format!("PUT /big HTTP/1.1\r\nhost: a\r\ncontent-length: {BYTES}\r\nconnection: close\r\n\r\n");
    let reply = front.exchange(&(head + &"x".repeat(BYTES))).await;
    assert_eq!(body(&reply).len(), BYTES);
    assert_eq!(backend.only().body.len(), BYTES);
    let recorded = front.recorded(1).await;
    for message in [&recorded[0]["request"], &recorded[0]["response"]] {
        assert_eq!((message["body"].as_str().unwrap().len(), &message["cut"]), (64 * 1024, &true.into()));
    }
    assert!(find(reply.as_bytes(), b"HTTP/1.1 200").is_some());
}
