//! Connections: which protocols they speak, and how long they may take.

use std::time::Duration;

use tokio::time::Instant;

use crate::wire::{Connection, Running, head};

/// Each says a little less than a whole head: nothing, what HTTP/2 begins with as well, a head without its end.
#[tokio::test]
async fn whoever_does_not_finish_a_head_is_dropped_after_thirty_seconds() {
    for said in [&b""[..], b"P", b"GET /healthz HTTP/1.1\r\nHost: x\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let server = Running::start().await;
        let mut connection = server.connect().await;
        connection.write(said).await;
        tokio::time::pause();
        let begun = Instant::now();
        connection.closes_within(Duration::from_secs(40)).await;
        let waited = begun.elapsed().as_secs();
        assert!((29..=31).contains(&waited), "{waited} s after {:?}", String::from_utf8_lossy(said));
        tokio::time::resume();
        server.end().await;
    }
}

#[tokio::test]
async fn a_head_has_thirty_two_kibibytes() {
    let server = Running::start().await;
    for (size, status) in [(30_000, 200), (33_000, 431), (300_000, 431)] {
        let mut connection = server.connect().await;
        let field = format!("X-Long: {}\r\n", "x".repeat(size));
        connection.write_what_is_taken(&head("GET", "/healthz", field.as_bytes(), 0)).await;
        assert_eq!(connection.head().await.status, status, "{size}");
    }
    server.end().await;
}

#[tokio::test]
async fn http_2_is_spoken_without_tls() {
    let server = Running::start().await;
    let mut connection = server.connect().await;
    connection.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    connection.write(&frame(SETTINGS, 0, 0, b"")).await;
    // From the static table (RFC 7541 appendix A): GET, http; and two literals, of which the path is never indexed.
    let mut fields = vec![0x82, 0x86, 0x41, 9];
    fields.extend_from_slice(b"localhost");
    fields.extend_from_slice(&[0x04, 8]);
    fields.extend_from_slice(b"/healthz");
    connection.write(&frame(HEADERS, END_STREAM | END_HEADERS, 1, &fields)).await;
    let answer = loop {
        let (kind, stream, payload) = next_frame(&mut connection).await;
        if (kind, stream) == (HEADERS, 1) {
            break payload;
        }
    };
    // `:status: 200` is number 8 of the static table. An update of the table's size may stand before it.
    let status = answer.iter().find(|byte| **byte & 0xe0 != 0x20);
    assert_eq!(status, Some(&0x88), "{answer:x?}");
    server.end().await;
}

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// A frame of HTTP/2 (RFC 9113 section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend_from_slice(&[kind, flags]);
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

async fn next_frame(connection: &mut Connection) -> (u8, u32, Vec<u8>) {
    let head = connection.bytes(9).await;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
    let payload = connection.bytes(length.try_into().unwrap()).await;
    (head[3], stream, payload)
}
