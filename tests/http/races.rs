//! Many writers at the same time: of those that name the same version, one wins, and no write is lost.

use std::sync::Barrier;
use std::thread;

use serde_json::Value;
use tests::documents::{content, expect, get, history, number, put, versions};
use tests::http::{HttpConnection, Request, Response};
use tests::serve::Server;

use crate::PROGRAM;

/// The number of racing writers.
const WRITERS: usize = 50;

/// Sends all requests at the same moment, each over a connection that is already open.
fn at_once(server: &Server, requests: &[Request]) -> Vec<Response> {
    let barrier = Barrier::new(requests.len());
    let send = |request: &Request| {
        let mut connection = HttpConnection::open(server.address());
        let head = request.head(server.host());
        barrier.wait();
        connection.write(&head);
        connection.write(request.content());
        connection.read("PUT")
    };
    thread::scope(|scope| {
        let racing: Vec<_> = requests.iter().map(|request| scope.spawn(|| send(request))).collect();
        racing.into_iter().map(|writer| writer.join().expect("a writer reads its response")).collect()
    })
}

/// Returns one racing write per writer.
///
/// All texts differ, even between rounds, since a write that changes nothing would succeed, too.
fn writes(round: usize, field: &str, value: &str) -> Vec<Request> {
    let write = |writer| put("doc", &text(round, writer)).with(field, value);
    (0..WRITERS).map(write).collect()
}

fn text(round: usize, writer: usize) -> String {
    format!("round {round}, written by {writer}\n")
}

/// Returns the index of the only response with status `wins`; all others must have status `loses`.
fn winner(responses: &[Response], wins: u16, loses: u16) -> usize {
    let statuses: Vec<u16> = responses.iter().map(|response| response.status).collect();
    let winning: Vec<usize> = (0..statuses.len()).filter(|&place| statuses[place] == wins).collect();
    assert_eq!(winning.len(), 1, "exactly one writer wins: {statuses:?}");
    assert!(statuses.iter().all(|status| [wins, loses].contains(status)), "all other writers lose: {statuses:?}");
    winning[0]
}

#[test]
fn fifty_writers_race_one_tag_and_one_wins() {
    let server = Server::start(PROGRAM);
    let mut tag = history(&server, "doc", &["one\n"]).remove(0);
    for round in 0..4 {
        let responses = at_once(&server, &writes(round, "If-Match", &tag));
        let winning = winner(&responses, 200, 412);
        let new = responses[winning].etag();
        for lost in responses.iter().filter(|response| response.status == 412) {
            assert_eq!(lost.etag(), new, "round {round}: each 412 has the winner's tag: {lost}");
            assert_eq!(lost.word("reason").as_deref(), Some("stale"), "round {round}: {lost}");
        }
        assert_eq!(content(&server, "doc"), text(round, winning), "round {round}");
        assert_eq!(number(&new), number(&tag) + 1, "round {round}: one version was created");
        tag = new;
    }
    check_chain(&versions(&server, "doc"));
}

#[test]
fn fifty_writers_race_to_create_and_one_does() {
    let server = Server::start(PROGRAM);
    let responses = at_once(&server, &writes(0, "If-None-Match", "*"));
    let winning = winner(&responses, 201, 412);
    for lost in responses.iter().filter(|response| response.status == 412) {
        assert_eq!(lost.etag(), responses[winning].etag(), "{lost}");
        assert_eq!(lost.word("reason").as_deref(), Some("already_exists"), "{lost}");
    }
    assert_eq!(content(&server, "doc"), text(0, winning));
    assert_eq!(versions(&server, "doc").len(), 1);
}

#[test]
fn posts_race_to_create_and_one_does() {
    let server = Server::start(PROGRAM);
    let body = serde_json::json!({"id": "doc", "title": "Draft Post", "content": "one\n"});
    let requests: Vec<_> = (0..WRITERS).map(|_| Request::new("POST", "/api/documents").json(&body)).collect();
    winner(&at_once(&server, &requests), 201, 409);
}

/// The server evaluates the condition again when the body has arrived, and refuses an overtaken write.
#[test]
fn slow_body_that_was_overtaken_is_412() {
    let server = Server::start(PROGRAM);
    let tag = history(&server, "doc", &["one\n"]).remove(0);
    let slow = put("doc", "slow\n").with("If-Match", &tag).with("Expect", "100-continue");
    let mut connection = HttpConnection::open(server.address());
    connection.write(&slow.head(server.host()));
    // The condition held when it was evaluated for the first time.
    expect(100, connection.read("PUT"));
    let (first, rest) = slow.content().split_at(7);
    connection.write(first);

    let quick = expect(200, server.answer(&put("doc", "quick\n").with("If-Match", &tag)));

    connection.write(rest);
    let overtaken = expect(412, connection.read("PUT"));
    assert_eq!(overtaken.etag(), quick.etag(), "{overtaken}");
    assert_eq!(content(&server, "doc"), "quick\n");
}

#[test]
fn fifty_slow_bodies_race_one_tag_and_one_wins() {
    let server = Server::start(PROGRAM);
    let tag = history(&server, "doc", &["one\n"]).remove(0);
    let mut waiting = Vec::new();
    for request in writes(0, "If-Match", &tag) {
        let mut connection = HttpConnection::open(server.address());
        let request = request.with("Expect", "100-continue");
        connection.write(&request.head(server.host()));
        expect(100, connection.read("PUT"));
        waiting.push((connection, request));
    }
    for (connection, request) in &mut waiting {
        connection.write(request.content());
    }
    let responses: Vec<_> = waiting.iter_mut().map(|(connection, _)| connection.read("PUT")).collect();
    winner(&responses, 200, 412);
}

/// Each writer appends its lines one by one; on a 412 it takes the current version, as a client should.
#[test]
fn writers_that_retry_on_412_lose_no_line() {
    const LINES: usize = 6;
    let server = Server::start(PROGRAM);
    history(&server, "doc", &[""]);
    thread::scope(|scope| {
        for writer in 0..8 {
            let server = &server;
            scope.spawn(move || (0..LINES).for_each(|line| append(server, &format!("{writer}:{line}\n"))));
        }
    });
    let text = content(&server, "doc");
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    let expected: Vec<String> =
        (0..8).flat_map(|writer| (0..LINES).map(move |line| format!("{writer}:{line}"))).collect();
    assert_eq!(lines, expected);
    let versions = versions(&server, "doc");
    assert_eq!(versions.len(), expected.len() + 1, "as many versions as acknowledged writes");
    check_chain(&versions);
}

/// Reads, appends and writes, again and again until no other writer was faster.
fn append(server: &Server, line: &str) {
    loop {
        let read = expect(200, server.answer(&get("doc")));
        let text = read.word("content").expect("a document has a text") + line;
        let written = server.answer(&put("doc", &text).with("If-Match", read.etag()));
        match written.status {
            200 => return,
            412 => {}
            _ => panic!("{written}"),
        }
    }
}

/// Asserts that the chain has no gap, and that each version is based on the one before.
pub(crate) fn check_chain(versions: &[Value]) {
    for (newer, older) in versions.iter().zip(&versions[1..]) {
        assert_eq!(newer["version"].as_u64(), older["version"].as_u64().map(|n| n + 1), "{newer} after {older}");
        assert_eq!(newer["parentEtag"], older["etag"], "{newer} after {older}");
        assert_eq!(newer["basedOn"], older["etag"], "{newer} after {older}");
    }
    assert_eq!(versions.last().map(|first| &first["version"]), Some(&serde_json::json!(1)));
    assert_eq!(versions.last().map(|first| &first["parentEtag"]), Some(&Value::Null));
}
