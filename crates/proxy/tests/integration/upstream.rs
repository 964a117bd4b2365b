//! The connections to the server behind the proxy.

use std::time::Duration;

use proxy::{ProxyOptions, UpstreamOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::backend::{Backend, Reply};
use crate::front::{Front, body};

/// Longer than anything takes that the tests wait for.
const PATIENCE: Duration = Duration::from_secs(20);

/// More bytes than the buffers of all sockets between server and client.
const LONG: usize = 64 * 1024 * 1024;

/// A server may respond before it has read the request.
///
/// Its client may read only after it has sent everything.
#[tokio::test]
async fn body_is_sent_on_while_no_one_reads_the_response() {
    let (hand, mut handed) = mpsc::unbounded_channel();
    let backend = Backend::start(move |_| Reply::Hand(hand.clone())).await;
    let front = Front::of(&backend).await;
    let mut wire = front.connect().await;
    // The backend leaves the body of a request unread that expects a 100.
    wire.send("PUT / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 6\r\n\r\n").await;
    let (mut reader, mut writer) = handed.recv().await.unwrap().into_split();
    writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.unwrap();
    wire.until("100 Continue\r\n\r\n").await;
    wire.send("one").await;
    let mut arrived = [0; 3];
    reader.read_exact(&mut arrived).await.unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {LONG}\r\n\r\n");
    let responding = tokio::spawn(async move {
        writer.write_all(head.as_bytes()).await.unwrap();
        // The client never reads all of it.
        let _ = writer.write_all(&vec![b'x'; LONG]).await;
    });
    wire.until("\r\n\r\n").await;
    wire.send("two").await;
    timeout(PATIENCE, reader.read_exact(&mut arrived)).await.expect("the rest of the request arrives").unwrap();
    assert_eq!(&arrived, b"two");
    responding.abort();
}

#[tokio::test]
async fn connections_are_limited() {
    let (hand, mut handed) = mpsc::unbounded_channel();
    let backend = Backend::start(move |_| Reply::Hand(hand.clone())).await;
    let upstream = UpstreamOptions {
        max_connections: 1,
        connect_timeout: Duration::from_millis(50),
        ..UpstreamOptions::default()
    };
    let front = Front::with(&format!("http://{}", backend.address), ProxyOptions::default(), upstream).await;
    let mut first = front.connect().await;
    first.send("GET /first HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut server = handed.recv().await.unwrap();
    let reply = front.get("/second").await;
    assert!(reply.starts_with("HTTP/1.1 504 ") && body(&reply).contains("accept a connection"), "{reply}");
    assert_eq!(backend.only().line(), "GET /first HTTP/1.1");
    server.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
    assert!(first.until("\r\n\r\nok").await.starts_with("HTTP/1.1 200 "));
}

/// A write is not repeated, so it must not be sent on a connection that has ended.
#[tokio::test]
async fn write_after_the_server_closed_a_connection_uses_another_one() {
    let (hand, mut handed) = mpsc::unbounded_channel();
    let backend = Backend::start(move |arrived| match arrived.connection {
        1 => Reply::Hand(hand.clone()),
        _ => Reply::ok("written"),
    })
    .await;
    let front = Front::of(&backend).await;
    let mut wire = front.connect().await;
    wire.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut server = handed.recv().await.unwrap();
    server.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
    wire.until("\r\n\r\nok").await;
    server.shutdown().await.unwrap();
    // The system passes the end on before this connection gets its bytes.
    let reply = front.exchange("PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx").await;
    assert!(reply.starts_with("HTTP/1.1 200 ") && body(&reply) == "written", "{reply}");
    assert_eq!(backend.arrived().len(), 2);
}
