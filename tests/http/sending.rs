//! Clients that request much and read nothing, and the memory and time that they cost the server.

use std::thread;
use std::time::Duration;

use tests::documents::{get, path, put};
use tests::http::Request;
use tests::http_2::{DATA, Frame, HEADERS, Http2Connection, RST_STREAM};
use tests::second_client::beside;
use tests::serve::{OneServer, Server};
use tests::until;
use tests::usage::{budget, memory};

use crate::PROGRAM;

const MIB: usize = 1024 * 1024;

fn start(budgets: &[&str]) -> Server {
    let mut arguments = vec!["--listen", "127.0.0.1:0", "--store", "memory:"];
    arguments.extend(budgets.iter().flat_map(|budget| ["--budget", budget]));
    let server = Server::start_alone(PROGRAM, &arguments, OneServer::OtherClients);
    let large = server.answer(&put("large", &"x".repeat(1_000_000)).with("If-None-Match", "*"));
    assert_eq!(large.status, 201, "{large}");
    server
}

/// Writes and reads as another client, which has to succeed, and returns the new tag.
fn read_and_write(server: &Server, id: &str, content: &str, tag: Option<&str>) -> String {
    let guard = tag.map_or(("If-None-Match", "*"), |tag| ("If-Match", tag));
    let written = server.answer(&put(id, content).with(guard.0, guard.1));
    assert!(written.status == 201 || written.status == 200, "{written}");
    let read = server.answer(&get(id));
    assert_eq!((read.status, read.word("content").as_deref()), (200, Some(content)), "{read}");
    written.etag()
}

/// Reads the heads of this many responses, and returns how many have status 200.
fn successes(client: &mut Http2Connection, responses: usize) -> usize {
    (0..responses).filter(|_| is_success(&client.next(HEADERS))).count()
}

fn is_success(head: &Frame) -> bool {
    // The status is the first field: 200 is in the static table (RFC 7541 appendix A).
    head.payload[0] == 0x88
}

#[test]
fn unread_responses_stay_within_their_budget() {
    let server = start(&["send-bytes=8MiB", "send-time=3s"]);
    let before = memory(&server, "VmRSS");
    let attack = || {
        let mut client = Http2Connection::open(server.address(), 0);
        for stream in (1..60).step_by(2) {
            client.get(stream, &path("large"));
        }
        // Each stream is reset for its own lack of progress, while the connection stays open.
        let (mut responses, mut granted, mut ended) = (0, 0, 0);
        while responses < 30 || ended < granted {
            let frame = client.try_next().expect("the server keeps the connection");
            if frame.kind == HEADERS {
                responses += 1;
                if is_success(&frame) {
                    granted += 1;
                } else {
                    // A connection ends if it writes none of its small responses for long, so refusals are read.
                    client.open_window(frame.stream, 4096);
                }
            } else if frame.kind == RST_STREAM {
                assert_eq!(frame.payload, 8_u32.to_be_bytes(), "CANCEL");
                ended += 1;
            }
        }
        client.ping();
        granted
    };
    thread::scope(|scope| {
        let clients: Vec<_> = beside(&server, None, |second_client| {
            let clients: Vec<_> = (0..3).map(|_| scope.spawn(attack)).collect();
            while !clients.iter().all(thread::ScopedJoinHandle::is_finished) {
                assert!(budget(&server, "used", "send-bytes") <= 8 << 20);
            }
            second_client.keep_waiting();
            clients
        });
        let granted: Vec<usize> = clients.into_iter().map(|client| client.join().expect("it succeeds")).collect();
        assert!(granted.iter().all(|count| *count >= 1), "each connection gets a part of the budget: {granted:?}");
    });
    assert!(budget(&server, "refused_total", "send-bytes") >= 50);
    until("no response waits", || budget(&server, "used", "send-bytes") == 0);
    assert!(budget(&server, "refused_total", "send-time") >= 3);
    let grown = memory(&server, "VmHWM").saturating_sub(before);
    println!("the server grew by {} KiB", grown / 1024);
    assert!(grown < 64 * MIB, "the server grew by {} MiB", grown / MIB);
    assert_eq!(server.answer(&get("large")).status, 200);
}

#[test]
fn small_unread_responses_are_reset() {
    let server = start(&["send-time=1s"]);
    let mut client = Http2Connection::open(server.address(), 0);
    let tag = read_and_write(&server, "small", "one", None);
    for stream in [1, 3, 5] {
        client.get(stream, &path("small"));
    }
    assert_eq!(successes(&mut client, 3), 3);
    let mut ended: Vec<u32> = (0..3).map(|_| client.next(RST_STREAM).stream).collect();
    ended.sort_unstable();
    assert_eq!(ended, [1, 3, 5]);
    read_and_write(&server, "small", "two", Some(&tag));
}

#[test]
fn unread_event_stream_is_reset() {
    let server = start(&["send-time=1s"]);
    let mut client = Http2Connection::open(server.address(), 0);
    beside(&server, None, |second_client| {
        client.get(1, "/api/events");
        assert_eq!(successes(&mut client, 1), 1);
        let ended = client.next(RST_STREAM);
        assert_eq!(ended.stream, 1);
        client.ping();
        second_client.keep_waiting();
    });
}

#[test]
fn slow_client_that_makes_progress_gets_everything() {
    let server = start(&["send-time=1s"]);
    let mut client = Http2Connection::open(server.address(), 0);
    client.get(1, &path("large"));
    assert_eq!(successes(&mut client, 1), 1);
    let mut taken = 0;
    // The response takes longer than `send-time`, but never goes that long without progress.
    for _ in 0..6 {
        thread::sleep(Duration::from_millis(300));
        client.open_window(1, 40_000);
        let mut open = 40_000;
        while open > 0 {
            let frame = client.next(DATA);
            open -= frame.payload.len();
            taken += frame.payload.len();
        }
    }
    client.open_window(1, 2_000_000);
    let size = server.answer(&get("large")).body.len();
    while taken < size {
        taken += client.next(DATA).payload.len();
    }
    assert_eq!(taken, size);
}

#[test]
fn applied_write_without_send_budget_has_no_body() {
    let server = start(&["send-bytes=64KiB"]);
    let mut client = Http2Connection::open(server.address(), 0);
    client.get(1, &path("large"));
    assert_eq!(successes(&mut client, 1), 1, "a response larger than the budget is sent alone");
    let text = "y".repeat(2000);
    let written = server.answer(&put("new", &text).with("If-None-Match", "*").with("Prefer", "return=representation"));
    assert_eq!((written.status, &*written.body), (201, &b""[..]), "{written}");
    assert_eq!(written.field("Preference-Applied"), Some("return=minimal"));
    let again = server.answer(&put("new", &text.replace('y', "z")).with("If-Match", written.etag()));
    assert_eq!((again.status, &*again.body), (204, &b""[..]), "{again}");
    for refused in [get("new"), put("new", "").with("If-Match", "\"v1-0\"").with("Prefer", "return=representation")] {
        let refused = server.answer(&refused);
        assert_eq!((refused.status, refused.field("Retry-After")), (503, Some("5")), "{refused}");
        assert_eq!(refused.word("budget").as_deref(), Some("send-bytes"), "{refused}");
    }
    let unchanged = server.answer(&get("new").with("If-None-Match", again.etag()));
    assert_eq!(unchanged.status, 304, "{unchanged}");
    drop(client);
    until("there is room again", || server.answer(&get("new")).status == 200);
    assert_eq!(server.answer(&Request::new("GET", "/healthz")).status, 200);
}
