//! Requests that cannot be forwarded, and servers that do not respond.

use std::time::Duration;

use proxy::{ProxyOptions, UpstreamOptions};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::backend::{Backend, Reply};
use crate::front::{Front, body, field};

/// Returns an address at which nothing listens.
async fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn unreachable_server_is_a_502_that_says_what_to_do() {
    let to = closed_port().await;
    let front = Front::with(&to, ProxyOptions::default(), UpstreamOptions::default()).await;
    let reply = front.get("/x").await;
    assert!(reply.starts_with("HTTP/1.1 502 ") && field(&reply, "content-type") == Some("application/problem+json"));
    let json: serde_json::Value = serde_json::from_str(body(&reply)).unwrap();
    assert_eq!((&json["type"], &json["instance"]), (&"/.ifmatch/problems/bad-gateway".into(), &"/x".into()));
    let detail = json["detail"].as_str().unwrap();
    assert!(detail.contains(&to) && detail.contains("Nothing was done.") && detail.contains("--to"), "{detail}");
    assert_eq!(front.recorded(1).await[0]["status"], 502);
}

#[tokio::test]
async fn silent_server_is_a_504() {
    let (hand, mut handed) = mpsc::unbounded_channel();
    let backend = Backend::start(move |_| Reply::Hand(hand.clone())).await;
    let upstream = UpstreamOptions { response_timeout: Duration::from_millis(50), ..UpstreamOptions::default() };
    let front = Front::with(&format!("http://{}", backend.address), ProxyOptions::default(), upstream).await;
    let reply = front.get("/").await;
    assert!(reply.starts_with("HTTP/1.1 504 ") && body(&reply).contains("--timeout"), "{reply}");
    assert!(handed.recv().await.is_some());
}

#[tokio::test]
async fn server_that_closes_or_does_not_speak_http_is_a_502() {
    for (bytes, said) in [("", "closed the connection"), ("hello\r\n\r\n", "is not HTTP")] {
        let backend = Backend::start(move |_| Reply::SendAndClose(bytes.as_bytes().to_vec())).await;
        let front = Front::of(&backend).await;
        let request = "PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx";
        let reply = front.exchange(request).await;
        assert!(reply.starts_with("HTTP/1.1 502 ") && body(&reply).contains(said), "{reply}");
        assert!(body(&reply).contains("may have been carried out"), "{reply}");
        assert_eq!(backend.arrived().len(), 1, "a write is never repeated");
    }
}

#[tokio::test]
async fn response_that_breaks_off_breaks_the_connection() {
    let backend =
        Backend::start(|_| Reply::SendAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_vec())).await;
    let front = Front::of(&backend).await;
    let mut wire = front.connect().await;
    wire.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(wire.rest().await.ends_with("\r\n\r\nhalf"), "the connection ends before the announced length");
    let recorded = front.recorded(1).await;
    assert_eq!(recorded[0]["response"]["body"], "half");
}

/// A server may close a connection at the moment at which the proxy uses it again.
#[tokio::test]
async fn read_on_an_ended_connection_is_sent_again() {
    let backend = Backend::start(|arrived| match (arrived.line(), arrived.connection) {
        ("GET /first HTTP/1.1", _) => Reply::ok("first"),
        (_, 1) => Reply::SendAndClose(Vec::new()),
        (line, _) => Reply::ok(line),
    })
    .await;
    let front = Front::of(&backend).await;
    assert_eq!(body(&front.get("/first").await), "first");
    assert_eq!(body(&front.get("/again").await), "GET /again HTTP/1.1");
    let connections: Vec<usize> = backend.arrived().iter().map(|arrived| arrived.connection).collect();
    assert_eq!(connections, [1, 1, 2], "the second request was sent twice");
}

#[tokio::test]
async fn write_on_an_ended_connection_is_not_sent_again() {
    let backend = Backend::start(|arrived| match arrived.line() {
        "GET /first HTTP/1.1" => Reply::ok("first"),
        _ => Reply::SendAndClose(Vec::new()),
    })
    .await;
    let front = Front::of(&backend).await;
    front.get("/first").await;
    let request = "DELETE /a HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    assert!(front.exchange(request).await.starts_with("HTTP/1.1 502 "));
    assert_eq!(backend.arrived().len(), 2);
}

/// Shapes that two programs may read as different requests.
#[tokio::test]
async fn ambiguous_requests_never_reach_the_server() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    for (status, fields) in [
        ("400", "content-length: 1\r\ncontent-length: 2"),
        ("400", "content-length: +1"),
        ("400", "content-length: 1, 2"),
        ("501", "transfer-encoding: gzip, chunked"),
        ("501", "transfer-encoding: chunked\r\ntransfer-encoding: chunked"),
        ("501", "transfer-encoding: identity"),
        ("400", "x-a : 1"),
        ("400", "x-a: 1\r\n folded"),
        ("400", "host: b"),
        ("400", "x-a: \x01"),
    ] {
        let request = format!("POST / HTTP/1.1\r\nhost: a\r\n{fields}\r\nconnection: close\r\n\r\nxx");
        let reply = front.exchange(&request).await;
        assert!(reply.starts_with(&format!("HTTP/1.1 {status} ")), "{fields:?}: {reply}");
    }
    for line in ["CONNECT a:80 HTTP/1.1\r\nhost: a:80", "GET / HTTP/1.1"] {
        let reply = front.exchange(&format!("{line}\r\nconnection: close\r\n\r\n")).await;
        assert!(reply.starts_with("HTTP/1.1 501 ") || reply.starts_with("HTTP/1.1 400 "), "{line}: {reply}");
    }
    assert!(backend.arrived().is_empty(), "{:?}", backend.arrived());
}

/// The length beside a transfer coding does not count, and must not go further (RFC 9112 section 6.3).
#[tokio::test]
async fn length_beside_chunks_is_removed_and_ends_the_connection() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    let request = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n\
                   1\r\nx\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n";
    let reply = front.exchange(request).await;
    assert_eq!(reply.matches("HTTP/1.1 ").count(), 1, "{reply}");
    let arrived = backend.only();
    assert_eq!((arrived.fields("content-length").len(), arrived.body), (0, b"1\r\nx\r\n0\r\n\r\n".to_vec()));
}

#[tokio::test]
async fn request_to_the_proxy_itself_ends_the_loop() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    // The proxy listens elsewhere, and the server behind it leads back.
    let front = Front::with(&format!("http://{address}"), ProxyOptions::default(), UpstreamOptions::default()).await;
    let back = TcpListener::bind(address).await.unwrap();
    let to = front.address;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = back.accept().await {
            tokio::spawn(async move {
                let mut server = tokio::net::TcpStream::connect(to).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
            });
        }
    });
    let reply = front.get("/").await;
    assert!(reply.starts_with("HTTP/1.1 400 ") && body(&reply).contains("leads back here"), "{reply}");
    assert_eq!(front.recorded(2).await.len(), 2);
}
