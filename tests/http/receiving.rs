//! Clients that begin requests and never finish them, and the memory that they cost the server.

use serde_json::json;
use tests::documents::{get, path, put};
use tests::http::{HttpConnection, Request};
use tests::http_2;
use tests::second_client::beside;
use tests::serve::{OneServer, Server};
use tests::until;
use tests::usage::{budget, memory};

use crate::PROGRAM;

const MIB: usize = 1024 * 1024;

/// The bytes of an unfinished body.
///
/// In 4 MiB, 15 of them are kept, since a request may have as much as is left.
const BEGUN_BYTES: usize = 250_000;

/// The length of a body that is sent in chunks of one byte.
const BYTES: u64 = 600_000;

fn start(budgets: &[&str]) -> Server {
    let mut arguments = vec!["--listen", "127.0.0.1:0", "--store", "memory:"];
    arguments.extend(budgets.iter().flat_map(|budget| ["--budget", budget]));
    Server::start_alone(PROGRAM, &arguments, OneServer::OtherClients)
}

/// Returns the head of a PUT that creates a document.
fn head(server: &Server, id: &str, field: &str) -> Vec<u8> {
    let head = format!(
        "PUT {} HTTP/1.1\r\nHost: {}\r\nIf-None-Match: *\r\nContent-Type: application/json\r\n{field}\r\n\r\n",
        path(id),
        server.host()
    );
    head.into_bytes()
}

#[test]
fn unfinished_requests_stay_within_their_budget() {
    let server = start(&["receive-bytes=4MiB"]);
    let before = memory(&server, "VmRSS");
    let used = || budget(&server, "used", "receive-bytes");
    let refused_total = || budget(&server, "refused_total", "receive-bytes");
    let mut clients = Vec::new();
    let refused = beside(&server, None, |second_client| {
        for number in 0..60 {
            let (kept, refused) = (clients.len() as u64 - refused_total(), refused_total());
            let mut client = HttpConnection::open(server.address());
            client.write(&head(&server, &format!("doc-{number}"), "Content-Length: 6000000"));
            // An error means that the server has refused the request.
            let _ = client.try_write(&vec![b' '; BEGUN_BYTES]);
            clients.push(client);
            // Of requests that arrive together, any may be the one that finds room.
            until("the request is kept or refused", || {
                used() >= (kept + 1) * BEGUN_BYTES as u64 || refused_total() > refused
            });
            assert!(used() <= 4 << 20);
        }
        assert!(refused_total() >= 40, "{} of {} requests are refused", refused_total(), clients.len());
        // A connection of a refused request is not kept for long.
        let refused = clients.last_mut().expect("there are clients").try_read("PUT").expect("it is answered");
        second_client.keep_waiting();
        refused
    });
    assert_eq!((refused.status, refused.field("Retry-After")), (503, Some("5")), "{refused}");
    assert_eq!(refused.word("budget").as_deref(), Some("receive-bytes"), "{refused}");
    assert_eq!(refused.field("Connection"), Some("close"), "{refused}");
    drop(clients);
    until("no memory is kept", || budget(&server, "used", "receive-bytes") == 0);
    let grown = memory(&server, "VmHWM").saturating_sub(before);
    assert!(grown < 32 * MIB, "the server grew by {} MiB", grown / MIB);
    let large = server.answer(&put("large", &"x".repeat(1_000_000)).with("If-None-Match", "*"));
    assert_eq!(large.status, 201, "{large}");
}

/// Bytes that are discarded do not count: a client that is refused anyway uses none of the budget.
#[test]
fn refused_requests_use_no_budget() {
    let server = start(&["receive-bytes=4MiB"]);
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut client = HttpConnection::open(server.address());
        let request =
            format!("PUT /api/nothing HTTP/1.1\r\nHost: {}\r\nContent-Length: 2000000\r\n\r\n", server.host());
        client.write(request.as_bytes());
        client.write(&vec![b' '; 1_000_000]);
        clients.push(client);
    }
    assert_eq!(budget(&server, "used", "receive-bytes"), 0);
    for client in &mut clients {
        client.write(&vec![b' '; 1_000_000]);
        assert_eq!(client.read("PUT").status, 404);
    }
}

#[test]
fn held_body_takes_no_more_memory_than_its_size() {
    let server = start(&[]);
    let held = Request::new("PUT", "/control/gate").json(&json!({"hold": "writes"}));
    assert_eq!(server.answer(&held).status, 200);
    let before = memory(&server, "VmHWM");
    let mut client = HttpConnection::open(server.address());
    client.write(&head(&server, "doc", "Transfer-Encoding: chunked"));
    for _ in 0..BYTES / 10_000 {
        client.write(&b"1\r\n \r\n".repeat(10_000));
    }
    until("the whole body has arrived", || budget(&server, "used", "receive-bytes") == BYTES);
    let grown = memory(&server, "VmHWM").saturating_sub(before);
    assert!(grown < 8 * MIB, "the server grew by {} KiB for {BYTES} bytes", grown / 1024);
    let document = br#"{"title":"","content":""}"#;
    client.write(format!("{:x}\r\n", document.len()).as_bytes());
    client.write(&[&document[..], b"\r\n0\r\n\r\n"].concat());
    assert_eq!(server.answer(&Request::new("POST", "/control/gate/release")).status, 200);
    assert_eq!(client.read("PUT").status, 201);
    until("no memory is kept", || budget(&server, "used", "receive-bytes") == 0);
}

/// HPACK expands seven bytes to 28 KiB, so the budget counts the expanded size of unfinished requests.
#[test]
fn expanded_heads_stay_within_the_budget_of_the_record() {
    let server = start(&["record-bytes=1MiB"]);
    let exchange = server.answer(&put("other", "one").with("If-None-Match", "*"));
    assert_eq!(exchange.status, 201);
    let put = [&b"\x02\x03PUT\x86\x01\x09localhost\x04\x12"[..], b"/api/documents/doc"].concat();
    let mut clients = Vec::new();
    let connect = || {
        let mut client = http_2::Http2Connection::open(server.address(), 65_535);
        // A literal with incremental indexing, whose value has 4,000 bytes (RFC 7541 sections 5.1 and 6.2.1).
        let field = [&b"\x40\x01x\x7f\xa1\x1e"[..], &[b'v'; 4000]].concat();
        client.block(1, &[&put[..], &field].concat(), false);
        for stream in (3..200).step_by(2) {
            // The dynamic table begins at index 62, after the static one.
            client.block(stream, &[&put[..], &[0xbe; 7]].concat(), false);
        }
        client
    };
    let used = || budget(&server, "used", "record-bytes");
    clients.extend((0..3).map(|_| connect()));
    until("heads have been expanded", || used() > 480 << 10);
    for client in &mut clients {
        client.ping();
    }
    assert!(used() <= 1 << 20, "{} bytes are in the record", used());
    let exchanges = server.answer(&Request::new("GET", "/control/exchanges")).json();
    let first = &exchanges["exchanges"][0]["target"];
    assert_eq!(first, "/api/documents/other", "unfinished requests do not evict finished exchanges");
    assert_eq!(server.answer(&get("other")).status, 200);
}
