//! Encrypted connections: both protocols, and the messages on both sides if the handshake fails.
//!
//! A connection without a handshake does not delay other connections.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use server::{ServerOptions, Tls, TlsError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::service::text;
use crate::wire::{Running, head};

/// Returns a server with its own certificate for `localhost`, and a client that trusts it.
async fn encrypted() -> (Running, Trusting) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let tls = Tls::from_pem(cert.pem().as_bytes(), signing_key.serialize_pem().as_bytes()).unwrap();
    // The test must not depend on the end of this time.
    let grace = Duration::from_secs(60);
    let server = Running::exactly(ServerOptions { tls: Some(tls), grace, ..ServerOptions::default() }).await;
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    (server, Trusting(roots))
}

struct Trusting(RootCertStore);

impl Trusting {
    async fn connect(&self, server: &Running, protocols: &[&str]) -> TlsStream<TcpStream> {
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.0.clone())
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(server.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap()
    }
}

/// Reads until `text` has arrived, and returns everything read.
async fn until(stream: &mut TlsStream<TcpStream>, text: &[u8]) -> Vec<u8> {
    let mut read = Vec::new();
    while !read.windows(text.len()).any(|window| window == text) {
        let count = timeout(Duration::from_secs(10), stream.read_buf(&mut read)).await.expect("nothing came").unwrap();
        assert!(count > 0, "it ended after {:?}", String::from_utf8_lossy(&read));
    }
    read
}

#[tokio::test]
async fn http_1_1_is_spoken_and_events_come() {
    let (server, client) = encrypted().await;
    for protocols in [&["http/1.1"][..], &[]] {
        let mut stream = client.connect(&server, protocols).await;
        assert_eq!(stream.get_ref().1.alpn_protocol(), protocols.first().map(|name| name.as_bytes()));
        stream.write_all(&head("GET", "/healthz", b"", 0)).await.unwrap();
        assert!(until(&mut stream, b"\r\n\r\n").await.starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
    let mut events = client.connect(&server, &[]).await;
    events.write_all(&head("GET", "/api/events", b"", 0)).await.unwrap();
    until(&mut events, b"text/event-stream").await;
    let mut writer = client.connect(&server, &[]).await;
    let document = r#"{"title":"T","content":"one"}"#;
    writer.write_all(&head("PUT", "/api/documents/a", b"If-None-Match: *\r\n", document.len())).await.unwrap();
    writer.write_all(document.as_bytes()).await.unwrap();
    assert!(until(&mut writer, b"\r\n\r\n").await.starts_with(b"HTTP/1.1 201 "));
    until(&mut events, b"event: created").await;
    server.end().await;
}

/// A TLS client announces the end of its input before it closes its half.
#[tokio::test]
async fn half_closed_client_gets_its_response_here_too() {
    let (server, client) = encrypted().await;
    let document = text("one");
    let mut stream = client.connect(&server, &[]).await;
    stream.write_all(&head("PUT", "/api/documents/a", b"If-None-Match: *\r\n", document.len())).await.unwrap();
    stream.write_all(document.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    assert!(until(&mut stream, b"\r\n\r\n").await.starts_with(b"HTTP/1.1 201 "));
    server.end().await;
}

#[tokio::test]
async fn unreadable_input_gets_a_problem_here_too() {
    let (server, client) = encrypted().await;
    let mut stream = client.connect(&server, &[]).await;
    stream.write_all(b"no request\r\n\r\n").await.unwrap();
    let answer = until(&mut stream, b"invalid_request").await;
    assert!(answer.starts_with(b"HTTP/1.1 400 Bad Request\r\n"));
    server.end().await;
}

#[tokio::test]
async fn client_that_can_chooses_http_2() {
    let (server, client) = encrypted().await;
    let mut stream = client.connect(&server, &["h2", "http/1.1"]).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    // The server's first frame has its settings, so it is of that type.
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame[3], 4, "{frame:x?}");
    drop(stream);
    server.end().await;
}

#[tokio::test]
async fn plain_http_is_told_where_it_should_have_gone() {
    let (server, _) = encrypted().await;
    let answer = server.send("GET", "/healthz", b"", "").await;
    assert_eq!((answer.status, answer.field("content-type")), (400, Some("application/problem+json")));
    assert!(answer.body.contains("https://"), "{}", answer.body);
    server.end().await;
}

#[tokio::test]
async fn handshake_has_thirty_seconds_and_blocks_no_other() {
    let (server, client) = encrypted().await;
    let mut silent = server.connect().await;
    let mut half = server.connect().await;
    half.write(b"\x16\x03\x01").await;
    let mut other = client.connect(&server, &[]).await;
    other.write_all(&head("GET", "/healthz", b"", 0)).await.unwrap();
    until(&mut other, b"200 OK").await;
    tokio::time::pause();
    let begun = Instant::now();
    silent.closes_within(Duration::from_secs(40)).await;
    half.closes_within(Duration::from_secs(40)).await;
    assert!((29..=31).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    tokio::time::resume();
    server.end().await;
}

#[tokio::test]
async fn the_server_ends_with_handshakes_and_streams_open() {
    let (server, client) = encrypted().await;
    let _half = server.connect().await;
    let mut events = client.connect(&server, &[]).await;
    events.write_all(&head("GET", "/api/events", b"", 0)).await.unwrap();
    until(&mut events, b"text/event-stream").await;
    server.end().await;
    let mut rest = Vec::new();
    events.read_to_end(&mut rest).await.expect("the stream ends with a word of TLS, and is not cut off");
    assert!(rest.ends_with(b"0\r\n\r\n"), "{}", String::from_utf8_lossy(&rest));
}

#[test]
fn a_certificate_and_its_key_are_both_and_belong_together() {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (cert.pem(), signing_key.serialize_pem());
    let of = |cert: &str, key: &str| Tls::from_pem(cert.as_bytes(), key.as_bytes());
    assert!(of(&cert, &key).is_ok());
    assert!(of(&format!("{cert}{key}"), &format!("{cert}{key}")).is_ok(), "both in one file");
    assert!(matches!(of("", &key), Err(TlsError::NoCertificate)));
    assert!(matches!(of(&key, &key), Err(TlsError::NoCertificate)));
    assert!(matches!(of(&cert, ""), Err(TlsError::NoKey)));
    assert!(matches!(of(&cert, &cert), Err(TlsError::NoKey)));
    let strangers = KeyPair::generate().unwrap().serialize_pem();
    assert!(matches!(of(&cert, &strangers), Err(TlsError::Strangers)));
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(of(broken, &key), Err(TlsError::Certificate(_))));
    let broken = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assert!(matches!(of(&cert, broken), Err(TlsError::Key(_))));
    let secret = format!("{:?}", of(&cert, &key).unwrap());
    assert_eq!(secret, "Tls", "a key is never shown");
}
