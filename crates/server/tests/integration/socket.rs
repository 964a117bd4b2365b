//! Rules that only the bytes of HTTP/1.1 show.
//!
//! They concern Expect, empty fields, several lines, refused bodies, and shutdown.

use crate::wire::{Answer, Running, head};

const DOCUMENT: &str = r#"{"title":"T","content":"one"}"#;
const PATH: &str = "/api/documents/a";
const POLICY: &str = "/control/policy";

/// Returns a server with a document, and the document's tag.
async fn with_document() -> (Running, String) {
    let server = Running::start().await;
    let created = server.send("PUT", PATH, b"If-None-Match: *\r\n", DOCUMENT).await;
    assert_eq!(created.status, 201, "{created:?}");
    let etag = created.field("etag").unwrap().to_owned();
    (server, etag)
}

#[tokio::test]
async fn a_refusal_comes_instead_of_the_100() {
    let (server, etag) = with_document().await;
    for (fields, status) in [
        ("If-Match: \"v9-00000000\"\r\n", 412),
        ("", 428),
        ("If-Match: v9\r\n", 400),
        ("If-Match: *\r\nContent-Type: text/plain\r\n", 415),
    ] {
        let mut connection = server.connect().await;
        let fields = format!("Expect: 100-continue\r\n{fields}");
        connection.write(&head("PUT", PATH, fields.as_bytes(), DOCUMENT.len())).await;
        let refused = connection.answer("PUT").await;
        assert_eq!(refused.status, status, "{fields}");
        // Otherwise a proxy would keep the connection, and send the body in vain.
        assert_eq!(refused.field("connection"), Some("close"), "{fields}");
        assert_eq!(connection.read_to_end().await, b"", "{fields}");
    }
    let mut connection = server.connect().await;
    let fields = format!("Expect: 100-continue\r\nIf-Match: {etag}\r\n");
    let body = DOCUMENT.replace("one", "two");
    connection.write(&head("PUT", PATH, fields.as_bytes(), body.len())).await;
    assert_eq!(connection.head().await.status, 100);
    connection.write(body.as_bytes()).await;
    assert_eq!(connection.answer("PUT").await.status, 200);
    server.end().await;
}

/// Sends a write with `Expect`, and its body if the server sends a 100.
///
/// Returns whether it did, and the final response.
async fn expecting(server: &Running, fields: &str, body: &str) -> (bool, Answer) {
    let mut connection = server.connect().await;
    let fields = format!("Expect: 100-continue\r\n{fields}");
    connection.write(&head("PUT", PATH, fields.as_bytes(), body.len())).await;
    let first = connection.answer("PUT").await;
    if first.status != 100 {
        return (false, first);
    }
    connection.write(body.as_bytes()).await;
    (true, connection.answer("PUT").await)
}

/// Only the body tells whether a stale write was applied before, and the client has not sent it yet.
///
/// So the author of the next version gets a 100, and no other author does.
#[tokio::test]
async fn retry_with_expect_is_asked_for_its_body() {
    let (server, first) = with_document().await;
    let (two, three) = (DOCUMENT.replace("one", "two"), DOCUMENT.replace("one", "three"));
    let by = |author: &str, tag: &str| format!("Ifmatch-Author: {author}\r\nIf-Match: {tag}\r\n");
    let changed = server.send("PUT", PATH, by("bob", &first).as_bytes(), &two).await;
    assert_eq!((changed.status, changed.field("ifmatch-replayed")), (200, None));
    let second = changed.field("etag").unwrap().to_owned();

    let (asked, replayed) = expecting(&server, &by("bob", &first), &two).await;
    assert_eq!((asked, replayed.status, replayed.field("ifmatch-replayed")), (true, 200, Some("?1")), "{replayed:?}");
    assert_eq!(replayed.field("etag"), Some(&*second));
    let (asked, other) = expecting(&server, &by("bob", &first), &three).await;
    assert_eq!((asked, other.status), (true, 412), "it was another write after all");
    assert!(other.body.contains(r#""reason":"stale""#), "{other:?}");
    let list = format!("\"x\", {first}");
    let (asked, replayed) = expecting(&server, &by("bob", &list), &two).await;
    assert_eq!((asked, replayed.status), (true, 200), "{replayed:?}");

    for (author, tag) in [("carol", &*first), ("bob", "\"v9-00000000\""), ("bob", &*format!("W/{first}"))] {
        let (asked, refused) = expecting(&server, &by(author, tag), &two).await;
        assert_eq!((asked, refused.status, refused.field("etag")), (false, 412, Some(&*second)), "{author} {tag}");
    }
    let fields = format!("{}Prefer: return=representation\r\n", by("carol", &first));
    let (asked, merging) = expecting(&server, &fields, &three).await;
    assert_eq!((asked, merging.status, &*merging.body), (false, 412, &*two), "what won comes at once here too");

    let third = server.send("PUT", PATH, by("carol", &second).as_bytes(), &three).await;
    assert_eq!(third.status, 200);
    let (asked, superseded) = expecting(&server, &by("bob", &first), &two).await;
    assert_eq!((asked, superseded.status), (true, 412));
    assert!(superseded.body.contains(r#""reason":"superseded""#), "{superseded:?}");
    let versions = server.send("GET", "/api/documents/a/versions", b"", "").await;
    assert_eq!(versions.body.matches("\"version\":").count(), 3, "no version was made");
    server.end().await;
}

/// A PATCH and a DELETE never count as replays, and are refused without a 100.
#[tokio::test]
async fn stale_patch_with_expect_gets_no_100() {
    let (server, first) = with_document().await;
    let changed =
        server.send("PUT", PATH, format!("If-Match: {first}\r\n").as_bytes(), &DOCUMENT.replace("one", "2")).await;
    assert_eq!(changed.status, 200);
    let mut connection = server.connect().await;
    let fields = format!("Expect: 100-continue\r\nIf-Match: {first}\r\nContent-Type: application/merge-patch+json\r\n");
    connection.write(&head("PATCH", PATH, fields.as_bytes(), 2)).await;
    assert_eq!(connection.answer("PATCH").await.status, 412);
    server.end().await;
}

/// HTTP/1.0 has no expectations: the server reads the body first, and sends no 100.
#[tokio::test]
async fn expect_in_http_1_0_is_ignored() {
    let (server, etag) = with_document().await;
    let body = DOCUMENT.replace("one", "two");
    for (condition, status) in [("\"v9-00000000\"", 412), (&*etag, 200)] {
        let mut connection = server.connect().await;
        let lines = format!("Host: localhost\r\nExpect: 100-continue\r\nIf-Match: {condition}\r\n");
        let length = format!("Content-Length: {}\r\n\r\n", body.len());
        connection.write(format!("PUT {PATH} HTTP/1.0\r\n{lines}{length}").as_bytes()).await;
        // The server reads what was sent later only after the input before.
        assert_eq!(server.send("GET", "/healthz", b"", "").await.status, 200);
        assert!(connection.is_silent(), "{condition}: it waits for the body");
        connection.write(body.as_bytes()).await;
        assert_eq!(connection.answer("PUT").await.status, status, "{condition}");
    }
    server.end().await;
}

#[tokio::test]
async fn the_policy_refuses_instead_of_the_100_too() {
    let server = Running::start().await;
    let policy = server.send("GET", POLICY, b"", "").await;
    let tag = policy.field("etag").unwrap();
    let expecting = |condition: &str| format!("Expect: 100-continue\r\n{condition}").into_bytes();
    for (condition, status) in [("", 428), ("If-Match: \"p0-x\"\r\n", 412), ("If-Match: p0\r\n", 400)] {
        let mut connection = server.connect().await;
        connection.write(&head("PUT", POLICY, &expecting(condition), policy.body.len())).await;
        assert_eq!(connection.answer("PUT").await.status, status, "{condition}");
    }
    let mut connection = server.connect().await;
    let fields = expecting(&format!("If-Match: {tag}\r\n"));
    connection.write(&head("PUT", POLICY, &fields, policy.body.len())).await;
    assert_eq!(connection.head().await.status, 100);
    connection.write(policy.body.as_bytes()).await;
    assert_eq!(connection.answer("PUT").await.status, 200);
    server.end().await;
}

#[tokio::test]
async fn judged_again_after_the_body() {
    let (server, etag) = with_document().await;
    let slow = DOCUMENT.replace("one", "slow");
    let mut connection = server.connect().await;
    let fields = format!("Expect: 100-continue\r\nIf-Match: {etag}\r\n");
    connection.write(&head("PUT", PATH, fields.as_bytes(), slow.len())).await;
    assert_eq!(connection.head().await.status, 100);
    let fast = DOCUMENT.replace("one", "fast");
    let won = server.send("PUT", PATH, format!("If-Match: {etag}\r\n").as_bytes(), &fast).await;
    assert_eq!(won.status, 200);
    connection.write(slow.as_bytes()).await;
    let lost = connection.answer("PUT").await;
    assert_eq!((lost.status, lost.field("etag")), (412, won.field("etag")));
    server.end().await;
}

#[tokio::test]
async fn a_client_that_writes_first_still_reads_the_refusal() {
    let (server, _) = with_document().await;
    let large = format!(r#"{{"title":"T","content":"{}"}}"#, "x".repeat(3_000_000));
    for (fields, status) in [("If-Match: \"v9-00000000\"\r\n", 412), ("Content-Type: text/plain\r\n", 415)] {
        let mut connection = server.connect().await;
        connection.write(&head("PUT", PATH, fields.as_bytes(), large.len())).await;
        connection.write(large.as_bytes()).await;
        assert_eq!(connection.answer("PUT").await.status, status);
        connection.write(&head("GET", PATH, b"", 0)).await;
        assert_eq!(connection.answer("GET").await.status, 200, "the connection goes on");
    }
    let mut connection = server.connect().await;
    connection.write(&head("PUT", PATH, b"", 1_000_000_000)).await;
    let refused = connection.answer("PUT").await;
    assert_eq!((refused.status, refused.field("connection")), (413, Some("close")), "without reading on");
    // The client is still sending. The server reads on while the client may read the response, so nothing breaks.
    for _ in 0..100 {
        connection.write(&[b'x'; 4096]).await;
    }
    server.end().await;
}

#[tokio::test]
async fn client_that_was_read_to_its_end_is_not_waited_for() {
    let server = Running::start().await;
    let length = DOCUMENT.len();
    let chunked = format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{DOCUMENT}\r\n0\r\n\r\n");
    for said in [format!("Content-Length: {length}\r\n\r\n{DOCUMENT}"), chunked] {
        let mut connection = server.connect().await;
        let line = format!("PUT {PATH} HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\nConnection: close\r\n");
        connection.write(format!("{line}{said}").as_bytes()).await;
        assert!(matches!(connection.answer("PUT").await.status, 201 | 412));
        assert!(connection.read_to_end().await.is_empty());
        let taken = connection.taken_until_it_breaks().await;
        assert!(taken < 100_000, "{taken} bytes were taken after {said}");
    }
    server.end().await;
}

#[tokio::test]
async fn fields_are_taken_as_they_come() {
    let (server, etag) = with_document().await;
    let inner = etag.trim_matches('"');
    for (fields, status) in [
        (b"If-Match:\r\n".to_vec(), 412),
        (b"If-Match: ,\r\n".to_vec(), 412),
        (b"If-Match: \"a b\"\r\n".to_vec(), 412),
        (format!("If-Match: {inner}\r\n").into_bytes(), 400),
        (format!("If-Match: \"x\"\r\nX: y\r\nif-match: {etag}\r\n").into_bytes(), 200),
        (format!("If-Match: , \"a,b\" ,, {etag} ,\r\n").into_bytes(), 200),
        ([b"If-Match: \"caf\xe9\", ", etag.as_bytes(), b"\r\n"].concat(), 200),
    ] {
        let answer = server.send("PUT", PATH, &fields, DOCUMENT).await;
        assert_eq!(answer.status, status, "{}: {answer:?}", String::from_utf8_lossy(&fields));
    }
    server.end().await;
}

#[tokio::test]
async fn head_and_304_have_no_body_and_no_wrong_length() {
    let (server, etag) = with_document().await;
    let get = server.send("GET", PATH, b"", "").await;
    let mut connection = server.connect().await;
    connection.write(&head("HEAD", PATH, b"", 0)).await;
    let answer = connection.answer("HEAD").await;
    assert_eq!(answer.field("content-length"), get.field("content-length"));
    assert_eq!(answer.field("etag"), Some(&*etag));

    let fields = format!("If-None-Match: {etag}\r\n");
    connection.write(&head("GET", PATH, fields.as_bytes(), 0)).await;
    let not_modified = connection.answer("GET").await;
    assert_eq!((not_modified.status, not_modified.field("content-length")), (304, None));
    let fields = format!("If-Match: {etag}\r\nPrefer: return=minimal\r\n");
    connection.write(&head("PUT", PATH, fields.as_bytes(), DOCUMENT.len())).await;
    connection.write(DOCUMENT.as_bytes()).await;
    let minimal = connection.answer("PUT").await;
    assert_eq!((minimal.status, minimal.field("content-length")), (204, None));
    connection.write(&head("GET", PATH, b"", 0)).await;
    assert_eq!(connection.answer("GET").await.body, DOCUMENT, "one connection, one answer after the other");
    server.end().await;
}

#[tokio::test]
async fn the_server_ends_with_streams_open_and_requests_unfinished() {
    let (server, _) = with_document().await;
    let mut stream = server.connect().await;
    stream.write(&head("GET", "/api/events", b"", 0)).await;
    assert_eq!(stream.head().await.status, 200);
    let mut unfinished = server.connect().await;
    unfinished.write(b"PUT /api/documents/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{").await;
    let mut idle = server.connect().await;
    idle.write(&head("GET", PATH, b"", 0)).await;
    idle.answer("GET").await;
    server.end().await;
    let rest = stream.read_to_end().await;
    assert!(rest.ends_with(b"0\r\n\r\n"), "the stream has an end: {}", String::from_utf8_lossy(&rest));
    assert!(idle.read_to_end().await.is_empty());
}

#[tokio::test]
async fn record_has_the_address_of_the_client() {
    let server = Running::start().await;
    assert_eq!(server.send("GET", "/api/documents", b"", "").await.status, 200);
    let record = server.send("GET", "/control/exchanges", b"", "").await.body;
    assert!(record.contains(r#""clientAddress":"127.0.0.1""#), "{record}");
    server.end().await;
}
