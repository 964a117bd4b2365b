//! Clients that close their sending half get their responses; clients that are gone are noticed.

use crate::frames::{
    DATA, END_HEADERS, END_STREAM, GET, HEADERS, PING, PUT, SETTINGS, answering, frame, frame_if_any, http_2, literal,
    next_frame, request,
};
use crate::service::text;
use crate::wire::{Connection, Running, head};

const GATE: &str = "/control/gate";
const PATH: &str = "/api/documents/a";

fn put(fields: &str, body: &str) -> Vec<u8> {
    [head("PUT", PATH, fields.as_bytes(), body.len()), body.as_bytes().to_vec()].concat()
}

async fn half_closed(server: &Running, said: &[u8]) -> Connection {
    let mut connection = server.connect().await;
    connection.write(said).await;
    connection.half_close().await;
    connection
}

#[tokio::test]
async fn half_closed_client_gets_its_response() {
    let server = Running::start().await;
    let document = text("one");
    let chunked = format!("{:x}\r\n{document}\r\n0\r\n\r\n", document.len());
    let lines = "Host: localhost\r\nIf-None-Match: *\r\nTransfer-Encoding: chunked\r\n";
    for (said, method, status) in [
        (put("If-None-Match: *\r\n", &document), "PUT", 201),
        (format!("PUT {PATH} HTTP/1.1\r\n{lines}\r\n{chunked}").into_bytes(), "PUT", 412),
        (head("GET", PATH, b"", 0), "GET", 200),
        (head("DELETE", PATH, b"", 0), "DELETE", 428),
        (format!("GET {PATH} HTTP/1.0\r\n\r\n").into_bytes(), "GET", 200),
    ] {
        let mut connection = half_closed(&server, &said).await;
        assert_eq!(connection.answer(method).await.status, status, "{}", String::from_utf8_lossy(&said));
        assert!(connection.read_to_end().await.is_empty(), "and then the connection ends");
    }
    server.end().await;
}

/// The client's half often ends while the server works on the request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_closed_chunked_request_is_done() {
    let server = Running::start().await;
    let fields =
        "Host: localhost\r\nIf-None-Match: *\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    let document = text("one");
    let (first, second) = document.split_at(7);
    let one = format!("{:x}\r\n{document}\r\n", document.len());
    let two = format!("{:x}\r\n{first}\r\n{:x};a=b\r\n{second}\r\n", first.len(), second.len());
    for round in 0..60 {
        for (name, chunks, trailers) in [("one", &one, ""), ("two", &two, ""), ("trailers", &two, "A: b\r\n")] {
            let path = format!("/api/documents/{name}-{round}");
            let said = format!("PUT {path} HTTP/1.1\r\n{fields}\r\n{chunks}0\r\n{trailers}\r\n");
            let mut connection = half_closed(&server, said.as_bytes()).await;
            assert_eq!(connection.answer("PUT").await.status, 201, "{path}");
            assert!(connection.read_to_end().await.is_empty(), "and then the connection ends");
            assert_eq!(server.send("GET", &path, b"", "").await.status, 200);
        }
    }
    server.end().await;
}

/// The client's half ends directly after the second request.
#[tokio::test]
async fn half_closed_client_gets_all_its_responses() {
    let server = Running::start().await;
    let long = format!(r#"{{"title":"T","content":"{}"}}"#, "x".repeat(900_000));
    assert_eq!(server.send("PUT", PATH, b"If-None-Match: *\r\n", &long).await.status, 201);
    let said = [head("GET", PATH, b"", 0), head("GET", "/healthz", b"", 0), head("GET", PATH, b"", 0)].concat();
    let mut connection = half_closed(&server, &said).await;
    assert!(connection.answer("GET").await.body == long);
    assert_eq!(connection.answer("GET").await.body, r#"{"status":"ok","store":"ok"}"#);
    assert!(connection.answer("GET").await.body == long, "it is not cut short");
    assert!(connection.read_to_end().await.is_empty());
    server.end().await;
}

#[tokio::test]
async fn half_closed_body_that_is_not_whole_is_400() {
    let server = Running::start().await;
    let chunked = "Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut part = put("If-None-Match: *\r\n", &text("one"));
    part.pop();
    for said in [
        part,
        head("PUT", PATH, b"If-None-Match: *\r\n", 5),
        format!("PUT {PATH} HTTP/1.1\r\n{chunked}").into_bytes(),
        format!("PUT {PATH} HTTP/1.1\r\nIf-None-Match: *\r\n{chunked}1").into_bytes(),
        format!("PUT {PATH} HTTP/1.1\r\nIf-None-Match: *\r\n{chunked}5\r\n{{").into_bytes(),
        head("PUT", PATH, b"If-None-Match: *\r\nExpect: 100-continue\r\n", 5),
    ] {
        let shown = String::from_utf8_lossy(&said).into_owned();
        let mut connection = half_closed(&server, &said).await;
        let mut answer = connection.answer("PUT").await;
        if answer.status == 100 {
            answer = connection.answer("PUT").await;
        }
        assert!(matches!(answer.status, 400 | 428), "{shown}: {answer:?}");
    }
    // An incomplete header section is not a request.
    let mut connection = half_closed(&server, b"GET /healthz HTTP/1.1\r\nHost: x\r\n").await;
    assert!(connection.read_to_end().await.is_empty());
    server.end().await;
}

/// A client that has closed its half is still held; the server probes it with a 100.
#[tokio::test]
async fn half_closed_client_stays_at_the_gate() {
    let server = Running::start().await;
    assert_eq!(server.send("PUT", GATE, b"", r#"{"hold":"writes"}"#).await.status, 200);
    let mut alice = half_closed(&server, &put("If-None-Match: *\r\n", &text("alice"))).await;
    assert_eq!(alice.head().await.status, 100);
    let held = server.send("GET", GATE, b"", "").await.body;
    assert!(held.contains(r#""exchange":1"#), "{held}");
    assert_eq!(server.send("POST", "/control/gate/release", b"", "").await.status, 200);
    assert_eq!(alice.answer("PUT").await.status, 201);
    assert!(alice.read_to_end().await.is_empty());
    server.end().await;
}

/// HTTP/1.0 has no 100 to probe such a client with, so the system probes it.
#[tokio::test]
async fn half_closed_http_1_0_client_stays_at_the_gate() {
    let server = Running::start().await;
    assert_eq!(server.send("PUT", GATE, b"", r#"{"hold":"all"}"#).await.status, 200);
    let mut alice = half_closed(&server, format!("GET {PATH} HTTP/1.0\r\n\r\n").as_bytes()).await;
    while !server.send("GET", GATE, b"", "").await.body.contains(r#""exchange":1"#) {}
    // The request and the end of the client's half have arrived: the server sees both while it serves others.
    for _ in 0..20 {
        assert!(server.send("GET", GATE, b"", "").await.body.contains(r#""exchange":1"#));
    }
    assert!(alice.is_silent());
    assert_eq!(server.send("POST", "/control/gate/release", b"", "").await.status, 200);
    assert_eq!(alice.answer("GET").await.status, 404);
    assert!(alice.read_to_end().await.is_empty());
    server.end().await;
}

/// Sends the frames of an HTTP/2 request, and closes the client's half.
async fn half_closed_in_http_2(server: &Running, frames: &[u8]) -> Connection {
    let mut connection = http_2(server).await;
    connection.write(frames).await;
    connection.half_close().await;
    connection
}

#[tokio::test]
async fn half_closed_client_of_http_2_gets_its_responses() {
    let server = Running::start().await;
    let document = text("one");
    let fields = [request(PUT, PATH), literal("if-none-match", "*")].concat();
    let said = [
        frame(HEADERS, END_HEADERS, 1, &fields),
        frame(DATA, END_STREAM, 1, document.as_bytes()),
        frame(HEADERS, END_STREAM | END_HEADERS, 3, &request(GET, "/healthz")),
    ];
    for _ in 0..20 {
        let mut connection = half_closed_in_http_2(&server, &said.concat()).await;
        let mut bodies = [(1, String::new()), (3, String::new())];
        while let Some((kind, on, payload)) = frame_if_any(&mut connection).await {
            if let Some((_, body)) = bodies.iter_mut().find(|(stream, _)| (kind, on) == (DATA, *stream)) {
                body.push_str(std::str::from_utf8(&payload).unwrap());
            }
        }
        // The second time, the document already exists: a 412.
        assert!(bodies[0].1.contains("\"one\"") || bodies[0].1.contains("already_exists"), "{bodies:?}");
        assert_eq!(bodies[1].1, r#"{"status":"ok","store":"ok"}"#);
    }
    server.end().await;
}

/// The client's half often ends before the server has taken the first request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_closed_http_2_in_one_piece_is_answered() {
    let server = Running::start().await;
    let mut said = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(SETTINGS, 0, 0, b"")].concat();
    for count in 1..=3 {
        let get = frame(HEADERS, END_STREAM | END_HEADERS, 2 * count - 1, &request(GET, "/healthz"));
        said.extend_from_slice(&get);
        for round in 0..60 {
            let mut connection = half_closed(&server, &said).await;
            let mut answered = Vec::new();
            while let Some((kind, on, payload)) = frame_if_any(&mut connection).await {
                if kind == DATA {
                    assert_eq!(String::from_utf8_lossy(&payload), r#"{"status":"ok","store":"ok"}"#);
                    answered.push(on);
                }
            }
            answered.sort_unstable();
            assert_eq!(answered, [1, 3, 5][..answered.len()]);
            assert_eq!(answered.len(), usize::try_from(count).unwrap(), "round {round}: {answered:?}");
        }
    }
    server.end().await;
}

#[tokio::test]
async fn half_closed_client_of_http_2_stays_at_the_gate() {
    let server = Running::start().await;
    assert_eq!(server.send("PUT", GATE, b"", r#"{"hold":"all"}"#).await.status, 200);
    let mut watch = server.connect().await;
    watch.write(&head("GET", "/control/exchanges", b"Accept: text/event-stream\r\n", 0)).await;
    assert_eq!(watch.head().await.status, 200);
    let said = frame(HEADERS, END_STREAM | END_HEADERS, 1, &request(GET, "/api/documents"));
    let mut alice = half_closed_in_http_2(&server, &said).await;
    watch.until("\"status\":null").await;
    // The server probes her with a PING, which no client shows.
    while next_frame(&mut alice).await.0 != PING {}
    assert_eq!(server.send("POST", "/control/gate/release", b"", "").await.status, 200);
    assert_eq!(answering(&mut alice, 1).await, r#"{"documents":[],"next":null}"#);
    // The server notices immediately that he is gone.
    let bob = half_closed_in_http_2(&server, &said).await;
    watch.until("\"status\":null").await;
    drop(bob);
    watch.until("\"lost\":\"").await;
    assert_eq!(server.send("GET", GATE, b"", "").await.body, r#"{"hold":"all","held":[]}"#);
    server.end().await;
}

#[tokio::test]
async fn half_closed_event_stream_goes_on() {
    let server = Running::start().await;
    let mut events = server.connect().await;
    events.write(&head("GET", "/api/events", b"", 0)).await;
    assert_eq!(events.head().await.status, 200);
    events.until("id: 0").await;
    events.half_close().await;
    // A heartbeat probes the client.
    events.until(": \n\n").await;
    assert_eq!(server.send("PUT", PATH, b"If-None-Match: *\r\n", &text("one")).await.status, 201);
    events.until("event: created").await;
    server.end().await;
}
