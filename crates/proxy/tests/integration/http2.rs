//! HTTP/2 on both sides: by prior knowledge from the client, and by ALPN over TLS to the server.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Version;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::backend::{Backend, Reply};
use crate::front::Front;

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
