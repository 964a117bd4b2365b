//! Connections: which protocols the server supports, and how long a client may take.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::frames::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GET, GOAWAY, HEADERS, PING, PUT, RST_STREAM, answering, frame,
    frame_if_any, http_2, literal, next_frame, request,
};
use crate::wire::{Running, head};

/// Each client sends a little less than a whole header section.
///
/// That is nothing, the part of the preface that HTTP/2 shares with HTTP/1, or a header section without its end.
#[tokio::test]
async fn unfinished_head_is_dropped_after_thirty_seconds() {
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
    let mut connection = http_2(&server).await;
    connection.write(&frame(HEADERS, END_STREAM | END_HEADERS, 1, &request(GET, "/healthz"))).await;
    let answer = loop {
        let (kind, stream, payload) = next_frame(&mut connection).await;
        if (kind, stream) == (HEADERS, 1) {
            break payload;
        }
    };
    // `:status: 200` is entry 8 of the static table. An update of the table's size may precede it.
    let status = answer.iter().find(|byte| **byte & 0xe0 != 0x20);
    assert_eq!(status, Some(&0x88), "{answer:x?}");
    server.end().await;
}

/// The clock starts when the server waits for the body, and bytes that drip in do not stop it.
#[tokio::test]
async fn a_body_has_thirty_seconds() {
    let server = Running::start().await;
    let mut connection = server.connect().await;
    connection.write(&head("PUT", "/control/gate", b"Expect: 100-continue\r\n", 100)).await;
    assert_eq!(connection.head().await.status, 100, "it is waited for now");
    tokio::time::pause();
    let begun = Instant::now();
    let answer = loop {
        connection.write(b" ").await;
        if let Ok(answer) = timeout(Duration::from_secs(4), connection.answer("PUT")).await {
            break answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it waits for ever");
    };
    let waited = begun.elapsed().as_secs();
    tokio::time::resume();
    assert!((29..=34).contains(&waited), "{waited} s");
    assert_eq!((answer.status, answer.field("connection")), (408, Some("close")), "{answer:?}");
    assert!(answer.body.contains(r#""error":"request_timeout""#), "{}", answer.body);
    assert!(connection.read_to_end().await.is_empty());
    assert_eq!(server.send("GET", "/control/gate", b"", "").await.body, r#"{"hold":"none","held":[]}"#);
    server.end().await;
}

const EXPECT: &[u8] = b"Expect: 100-continue\r\n";
const OPEN: &[u8] = br#"{"hold":"none"}"#;

/// The time of the header section is subtracted from the body's. Silence before it costs nothing.
#[tokio::test]
async fn head_and_body_have_thirty_seconds_together() {
    for (silent, slow, left) in [(0, 0, 30), (20, 0, 30), (0, 20, 10), (4, 18, 12)] {
        let server = Running::start().await;
        let mut connection = server.connect().await;
        // The second request of its connection: before it, there was a body that arrived in time.
        connection.write(&head("PUT", "/control/gate", EXPECT, OPEN.len())).await;
        assert_eq!(connection.head().await.status, 100);
        connection.write(OPEN).await;
        assert_eq!(connection.answer("PUT").await.status, 200);
        pass(&server, silent).await;
        let head = head("PUT", "/control/gate", EXPECT, 100);
        let (first, second) = head.split_at(if slow == 0 { 0 } else { 30 });
        connection.write(first).await;
        pass(&server, slow).await;
        connection.write(second).await;
        assert_eq!(connection.head().await.status, 100, "it is waited for now");
        tokio::time::pause();
        let begun = Instant::now();
        let answer = timeout(Duration::from_secs(100), connection.answer_however_late("PUT")).await;
        let waited = begun.elapsed().as_secs();
        tokio::time::resume();
        assert!((left - 1..=left + 1).contains(&waited), "{waited} s after {silent} s and {slow} s");
        assert_eq!(answer.expect("it waits for ever").status, 408);
        server.end().await;
    }
}

/// Lets time pass on the server's clock, once the server has read everything that was sent to it.
async fn pass(server: &Running, seconds: u64) {
    // The server reads what was sent later only after the input before.
    assert_eq!(server.send("GET", "/healthz", b"", "").await.status, 200);
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn in_http_2_too_and_only_that_stream_ends() {
    let server = Running::start().await;
    let mut connection = http_2(&server).await;
    connection.write(&frame(HEADERS, END_HEADERS, 1, &request(PUT, "/control/gate"))).await;
    // The ping's response shows that the server has read the request before it.
    connection.write(&frame(PING, 0, 0, b"12345678")).await;
    while next_frame(&mut connection).await.0 != PING {}
    tokio::time::pause();
    let begun = Instant::now();
    let problem = answering(&mut connection, 1).await;
    let waited = begun.elapsed().as_secs();
    tokio::time::resume();
    assert!((29..=31).contains(&waited), "{waited} s");
    assert!(problem.contains(r#""error":"request_timeout""#), "{problem}");
    connection.write(&frame(HEADERS, END_STREAM | END_HEADERS, 3, &request(GET, "/control/gate"))).await;
    assert_eq!(answering(&mut connection, 3).await, r#"{"hold":"none","held":[]}"#);
    server.end().await;
}

#[tokio::test]
async fn idle_http_2_connection_ends_despite_pings() {
    let server = Running::start().await;
    let mut connection = http_2(&server).await;
    connection.write(&frame(HEADERS, END_STREAM | END_HEADERS, 1, &request(GET, "/control/gate"))).await;
    answering(&mut connection, 1).await;
    tokio::time::pause();
    let begun = Instant::now();
    while let Some((kind, _, payload)) = frame_if_any(&mut connection).await {
        if kind == PING {
            connection.write_what_is_taken(&frame(PING, ACK, 0, &payload)).await;
        }
        assert!(begun.elapsed() < Duration::from_secs(200), "it is kept for ever");
    }
    let waited = begun.elapsed().as_secs();
    tokio::time::resume();
    assert!((30..=100).contains(&waited), "{waited} s");
    server.end().await;
}

#[tokio::test]
async fn silent_event_streams_do_not_end() {
    let server = Running::start().await;
    let mut events = server.connect().await;
    events.write(&head("GET", "/api/events", b"", 0)).await;
    assert_eq!(events.head().await.status, 200);
    let mut second = http_2(&server).await;
    second.write(&frame(HEADERS, END_STREAM | END_HEADERS, 1, &request(GET, "/api/events"))).await;
    while next_frame(&mut second).await.0 != DATA {}
    tokio::time::pause();
    let begun = Instant::now();
    let mut pings = 0;
    while begun.elapsed() < Duration::from_secs(300) {
        let (kind, _, payload) = next_frame(&mut second).await;
        if kind == PING && payload != [0; 8] {
            second.write(&frame(PING, ACK, 0, &payload)).await;
            pings += 1;
        }
    }
    tokio::time::resume();
    assert!(pings > 3, "a peer that is there is asked whether it is: {pings}");
    for _ in 0..15 {
        // Heartbeats have arrived all the time.
        events.until(":\n\n").await;
    }
    server.end().await;
}

#[tokio::test]
async fn client_that_does_not_read_is_closed() {
    let server = Running::start().await;
    let document = format!(r#"{{"title":"T","content":"{}"}}"#, "x".repeat(900_000));
    let created = server.send("PUT", "/api/documents/a", b"If-None-Match: *\r\n", &document).await;
    assert_eq!(created.status, 201);
    let mut connection = server.connect().await;
    // Far more than all buffers in between hold.
    for _ in 0..60 {
        connection.write(&head("GET", "/api/documents/a", b"", 0)).await;
    }
    connection.answer("GET").await;
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(40)).await;
    tokio::time::resume();
    let rest = connection.what_is_left().await;
    assert!(rest < 40 * document.len(), "{rest} bytes came after all");
    server.end().await;
}

/// Rapid reset (streams that the client resets when it has opened them), and an endless header section.
#[tokio::test]
async fn floods_of_http_2_end_their_own_connection() {
    let server = Running::start().await;
    let streams = (0..3000).map(|n| 2 * n + 1);
    let resets = streams.flat_map(|stream| {
        let opened = frame(HEADERS, END_STREAM | END_HEADERS, stream, &request(GET, "/healthz"));
        [opened, frame(RST_STREAM, 0, stream, &[0, 0, 0, 8])].concat()
    });
    let fields = literal("x", &"y".repeat(100));
    let continued = (0..3000).flat_map(|_| frame(CONTINUATION, 0, 1, &fields));
    let endless = frame(HEADERS, 0, 1, &request(GET, "/healthz")).into_iter().chain(continued);
    for (flood, why) in [(resets.collect::<Vec<u8>>(), "resets"), (endless.collect(), "a head")] {
        let mut connection = http_2(&server).await;
        connection.write_what_is_taken(&flood).await;
        let mut code = None;
        while let Some((kind, _, payload)) = frame_if_any(&mut connection).await {
            if kind == GOAWAY {
                code = payload.get(4..8).map(<[u8]>::to_vec);
            }
        }
        // ENHANCE_YOUR_CALM (RFC 9113 section 7): the connection did not end because it was idle.
        assert_eq!(code, Some(vec![0, 0, 0, 11]), "{why}");
        assert_eq!(server.send("GET", "/healthz", b"", "").await.status, 200, "{why}: the others are served");
    }
    server.end().await;
}

#[tokio::test]
async fn a_head_of_http_2_has_thirty_two_kibibytes_too() {
    let server = Running::start().await;
    let mut connection = http_2(&server).await;
    let fields = literal("x", &"y".repeat(120)).repeat(300);
    connection.write(&frame(HEADERS, END_STREAM, 1, &request(GET, "/healthz"))).await;
    for part in fields.chunks(16_000) {
        connection.write(&frame(CONTINUATION, 0, 1, part)).await;
    }
    connection.write(&frame(CONTINUATION, END_HEADERS, 1, b"")).await;
    let answer = loop {
        let (kind, stream, payload) = next_frame(&mut connection).await;
        if (kind, stream) == (HEADERS, 1) {
            break payload;
        }
    };
    // `:status` by its number, and 431 in the code of HPACK (RFC 7541 appendix B).
    assert!(answer.windows(4).any(|window| window == [0x83, 0x69, 0x90, 0xff]), "{answer:x?}");
    let problem = answering(&mut connection, 1).await;
    assert!(problem.contains(r#""error":"request_header_fields_too_large""#), "it has a body: {problem}");
    assert!(problem.contains(r#""instance":"/healthz""#), "{problem}");
    server.end().await;
}

/// Returns the response to an HTTP/2 request with this many field lines.
async fn answer_to_fields(server: &Running, count: usize) -> String {
    let mut connection = http_2(server).await;
    let fields = [request(GET, "/healthz"), literal("x", "y").repeat(count)].concat();
    connection.write(&frame(HEADERS, END_STREAM | END_HEADERS, 1, &fields)).await;
    answering(&mut connection, 1).await
}

#[tokio::test]
async fn a_head_of_http_2_has_a_hundred_lines_too() {
    let server = Running::start().await;
    assert_eq!(answer_to_fields(&server, 100).await, r#"{"status":"ok","store":"ok"}"#);
    let refused = answer_to_fields(&server, 101).await;
    assert!(refused.contains(r#""status":431"#), "{refused}");
    assert!(refused.contains("100 field lines"), "{refused}");
    server.end().await;
}

/// The limit also holds for one piece, and on a connection that has read a large request.
#[tokio::test]
async fn a_head_on_a_used_connection_has_thirty_two_kibibytes() {
    let server = Running::start().await;
    let mut connection = server.connect().await;
    let large = format!(r#"{{"title":"T","content":"{}"}}"#, "x".repeat(500_000));
    connection.write(&head("PUT", "/api/documents/a", b"If-None-Match: *\r\n", large.len())).await;
    connection.write(large.as_bytes()).await;
    assert_eq!(connection.answer("PUT").await.status, 201);
    connection.write(&head("GET", "/healthz", format!("X: {}\r\n", "x".repeat(32_000)).as_bytes(), 0)).await;
    assert_eq!(connection.answer("GET").await.status, 200);
    connection
        .write_what_is_taken(&head("GET", "/healthz", format!("X: {}\r\n", "x".repeat(33_000)).as_bytes(), 0))
        .await;
    assert_eq!(connection.answer("GET").await.status, 431);
    server.end().await;
}

#[tokio::test]
async fn one_client_has_a_hundred_streams_at_a_time() {
    let server = Running::start().await;
    let mut connection = http_2(&server).await;
    for stream in (0..101).map(|n| 2 * n + 1) {
        connection.write(&frame(HEADERS, END_HEADERS, stream, &request(PUT, "/control/gate"))).await;
    }
    let refused = loop {
        let (kind, stream, payload) = next_frame(&mut connection).await;
        if kind == RST_STREAM {
            break (stream, payload);
        }
    };
    // REFUSED_STREAM says that nothing was done (RFC 9113 section 8.7).
    assert_eq!(refused, (201, vec![0, 0, 0, 7]));
    server.end().await;
}
