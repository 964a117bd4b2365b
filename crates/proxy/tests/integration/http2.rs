//! HTTP/2 on both sides: by prior knowledge from the client, and by ALPN over TLS to the server.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Version;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use proxy::{ProxyOptions, UpstreamOptions, UpstreamTls};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use server::{ServerOptions, Tls};
use store::SqliteStore;
use tokio::net::{TcpListener, TcpStream};

use crate::backend::{Backend, Reply};
use crate::front::{Front, body, field};

#[tokio::test]
async fn client_may_speak_http_2() {
    let backend = Backend::start(|arrived| match arrived.line() {
        "PUT /a?b HTTP/1.1" => Reply::text(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\nconnection: keep-alive\r\n\r\n\
             3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n",
        ),
        line => panic!("{line}"),
    })
    .await;
    let front = Front::of(&backend).await;
    let stream = TcpStream::connect(front.address).await.unwrap();
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::put("http://front.example/a?b").header("te", "trailers").body(Body::from("new")).unwrap();
    let response = sender.send_request(request).await.unwrap();
    assert_eq!((response.version(), response.status().as_u16()), (Version::HTTP_2, 200));
    assert!(response.headers()["via"].to_str().unwrap().starts_with("1.1 ifmatch-"));
    let body = to_bytes(Body::new(response.into_body()), 100).await.unwrap();
    assert_eq!(body, "abc");
    let arrived = backend.only();
    assert_eq!((arrived.field("host"), arrived.field("te")), (&*backend.address.to_string(), "trailers"));
    assert_eq!((arrived.field("x-forwarded-host"), &*arrived.body), ("front.example", &b"new"[..]));
    assert!(arrived.field("via").starts_with("2 ifmatch-"));
    front.recorded(1).await;
}

/// A document server over TLS offers HTTP/2 by ALPN.
#[tokio::test]
async fn server_over_tls_may_speak_http_2_if_it_is_trusted() {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let tls = Tls::from_pem(cert.pem().as_bytes(), signing_key.serialize_pem().as_bytes()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let store = Arc::new(SqliteStore::memory().unwrap());
    let options = ServerOptions { tls: Some(tls), ..ServerOptions::default() };
    tokio::spawn(server::serve(listener, store, options, std::future::pending()));

    let untrusting = Front::with(&to, ProxyOptions::default(), UpstreamOptions::default()).await;
    let reply = untrusting.get("/healthz").await;
    assert!(reply.starts_with("HTTP/1.1 502 ") && body(&reply).contains("--ca FILE"), "{reply}");

    let trust = UpstreamTls::only(cert.pem().as_bytes()).unwrap();
    let upstream = UpstreamOptions { tls: Some(trust), ..UpstreamOptions::default() };
    let front = Front::with(&to, ProxyOptions::default(), upstream).await;
    let document = r#"{"title":"t","content":"c"}"#;
    for number in ["a", "b"] {
        let put = format!(
            "PUT /api/documents/{number} HTTP/1.1\r\nhost: a\r\nif-none-match: *\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{document}",
            document.len()
        );
        let reply = front.exchange(&put).await;
        assert!(reply.starts_with("HTTP/1.1 201 "), "{reply}");
        assert!(field(&reply, "via").unwrap().starts_with("2 ifmatch-"), "the server spoke HTTP/2: {reply}");
    }
    let head = "HEAD /api/documents/a HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let reply = front.exchange(head).await;
    assert!(reply.starts_with("HTTP/1.1 200 ") && body(&reply).is_empty(), "{reply}");
    assert!(body(&front.get("/api/documents/a").await).contains("\"content\":\"c\""));
}
