//! Many writers at once: of those that name one version, one wins, and nothing that was acknowledged is lost.

use std::sync::Barrier;
use std::thread;

use serde_json::Value;
use tests::documents::{content, expect, get, history, number, put, versions};
use tests::http::{HttpConnection, Request, Response};
use tests::serve::Server;

use crate::PROGRAM;

/// How many writers race.
const WRITERS: usize = 50;

/// Sends all requests at one moment, each over a connection that is open already.
fn at_once(server: &Server, requests: &[Request]) -> Vec<Response> {
    let gate = Barrier::new(requests.len());
    let send = |request: &Request| {
        let mut connection = HttpConnection::open(server.address());
        let head = request.head(server.address());
        gate.wait();
        connection.write(&head);
        connection.write(request.content());
        connection.read("PUT")
    };
    thread::scope(|scope| {
        let racing: Vec<_> = requests.iter().map(|request| scope.spawn(|| send(request))).collect();
        racing.into_iter().map(|writer| writer.join().expect("a writer reads its answer")).collect()
    })
}

/// One racing write for each writer. No two of them, nor of two rounds, have the same text: a write that changes
/// nothing is a success too.
fn writes(round: usize, field: &str, value: &str) -> Vec<Request> {
    let write = |writer| put("doc", &text(round, writer)).with(field, value);
    (0..WRITERS).map(write).collect()
}

fn text(round: usize, writer: usize) -> String {
    format!("round {round}, written by {writer}\n")
}

/// The place of the only response with that status; all others have the other one.
fn winner(responses: &[Response], wins: u16, loses: u16) -> usize {
    let statuses: Vec<u16> = responses.iter().map(|response| response.status).collect();
    let won: Vec<usize> = (0..statuses.len()).filter(|&place| statuses[place] == wins).collect();
    assert_eq!(won.len(), 1, "one of them wins: {statuses:?}");
    assert!(statuses.iter().all(|status| [wins, loses].contains(status)), "the others lose: {statuses:?}");
    won[0]
}

#[test]
fn fifty_writers_race_one_tag_and_one_wins() {
    let server = Server::start(PROGRAM);
    let mut tag = history(&server, "doc", &["one\n"]).remove(0);
    for round in 0..4 {
        let responses = at_once(&server, &writes(round, "If-Match", &tag));
        let won = winner(&responses, 200, 412);
        let new = responses[won].etag();
        for lost in responses.iter().filter(|response| response.status == 412) {
            assert_eq!(lost.etag(), new, "round {round}: the loser is told the winner's tag: {lost}");
            assert_eq!(lost.word("reason").as_deref(), Some("stale"), "round {round}: {lost}");
        }
        assert_eq!(content(&server, "doc"), text(round, won), "round {round}");
        assert_eq!(number(&new), number(&tag) + 1, "round {round}: one version was made");
        tag = new;
    }
    check_chain(&versions(&server, "doc"));
}

#[test]
fn fifty_writers_race_to_create_and_one_does() {
    let server = Server::start(PROGRAM);
    let responses = at_once(&server, &writes(0, "If-None-Match", "*"));
    let won = winner(&responses, 201, 412);
    for lost in responses.iter().filter(|response| response.status == 412) {
        assert_eq!(lost.etag(), responses[won].etag(), "{lost}");
        assert_eq!(lost.word("reason").as_deref(), Some("already_exists"), "{lost}");
    }
    assert_eq!(content(&server, "doc"), text(0, won));
    assert_eq!(versions(&server, "doc").len(), 1);
}

#[test]
fn posts_race_to_create_and_one_does() {
    let server = Server::start(PROGRAM);
    let body = serde_json::json!({"id": "doc", "title": "Draft Post", "content": "one\n"});
    let requests: Vec<_> = (0..WRITERS).map(|_| Request::new("POST", "/api/documents").json(&body)).collect();
    winner(&at_once(&server, &requests), 201, 409);
}

/// The judgement counts when the body has been read, not when the request arrived: who is overtaken on the way has
/// lost.
#[test]
fn a_slow_body_is_overtaken() {
    let server = Server::start(PROGRAM);
    let tag = history(&server, "doc", &["one\n"]).remove(0);
    let slow = put("doc", "slow\n").with("If-Match", &tag).with("Expect", "100-continue");
    let mut connection = HttpConnection::open(server.address());
    connection.write(&slow.head(server.address()));
    // The condition held when it was judged for the first time.
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
fn fifty_slow_bodies_with_one_tag_and_one_wins() {
    let server = Server::start(PROGRAM);
    let tag = history(&server, "doc", &["one\n"]).remove(0);
    let mut waiting = Vec::new();
    for request in writes(0, "If-Match", &tag) {
        let mut connection = HttpConnection::open(server.address());
        let request = request.with("Expect", "100-continue");
        connection.write(&request.head(server.address()));
        expect(100, connection.read("PUT"));
        waiting.push((connection, request));
    }
    for (connection, request) in &mut waiting {
        connection.write(request.content());
    }
    let responses: Vec<_> = waiting.iter_mut().map(|(connection, _)| connection.read("PUT")).collect();
    winner(&responses, 200, 412);
}

/// Each writer adds its line again and again, taking what it is told on a 412, as a client should.
#[test]
fn no_line_of_anybody_is_lost() {
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

/// Reads, adds, writes; again, where somebody was quicker.
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

/// A chain has no gap, and every version was made by somebody who had seen the one before.
pub(crate) fn check_chain(versions: &[Value]) {
    for (newer, older) in versions.iter().zip(&versions[1..]) {
        assert_eq!(newer["version"].as_u64(), older["version"].as_u64().map(|n| n + 1), "{newer} after {older}");
        assert_eq!(newer["parentEtag"], older["etag"], "{newer} after {older}");
        assert_eq!(newer["basedOn"], older["etag"], "{newer} after {older}");
    }
    assert_eq!(versions.last().map(|first| &first["version"]), Some(&serde_json::json!(1)));
    assert_eq!(versions.last().map(|first| &first["parentEtag"]), Some(&Value::Null));
}
