//! One attendee who misbehaves: bounded, harmless to the others, and gone when the leader removes them.
//!
//! Nothing here depends on how fast something is: what the bad attendee gets is counted, and every save of the good one
//! must succeed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::thread;

use serde_json::{Value, json};
use tests::documents::{get, path, put};
use tests::http::{HttpConnection, Request, Response};
use tests::http_2::{HEADERS, Http2Connection};
use tests::serve::{OneServer, Server};
use tests::until;
use tests::usage::budget;

use crate::PROGRAM;

const LEA: &str = "Bearer kudop-lirat-bomak";
const CAROL: &str = "Bearer fizal-tugon-havis";
const MALLORY: &str = "Bearer gonak-sivel-ramot";
const SAM: &str = "Bearer zumit-bakor-nelof";

/// The number of saves of the good attendee beside each kind of abuse.
const SAVES: usize = 100;

/// Starts a server for the leader Lea, and the attendees Carol, Mallory and Sam.
fn start(budgets: &[&str]) -> Server {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let file = folder.path().join("room");
    let people =
        "lea kudop-lirat-bomak admin\ncarol fizal-tugon-havis\nmallory gonak-sivel-ramot\nsam zumit-bakor-nelof\n";
    fs::write(&file, people).expect("it can be written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("the test owns the file");
    let file = file.to_str().expect("a temporary folder has an ordinary name");
    let mut arguments = vec!["--listen", "127.0.0.1:0", "--store", "memory:", "--tokens", file];
    arguments.extend(budgets.iter().flat_map(|budget| ["--budget", budget]));
    Server::start_alone(PROGRAM, &arguments, OneServer::Budgets)
}

fn by(who: &str, request: Request) -> Request {
    request.with("Authorization", who)
}

/// Saves a document of Carol's again and again beside an abuse, and returns the abuse's result.
///
/// All saves succeed.
fn beside_saves<T: Send>(server: &Server, abuse: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let abuse = scope.spawn(abuse);
        let mut guard = ("If-None-Match", "*".to_owned());
        for number in 0..SAVES {
            let text = format!("{number} {}", "text ".repeat(400));
            let saved = server.answer(&by(CAROL, put("carols", &text)).with(guard.0, guard.1));
            assert!(matches!(saved.status, 200 | 201), "a save beside the abuse: {saved}");
            guard = ("If-Match", saved.etag());
        }
        abuse.join().expect("the abuse goes to its end")
    })
}

/// Removes Mallory; every further request of theirs is refused.
fn remove_mallory(server: &Server) {
    let removed = server.answer(&by(LEA, Request::new("POST", "/control/participants/mallory/remove")));
    assert_eq!(removed.status, 200, "{removed}");
    let refused = server.answer(&by(MALLORY, get("carols")));
    assert_eq!((refused.status, refused.word("reason").as_deref()), (403, Some("removed")), "{refused}");
}

/// Checks a refusal for a budget, and returns whether the response is one.
fn is_refusal_for(response: &Response, budget: &str) -> bool {
    if response.status != 429 {
        return false;
    }
    assert_eq!(response.word("budget").as_deref(), Some(budget), "{response}");
    let seconds: u64 = response.field("Retry-After").expect("it says when to come back").parse().expect("seconds");
    assert!(seconds >= 1 && response.word("detail").is_some_and(|detail| detail.contains("again in")), "{response}");
    true
}

/// Returns the authors of the recorded exchanges that are as wanted.
fn recorded(server: &Server, is_wanted: fn(&Value) -> bool) -> impl Iterator<Item = String> {
    let record = server.answer(&by(LEA, Request::new("GET", "/control/exchanges?limit=1000"))).json();
    let exchanges = record["exchanges"].as_array().expect("a list").clone();
    let wanted = exchanges.into_iter().filter(is_wanted);
    wanted.map(|exchange| exchange["author"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn flood_of_requests_gets_its_burst_and_no_more() {
    let server = start(&["client-requests=200"]);
    let (granted, refused) = beside_saves(&server, || {
        let (mut granted, mut refused) = (0, 0);
        while refused < 40 {
            let mut connections: Vec<_> = (0..10).map(|_| HttpConnection::open(server.address())).collect();
            for connection in &mut connections {
                connection.write(&by(MALLORY, get("doc")).head(server.host()));
            }
            for connection in &mut connections {
                let response = connection.read("GET");
                if is_refusal_for(&response, "client-requests") {
                    refused += 1;
                } else {
                    assert_eq!(response.status, 404, "{response}");
                    granted += 1;
                }
            }
        }
        (granted, refused)
    });
    // The burst, and 20 for each second that the flood lasts, which is one for four refusals.
    assert!((200..600).contains(&granted), "{granted} requests were granted");
    assert_eq!(budget(&server, "refused_total", "client-requests"), refused);
    // The leader sees who it was: the refused requests are on the record with their name.
    let names: Vec<_> = recorded(&server, |exchange| exchange["status"] == 429).collect();
    assert!(!names.is_empty() && names.iter().all(|name| name == "mallory"), "{names:?}");
    remove_mallory(&server);
}

#[test]
fn large_documents_in_a_loop_are_bounded_in_bytes() {
    let server = start(&["client-bytes=1MiB", "client-stored-bytes=2MiB"]);
    let text = "x".repeat(1024 * 1024 - 100);
    let (stored, slowed, full) = beside_saves(&server, || {
        let (mut stored, mut slowed, mut full) = (0, 0, 0);
        let mut guard = ("If-None-Match", "*".to_owned());
        while full == 0 {
            let request = by(MALLORY, put("large", &format!("{stored}{text}"))).with(guard.0, guard.1.clone());
            let saved = server.answer(&request.with("Prefer", "return=minimal"));
            if matches!(saved.status, 201 | 204) {
                stored += 1;
                guard = ("If-Match", saved.etag());
            } else if saved.word("budget").as_deref() == Some("client-bytes") {
                assert!(is_refusal_for(&saved, "client-bytes"));
                slowed += 1;
            } else {
                assert!(is_refusal_for(&saved, "client-stored-bytes"), "{saved}");
                full += 1;
            }
        }
        (stored, slowed, full)
    });
    assert!((2..=4).contains(&stored), "{stored} MiB are stored");
    assert!(slowed > 0 && full > 0, "{slowed} {full}");
    until("they can still read", || server.answer(&by(MALLORY, get("carols"))).status == 200);
    remove_mallory(&server);
}

#[test]
fn thousands_of_documents_are_bounded_in_number() {
    let server = start(&["client-documents=100"]);
    let created = beside_saves(&server, || {
        let mut created = 0;
        for number in 0..1000 {
            let id = format!("spam-{number}");
            let body = json!({"id": id, "title": "", "content": ""});
            let request = match number % 2 {
                0 => Request::new("POST", "/api/documents").json(&body),
                _ => put(&id, "").with("If-None-Match", "*"),
            };
            let response = server.answer(&by(MALLORY, request));
            if !is_refusal_for(&response, "client-documents") {
                assert_eq!(response.status, 201, "{response}");
                created += 1;
            }
        }
        created
    });
    // One more for each 36 seconds that the test takes.
    assert!((100..105).contains(&created), "{created} documents");
    let list = server.answer(&by(LEA, Request::new("GET", "/api/documents?limit=1000"))).json();
    assert_eq!(list["documents"].as_array().map(Vec::len), Some(created + 1));
    // What exists can still be written.
    let tag = server.answer(&by(MALLORY, get("spam-0"))).etag();
    assert_eq!(server.answer(&by(MALLORY, put("spam-0", "text")).with("If-Match", tag)).status, 200);
    remove_mallory(&server);
}

/// Opens connections with an unfinished request of Mallory's each, of which so many bytes are sent.
fn slow_requests(server: &Server, count: usize, bytes: usize) -> Vec<HttpConnection> {
    let slow = (0..count).map(|number| {
        let mut connection = HttpConnection::open(server.address());
        let request = by(MALLORY, put(&format!("slow-{number}"), &"x".repeat(900_000))).with("If-None-Match", "*");
        connection.write(&request.head(server.host()));
        // An error means that the server has refused the request.
        let _ = connection.try_write(&request.content()[..bytes]);
        connection
    });
    slow.collect()
}

#[test]
fn slow_bodies_are_bounded_and_end_on_removal() {
    let server = start(&["client-concurrency=20"]);
    let mut slow = beside_saves(&server, || slow_requests(&server, 60, 1000));
    until("only so many are under way", || budget(&server, "refused_total", "client-concurrency") == 40);
    remove_mallory(&server);
    let responses: Vec<_> = slow.iter_mut().map(|connection| connection.read("PUT")).collect();
    let refused = responses.iter().filter(|response| is_refusal_for(response, "client-concurrency"));
    assert_eq!(refused.count(), 40);
    assert!(responses.iter().all(|response| response.field("Connection") == Some("close")), "{responses:#?}");
    let removed = responses.iter().filter(|response| response.status == 403);
    assert_eq!(removed.count(), 20, "a request ends although its body never does");
    until("nothing is under way", || budget(&server, "used", "receive-bytes") == 0);
}

/// One share for each connection would let twenty of them take nearly all that there is.
#[test]
fn slow_bodies_leave_memory_for_others() {
    let server = start(&["receive-bytes=4MiB"]);
    let slow = beside_saves(&server, || slow_requests(&server, 20, 190_000));
    until("some are refused", || budget(&server, "refused_total", "receive-bytes") >= 5);
    assert!(budget(&server, "used", "receive-bytes") <= 2 << 20);
    let large = by(CAROL, put("large", &"x".repeat(1_000_000))).with("If-None-Match", "*");
    assert_eq!(server.answer(&large).status, 201);
    remove_mallory(&server);
    until("nothing is under way", || budget(&server, "used", "receive-bytes") == 0);
    drop(slow);
}

#[test]
fn held_requests_of_a_removed_attendee_leave_the_gate() {
    let server = start(&["client-concurrency=20"]);
    let gate = |hold: &str| by(LEA, Request::new("PUT", "/control/gate").json(&json!({"hold": hold})));
    assert_eq!(server.answer(&gate("writes")).status, 200);
    let mut held = Vec::new();
    for number in 0..25 {
        let mut connection = HttpConnection::open(server.address());
        let request = by(MALLORY, put(&format!("held-{number}"), "")).with("If-None-Match", "*");
        connection.write(&[request.head(server.host()), request.content().to_vec()].concat());
        held.push(connection);
    }
    let count = || {
        let report = server.answer(&by(LEA, Request::new("GET", "/control/gate"))).json();
        report["held"].as_array().map_or(0, Vec::len)
    };
    until("the gate holds as many as one client may have", || {
        count() == 20 && budget(&server, "refused_total", "client-concurrency") == 5
    });
    remove_mallory(&server);
    until("the gate is empty", || count() == 0);
    let statuses: Vec<u16> = held.iter_mut().map(|connection| connection.read("PUT").status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 403).count(), 20, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 5, "{statuses:?}");
}

#[test]
fn streams_in_one_http_2_connection_count_together_with_all_others() {
    let server = start(&["client-concurrency=30"]);
    let slow = |connection: &mut Http2Connection, count: u32| {
        for number in 0..count {
            let fields = [("authorization", MALLORY), ("content-type", "application/json"), ("if-none-match", "*")];
            connection.put(2 * number + 1, &path(&format!("slow-{number}")), &fields);
        }
    };
    let (mut first, mut second) =
        (Http2Connection::open(server.address(), 65_535), Http2Connection::open(server.address(), 65_535));
    slow(&mut first, 20);
    until("all have begun", || recorded(&server, |exchange| exchange["author"] == "mallory").count() == 20);
    slow(&mut second, 20);
    for _ in 0..10 {
        assert_eq!(second.next(HEADERS).kind, HEADERS, "a refusal");
    }
    assert_eq!(budget(&server, "refused_total", "client-concurrency"), 10);
    let saved = server.answer(&by(CAROL, put("carols", "text")).with("If-None-Match", "*"));
    assert_eq!(saved.status, 201, "{saved}");
    remove_mallory(&server);
    for connection in [&mut first, &mut second] {
        assert_eq!(connection.next(HEADERS).kind, HEADERS, "the first of the requests that ended");
    }
}

#[test]
fn hundreds_of_connections_give_way_to_others() {
    let server = start(&["connections=60", "client-connections=20"]);
    let mut connections = Vec::new();
    for _ in 0..200 {
        let mut connection = HttpConnection::open(server.address());
        // A connection that gives way may do so before its response is read.
        let _ = connection.try_write(&by(MALLORY, get("doc")).head(server.host()));
        let _ = connection.try_read("GET");
        connections.push(connection);
    }
    assert!(budget(&server, "used", "connections") <= 60);
    beside_saves(&server, || ());
    assert!(budget(&server, "refused_total", "client-connections") >= 100);
    remove_mallory(&server);
}

/// Sam's token and Carol's are used from the same address as Mallory's: all have budgets of their own.
#[test]
fn attendees_behind_one_address_do_not_share_a_budget() {
    let server = start(&["client-requests=20"]);
    let count = |who| {
        let responses = (0..21).map(|_| server.answer(&by(who, get("doc"))));
        responses.filter(|response| response.status == 404).count()
    };
    for who in [MALLORY, CAROL, SAM] {
        assert!((20..=21).contains(&count(who)), "{who}");
    }
    assert_eq!((0..100).filter(|_| server.answer(&by(LEA, get("doc"))).status == 404).count(), 100, "leaders are free");
}
