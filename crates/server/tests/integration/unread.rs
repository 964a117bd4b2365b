//! Malformed input is refused with a problem too, and regular responses stay unchanged.

use std::time::Duration;

use serde_json::Value;
use server::ServerOptions;

use crate::wire::{Answer, Connection, Running, head};

/// Returns the refusal of input that is not a request, and checks that the connection ends.
async fn refused(mut connection: Connection, said: &[u8]) -> (u16, Value) {
    connection.write_what_is_taken(said).await;
    let answer = connection.answer("GET").await;
    let shown = String::from_utf8_lossy(&said[..said.len().min(60)]).into_owned();
    assert_eq!(answer.field("content-type"), Some("application/problem+json"), "{shown:?}: {answer:?}");
    assert_eq!(answer.field("connection"), Some("close"), "{shown:?}");
    assert_eq!(answer.field("cache-control"), Some("no-store"), "{shown:?}");
    assert!(answer.field("date").is_some_and(|date| date.ends_with("GMT")), "{shown:?}");
    assert!(connection.read_to_end().await.is_empty(), "{shown:?}");
    let problem: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(problem["status"], answer.status, "{shown:?}: {problem}");
    assert_eq!(problem["detail"], problem["message"], "{problem}");
    (answer.status, problem)
}

#[tokio::test]
async fn input_that_is_not_http_gets_a_problem() {
    let server = Running::start().await;
    let get = |rest: &str| format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{rest}\r\n").into_bytes();
    let put = |rest: &str| format!("PUT /api/documents/a HTTP/1.1\r\nHost: localhost\r\n{rest}\r\n").into_bytes();
    for said in [
        b"GET\r\n\r\n".to_vec(),
        b"GET /healthz\r\n\r\n".to_vec(),
        b"GET /healthz HTTP/9.9\r\n\r\n".to_vec(),
        b"GET  /healthz  HTTP/1.1\r\n\r\n".to_vec(),
        b"G@T /healthz HTTP/1.1\r\n\r\n".to_vec(),
        b"hello\r\n\r\n".to_vec(),
        // The beginning of a TLS handshake, up to where it is clear that it is not HTTP.
        b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03".to_vec(),
        get("Bad Name: x\r\n"),
        get(": x\r\n"),
        get("Nul: a\0b\r\n"),
        get("Bell: a\x07b\r\n"),
        get("No-Colon\r\n"),
        // Obsolete line folding (RFC 9112 section 5.2).
        get("If-Match: \"a\",\r\n \"b\"\r\n"),
        put("Content-Length: x\r\n"),
        put("Content-Length: -1\r\n"),
        put("Content-Length: 1\r\nContent-Length: 2\r\n"),
        // HTTP/1.0 has no transfer codings, so the field is malformed, not unsupported (RFC 9112 section 6.1).
        b"PUT /api/documents/a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_vec(),
    ] {
        let (status, problem) = refused(server.connect().await, &said).await;
        assert_eq!((status, problem["error"].as_str()), (400, Some("invalid_request")), "{problem}");
    }
    server.end().await;
}

/// hyper decodes chunks behind another coding, and refuses a body whose last coding is not `chunked`.
///
/// This server supports neither.
#[tokio::test]
async fn transfer_coding_other_than_chunked_is_501() {
    let server = Running::start().await;
    let put = |coding: &str| {
        let lines = "Host: localhost\r\nIf-None-Match: *\r\nContent-Type: application/json\r\n";
        let document = r#"{"title":"T","content":"coded"}"#;
        let body = format!("{:x}\r\n{document}\r\n0\r\n\r\n", document.len());
        format!("PUT /api/documents/a HTTP/1.1\r\n{lines}{coding}\r\n{body}").into_bytes()
    };
    for coding in [
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: identity, chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "transfer-encoding:identity\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: chunked;q=1\r\n",
        "Transfer-Encoding:\r\n",
    ] {
        let mut connection = server.connect().await;
        connection.write_what_is_taken(&put(coding)).await;
        let answer = connection.answer("PUT").await;
        assert_eq!(answer.status, 501, "{coding}: {answer:?}");
        assert!(answer.body.contains(r#""error":"not_implemented""#), "{coding}: {answer:?}");
        assert_eq!(answer.field("content-type"), Some("application/problem+json"), "{coding}");
        assert_eq!(answer.field("connection"), Some("close"), "{coding}");
        assert!(connection.read_to_end().await.is_empty(), "{coding}: nothing behind it is a request");
    }
    assert_eq!(server.send("GET", "/api/documents/a", b"", "").await.status, 404, "nothing was written");
    for coding in ["Transfer-Encoding: chunked\r\n", "Transfer-Encoding: , CHUNKED\r\n"] {
        let mut connection = server.connect().await;
        connection.write(&put(coding)).await;
        assert!(matches!(connection.answer("PUT").await.status, 201 | 412), "{coding}");
    }
    server.end().await;
}

/// A header section has thirty seconds from its first byte; then the client gets a 408.
#[tokio::test]
async fn late_head_is_408() {
    let server = Running::start().await;
    let mut connection = server.connect().await;
    connection.write(&head("GET", "/healthz", b"", 0)).await;
    assert_eq!(connection.answer("GET").await.status, 200);
    connection.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n").await;
    // The server reads what was sent later only after the input before.
    assert_eq!(server.send("GET", "/healthz", b"", "").await.status, 200);
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    let answer = connection.answer_however_late("GET").await;
    let waited = begun.elapsed().as_secs();
    tokio::time::resume();
    assert!((29..=31).contains(&waited), "{waited} s");
    assert_eq!((answer.status, answer.field("connection")), (408, Some("close")), "{answer:?}");
    let problem: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(problem["error"], "request_timeout", "{problem}");
    server.end().await;
}

/// A page that may read responses may read these too, with the deliberate mistakes that are on.
#[tokio::test]
async fn refusal_of_unreadable_input_is_open_to_pages() {
    let cors_origins = vec!["http://page.example".parse().unwrap()];
    let server = Running::with(ServerOptions { cors_origins, ..ServerOptions::default() }).await;
    let policy = server.send("GET", "/control/policy", b"", "").await;
    let unsafe_one = policy.body.replace("\"version\"", "\"content\"");
    let guard = format!("If-Match: {}\r\n", policy.field("etag").unwrap());
    assert_eq!(server.send("PUT", "/control/policy", guard.as_bytes(), &unsafe_one).await.status, 200);
    for origin in [Some("http://page.example"), Some("http://evil.example"), None] {
        let line = origin.map_or_else(String::new, |origin| format!("Origin: {origin}\r\n"));
        let request =
            |rest: &str| format!("PUT /api/documents/a HTTP/1.1\r\nHost: localhost\r\n{line}{rest}").into_bytes();
        for (said, status) in [
            (request("Bad Name: x\r\n\r\n"), 400),
            (request("Transfer-Encoding: gzip\r\n\r\n"), 501),
            (request("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501),
            (request(&format!("{}\r\n", "X: y\r\n".repeat(101))), 431),
            (request(&format!("X: {}\r\n\r\n", "x".repeat(40_000))), 431),
            (request("X: y\r\n"), 408),
        ] {
            let mut connection = server.connect().await;
            // After another request on the same connection, only this request's Origin counts.
            connection.write(&head("GET", "/healthz", b"Origin: http://other.example\r\n", 0)).await;
            assert_eq!(connection.answer("GET").await.status, 200);
            connection.write_what_is_taken(&said).await;
            let answer = if status == 408 {
                assert_eq!(server.send("GET", "/healthz", b"", "").await.status, 200);
                tokio::time::pause();
                let late = connection.answer_however_late("GET").await;
                tokio::time::resume();
                late
            } else {
                connection.answer("GET").await
            };
            assert_eq!(answer.status, status, "{answer:?}");
            let may = origin == Some("http://page.example");
            let allowed = answer.field("access-control-allow-origin");
            assert_eq!(allowed, origin.filter(|_| may), "{origin:?}: {answer:?}");
            let exposed = answer.field("access-control-expose-headers").unwrap_or_default();
            assert_eq!(exposed.contains("Ifmatch-Unsafe"), may, "{answer:?}");
            assert_eq!(answer.field("vary"), Some("Origin"), "{answer:?}");
            assert_eq!(answer.field("ifmatch-unsafe"), Some("etags=content"), "{answer:?}");
        }
    }
    server.end().await;
}

/// hyper counts up to 2^64-3, but a length may have any number of digits.
#[tokio::test]
async fn content_length_near_2_to_the_64_is_413() {
    let server = Running::start().await;
    let many_digits = "9".repeat(40);
    let lengths = ["18446744073709551613", "18446744073709551614", "18446744073709551615", "18446744073709551616"];
    for length in lengths.into_iter().chain([&*many_digits]) {
        for (version, expect) in [("1.1", ""), ("1.1", "100-continue"), ("1.0", ""), ("1.0", "100-continue")] {
            let mut connection = server.connect().await;
            let lines =
                format!("Host: localhost\r\nIf-None-Match: *\r\nContent-Type: application/json\r\nExpect: {expect}");
            let said = format!("PUT /api/documents/a HTTP/{version}\r\n{lines}\r\nContent-Length: {length}\r\n\r\n{{");
            connection.write(said.as_bytes()).await;
            let answer = connection.answer("PUT").await;
            assert_eq!((answer.status, answer.field("connection")), (413, Some("close")), "{length}: {answer:?}");
            assert!(answer.body.contains(r#""error":"content_too_large""#), "{length}: {answer:?}");
        }
    }
    for no_length in ["1e30", "-1", "99999999999999999999x"] {
        let mut connection = server.connect().await;
        let said = format!("PUT /api/documents/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: {no_length}\r\n\r\n");
        connection.write(said.as_bytes()).await;
        assert_eq!(connection.answer("PUT").await.status, 400, "{no_length}");
    }
    server.end().await;
}

/// A meaningless body is ignored, unless it would never end.
#[tokio::test]
async fn endless_body_of_a_read_is_not_waited_for() {
    let server = Running::start().await;
    for method in ["GET", "DELETE"] {
        let mut connection = server.connect().await;
        let length = u64::MAX / 2;
        let said =
            format!("{method} /api/documents/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\nx");
        connection.write(said.as_bytes()).await;
        let answer = connection.answer(method).await;
        assert_eq!((answer.status, answer.field("connection")), (404, Some("close")), "{answer:?}");
    }
    server.end().await;
}

#[tokio::test]
async fn too_many_trailer_lines_are_400_and_named() {
    let server = Running::start().await;
    let document = r#"{"title":"T","content":"c"}"#;
    let fields = "Host: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    for (count, status) in [(100, 201), (101, 400)] {
        let trailers = "X: y\r\n".repeat(count);
        let chunks = format!("{:x}\r\n{document}\r\n0\r\n{trailers}\r\n", document.len());
        let mut connection = server.connect().await;
        let said = format!("PUT /api/documents/{count} HTTP/1.1\r\nIf-None-Match: *\r\n{fields}\r\n{chunks}");
        connection.write_what_is_taken(said.as_bytes()).await;
        let answer = connection.answer("PUT").await;
        assert_eq!(answer.status, status, "{count}: {answer:?}");
        assert_eq!(answer.body.contains("100 lines"), status == 400, "{count}: {answer:?}");
    }
    server.end().await;
}

#[tokio::test]
async fn head_that_is_too_long_gets_a_problem() {
    let server = Running::start().await;
    let lines = |count: usize| "X: y\r\n".repeat(count);
    let target =
        |length: usize| format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(length)).into_bytes();
    for (said, status, error) in [
        (head("GET", "/healthz", lines(101).as_bytes(), 0), 431, "request_header_fields_too_large"),
        (
            head("GET", "/healthz", format!("X: {}\r\n", "x".repeat(40_000)).as_bytes(), 0),
            431,
            "request_header_fields_too_large",
        ),
        // Far more than the server accepts, but the response arrives.
        (
            head("GET", "/healthz", format!("X: {}\r\n", "x".repeat(900_000)).as_bytes(), 0),
            431,
            "request_header_fields_too_large",
        ),
        (target(40_000), 431, "request_header_fields_too_large"),
        (target(30_000), 404, "not_found"),
    ] {
        let mut connection = server.connect().await;
        let problem = if status == 404 {
            connection.write(&said).await;
            let answer = connection.answer("GET").await;
            (answer.status, serde_json::from_str(&answer.body).unwrap())
        } else {
            refused(connection, &said).await
        };
        assert_eq!((problem.0, problem.1["error"].as_str()), (status, Some(error)), "{}", problem.1);
    }
    // With the two lines that `head` adds, this is exactly the limit.
    assert_eq!(server.send("GET", "/healthz", lines(98).as_bytes(), "").await.status, 200);
    server.end().await;
}

#[tokio::test]
async fn odd_but_readable_request_goes_to_its_route() {
    let server = Running::start().await;
    for (said, status) in [
        // Methods are case-sensitive (RFC 9110 section 9.1), so this is not GET.
        (&b"get /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"[..], 405),
        (b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n", 200),
        (b"\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
    ] {
        let mut connection = server.connect().await;
        connection.write(said).await;
        assert_eq!(connection.answer("GET").await.status, status, "{}", String::from_utf8_lossy(said));
    }
    server.end().await;
}

/// The server may use the Transfer-Encoding alone, and must then close the connection.
///
/// RFC 9112 section 6.1 says so.
#[tokio::test]
async fn with_two_lengths_the_chunks_count_and_the_connection_ends() {
    let server = Running::start().await;
    let document = r#"{"title":"T","content":"one"}"#;
    let body = format!("{:x}\r\n{document}\r\n0\r\n\r\n", document.len());
    for lengths in
        ["Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"]
    {
        let mut connection = server.connect().await;
        let said =
            format!("PUT /api/documents/a HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\n{lengths}\r\n{body}");
        // The bytes that an attacker would put before another client's request.
        connection.write(format!("{said}GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).await;
        let answer = connection.answer("PUT").await;
        assert!(matches!(answer.status, 201 | 412), "{answer:?}");
        assert_eq!(answer.field("connection"), Some("close"), "{answer:?}");
        assert!(connection.read_to_end().await.is_empty(), "nothing after it was read");
    }
    server.end().await;
}

#[tokio::test]
async fn requests_before_unreadable_input_are_answered() {
    let server = Running::start().await;
    for count in [1, 2, 7] {
        let mut connection = server.connect().await;
        let said = [head("GET", "/healthz", b"", 0).repeat(count), b"no request\r\n\r\n".to_vec()].concat();
        connection.write(&said).await;
        for _ in 0..count {
            assert_eq!(connection.answer("GET").await.status, 200);
        }
        let last = connection.answer("GET").await;
        assert_eq!((last.status, last.field("content-type")), (400, Some("application/problem+json")));
        assert!(connection.read_to_end().await.is_empty());
    }
    server.end().await;
}

/// The bytes of hyper's own error responses, at every place that a client controls.
#[tokio::test]
async fn no_regular_answer_is_taken_for_one_that_is_replaced() {
    let server = Running::start().await;
    let bare = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let document = serde_json::json!({"title": bare, "content": format!("{bare}{bare}")}).to_string();
    let mut connection = server.connect().await;
    connection.write(&head("PUT", "/api/documents/a", b"If-None-Match: *\r\n", document.len())).await;
    connection.write(document.as_bytes()).await;
    assert_eq!(connection.answer("PUT").await.status, 201);
    for path in ["/api/documents/a", "/api/documents", "/api/documents/a/versions", "/control/exchanges"] {
        connection.write(&head("GET", path, b"", 0)).await;
        let answer: Answer = connection.answer("GET").await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.body.contains('\r'), "{path}: no text of this server has a carriage return");
    }
    connection.write(&head("GET", "/api/documents/a", b"", 0)).await;
    let read: Value = serde_json::from_str(&connection.answer("GET").await.body).unwrap();
    assert_eq!(read, serde_json::from_str::<Value>(&document).unwrap());
    server.end().await;
}

/// No layer of the pipeline sees these refusals, but the metrics count them.
#[tokio::test]
async fn they_are_counted() {
    let server = Running::start().await;
    refused(server.connect().await, b"no request\r\n\r\n").await;
    refused(server.connect().await, &head("GET", "/healthz", "X: y\r\n".repeat(101).as_bytes(), 0)).await;
    // `none` as a method counts as one of the other methods.
    assert_eq!(server.send("none", "/healthz", b"", "").await.status, 405);
    let metrics = server.send("GET", "/metrics", b"", "").await.body;
    let counted: Vec<_> = metrics.lines().filter(|line| line.starts_with("ifmatch_http_requests_total")).collect();
    let expected = [("other", 405), ("none", 400), ("none", 431)]
        .map(|(method, status)| format!("ifmatch_http_requests_total{{method=\"{method}\",status=\"{status}\"}} 1"));
    assert_eq!(counted, expected);
    server.end().await;
}

#[tokio::test]
async fn a_client_that_goes_on_sending_still_reads_why() {
    let server = Running::start().await;
    // If a server closes with unread input, the system breaks the connection, and `refused` would fail.
    let more = [b"no request\r\n\r\n".to_vec(), vec![b'x'; 60_000]].concat();
    assert_eq!(refused(server.connect().await, &more).await.0, 400);
    let mut connection = server.connect().await;
    connection.write_what_is_taken(b"no request\r\n\r\n").await;
    for _ in 0..200 {
        connection.write_what_is_taken(&[b'x'; 4096]).await;
    }
    assert_eq!(connection.answer("GET").await.status, 400);
    tokio::time::pause();
    // The server does not wait for ever for a client that does not close.
    connection.closes_within(Duration::from_secs(5)).await;
    tokio::time::resume();
    server.end().await;
}

/// The beginning of the next request is then unknown, so the response says that the connection ends.
#[tokio::test]
async fn a_chunk_that_is_none_ends_the_connection() {
    let server = Running::start().await;
    let mut connection = server.connect().await;
    let fields = "If-None-Match: *\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    connection.write(format!("PUT /api/documents/a HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n").as_bytes()).await;
    connection.write(b"ZZ\r\n{}\r\n0\r\n\r\n").await;
    let answer = connection.answer("PUT").await;
    assert_eq!((answer.status, answer.field("connection")), (400, Some("close")), "{answer:?}");
    server.end().await;
}
