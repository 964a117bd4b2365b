//! Connections that switch protocols, as WebSocket does.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::backend::{Backend, Reply};
use crate::front::{Front, field};

const OFFER: &str = "GET /chat HTTP/1.1\r\nhost: a\r\nconnection: keep-alive, Upgrade\r\nupgrade: websocket\r\n\
                     sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n";

const SWITCHED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                          sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

#[tokio::test]
async fn bytes_pass_both_ways_until_both_ends_have_closed() {
    let (hand, mut handed) = mpsc::unbounded_channel();
    let backend = Backend::start(move |_| Reply::Hand(hand.clone())).await;
    let front = Front::of(&backend).await;
    let mut wire = front.connect().await;
    wire.send(OFFER).await;
    let mut server = handed.recv().await.unwrap();
    let arrived = backend.only();
    assert_eq!((arrived.field("connection"), arrived.field("upgrade")), ("upgrade", "websocket"));
    assert_eq!(arrived.field("sec-websocket-key"), "dGhlIHNhbXBsZSBub25jZQ==");
    server.write_all(SWITCHED).await.unwrap();
    let reply = wire.until("\r\n\r\n").await;
    assert!(reply.starts_with("HTTP/1.1 101 "), "{reply}");
    assert_eq!(field(&reply, "sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    assert_eq!((field(&reply, "connection"), field(&reply, "upgrade")), (Some("upgrade"), Some("websocket")));
    for word in ["ping", "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"] {
        wire.send(word).await;
        let mut heard = vec![0; word.len()];
        server.read_exact(&mut heard).await.unwrap();
        assert_eq!(heard, word.as_bytes());
        server.write_all(word.as_bytes()).await.unwrap();
        assert_eq!(wire.until(word).await, word);
    }
    assert_eq!(front.recorded(1).await[0]["status"], 101, "the record has it while it is open");
    // The client closes its half first, and the server still has something to say.
    wire.stream.shutdown().await.unwrap();
    let mut rest = Vec::new();
    assert_eq!(server.read_to_end(&mut rest).await.unwrap(), 0);
    server.write_all(b"bye").await.unwrap();
    drop(server);
    assert_eq!(wire.rest().await, "bye");
}

#[tokio::test]
async fn refused_upgrade_is_an_ordinary_response() {
    let backend = Backend::start(|_| Reply::text("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno")).await;
    let front = Front::of(&backend).await;
    let mut wire = front.connect().await;
    wire.send(OFFER).await;
    assert!(wire.until("\r\n\r\nno").await.starts_with("HTTP/1.1 403 "));
    wire.send("GET /next HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(wire.rest().await.starts_with("HTTP/1.1 403 "), "the connection is still one of HTTP");
}

/// Inside HTTP/2 or TLS, requests could neither be recorded nor held.
#[tokio::test]
async fn offers_that_would_hide_requests_are_not_passed_on() {
    let backend = Backend::start(|_| Reply::ok("plain")).await;
    let front = Front::of(&backend).await;
    for offer in ["h2c", "TLS/1.0", "websocket, h2c", "HTTP/2.0"] {
        let request = format!(
            "GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: {offer}\r\nhttp2-settings: x\r\n\r\n"
        );
        assert!(front.exchange(&request).await.ends_with("plain"));
    }
    for arrived in backend.arrived() {
        assert!(arrived.fields("upgrade").is_empty() && arrived.fields("http2-settings").is_empty(), "{arrived:?}");
    }
}

#[tokio::test]
async fn switch_that_was_not_asked_for_is_a_502() {
    let backend = Backend::start(|_| Reply::Send(SWITCHED.to_vec())).await;
    let front = Front::of(&backend).await;
    let reply = front.get("/").await;
    assert!(reply.starts_with("HTTP/1.1 502 "), "{reply}");
}
