//! A room that is watched from another process than its server's.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::json;
use tests::documents::{expect, history};
use tests::http::Request;
use tests::keys::{END, ctrl};
use tests::pty::Start;
use tests::serve::Server;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, editor, server, type_at_line};

/// Returns a PUT of another text, with this tag in If-Match.
fn put(author: &str, tag: &str) -> Request {
    let document = json!({ "title": "Notes", "content": "other\n" });
    let target = format!("/api/documents/{DOC}");
    Request::new("PUT", &target).with("Ifmatch-Author", author).with("If-Match", tag).json(&document)
}

#[test]
fn leader_sees_who_is_behind_and_releases_a_held_save() {
    let server = Server::start(PROGRAM);
    let tag = history(&server, DOC, &[TEXT]).remove(0);
    let mut bob = editor(&server, "Bob");
    let mut room = Start::new(PROGRAM, &["observe", "--server", &server.url(), "--as", "Lee"]).spawn();
    // What happened before is on record.
    room.until_text("◆ Bob");
    type_at_line(&mut bob, 1, "Rye ");
    expect(200, server.answer(&put("Eve", &tag)));
    room.until_text("-1");
    room.send("i");
    room.until_text("the gate holds writes");
    bob.send(ctrl('s'));
    room.until_text("▌ held");
    // The first request that waits is selected.
    room.send("a");
    bob.until_text("412");
    room.until_text("412 1");
    room.send(ctrl('q'));
    assert!(room.wait().exit.success());
    // The gate opens when its leader leaves.
    // The same save again was applied already.
    expect(200, server.answer(&put("Eve", &tag)));
}

#[test]
fn pipe_gets_a_line_for_each_exchange() {
    let server = server();
    let mut observer = Command::new(PROGRAM)
        .args(["observe", "--server", &server.url()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(observer.stdout.take().unwrap()).lines();
    // The stream has no beginning that could be waited for, so requests are sent until one is reported.
    let (mut line, request) = (String::new(), put("Eve", "\"v9-00000000\""));
    let sender = thread::spawn({
        let address = server.address();
        move || {
            while request.try_send(address).is_ok() {
                thread::yield_now();
            }
        }
    });
    while !line.contains("412") {
        line = lines.next().unwrap().unwrap();
    }
    assert!(line.contains("reason=unknown_tag") && line.contains("if-match="), "{line}");
    observer.kill().unwrap();
    observer.wait().unwrap();
    drop(server);
    drop(sender.join());
}

#[test]
fn leader_removes_a_participant_and_lets_them_in_again() {
    let server = server();
    let join = Request::new("POST", "/api/participants").json(&json!({ "name": "Sam" }));
    let token = expect(201, server.answer(&join)).json()["token"].as_str().unwrap().to_owned();
    let mut room = Start::new(PROGRAM, &["observe", "--server", &server.url(), "--as", "Lee"]).spawn();
    // Sam has joined, and has read nothing.
    room.until_text("Sam");
    let bearer = format!("Bearer {token}");
    let read = Request::new("GET", &format!("/api/documents/{DOC}")).with("Authorization", &bearer);
    room.send("po");
    room.send(END);
    room.until_text("Sam joined");
    room.send("x");
    room.until_text("Remove Sam?");
    room.send("\r");
    room.until_text("Sam is removed");
    let refused = server.answer(&read);
    assert_eq!(expect(403, refused).json()["reason"], "removed");
    room.send("r");
    room.until_text("Sam may send requests again");
    expect(200, server.answer(&read));
    room.send(ctrl('q'));
    assert!(room.wait().exit.success());
}
