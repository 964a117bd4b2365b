//! A room that is watched and led from another process than its server's.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Value, json};
use tests::documents::{expect, history};
use tests::http::Request;
use tests::keys::{END, ctrl, f};
use tests::pty::{Start, Terminal};
use tests::serve::Server;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, editor, server, start, type_at_line};

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

/// Starts the screen of a leader.
fn observer(server: &Server) -> Terminal {
    Start::new(PROGRAM, &["observe", "--server", &server.url(), "--as", "Lee"]).size((120, 40)).spawn()
}

/// Types a question with two choices, of which the second is right, and asks the room.
fn ask(room: &mut Terminal) {
    room.send("q");
    room.until_text("ask the room");
    room.send("Which status?\r428\r412\r\r2\rThe tag is old.\r");
    room.until_text("the room is asked");
}

#[test]
fn leaders_question_is_answered_shown_and_revealed_with_its_reason() {
    let server = server();
    let mut bob = editor(&server, "Bob");
    let mut room = observer(&server);
    room.until_text("Bob");
    ask(&mut room);
    bob.until_text("Which status?");
    bob.send(f(9));
    bob.send("1");
    bob.until_text("my answer is 1, and it is counted");
    room.until_text("1 of 1 has answered");
    room.send("qs");
    room.until_text("every screen shows the votes now");
    bob.until_text("no more answers; mine is 1");
    room.send("v");
    bob.until_text("the leader asks again, round 2");
    room.send("w");
    bob.until_text("the right one is 2");
    bob.until_text("The tag is old.");
    room.until_text("The tag is old.");
    room.send("x");
    room.until_text("Withdraw the question?");
    room.send("\r");
    room.until_text("the question is gone from every screen");
    bob.until_no_text("The tag is old.");
    expect(404, server.answer(&Request::new("GET", "/api/question")));
    // The leader's own requests do not add the leader to the roster.
    assert!(!room.text().contains(" Lee "), "{}", room.text());
    room.send(ctrl('q'));
    assert!(room.wait().exit.success());
}

#[test]
fn question_of_another_leader_is_led_here() {
    let server = server();
    let mut room = observer(&server);
    room.until_text("the room:");
    ask(&mut room);
    let setting = expect(200, server.answer(&Request::new("GET", "/control/question")));
    let tag = setting.field("etag").expect("a tag").to_owned();
    let other = json!({ "text": "Another?", "choices": ["yes", "no"] });
    expect(200, server.answer(&Request::new("PUT", "/control/question").with("If-Match", &tag).json(&other)));
    room.until_text("Another?");
    room.send("qs");
    room.until_text("every screen shows the votes now");
    let shown = expect(200, server.answer(&Request::new("GET", "/api/question"))).json();
    assert_eq!((&shown["text"], &shown["state"]), (&json!("Another?"), &json!("shown")));
}

/// Returns the one folder in another folder.
fn only_folder_in(around: &Path) -> PathBuf {
    let mut all = fs::read_dir(around).unwrap();
    let found = all.next().expect("a folder is there").unwrap().path();
    assert!(all.next().is_none(), "nothing else is there");
    found
}

#[test]
fn leader_saves_the_session_without_a_token_in_it() {
    const TOKEN: &str = "kudop-lirat-bomak";
    let server = server();
    let join = Request::new("POST", "/api/participants").json(&json!({ "name": "Sam" }));
    let token = expect(201, server.answer(&join)).json()["token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let read = Request::new("GET", &format!("/api/documents/{DOC}")).with("Authorization", &bearer);
    let tag = expect(200, server.answer(&read)).etag();
    expect(200, server.answer(&put("Eve", &tag)));
    expect(412, server.answer(&put("Bob", "\"v9-00000000\"")));
    // A code that a person sends to the wrong place.
    let wrong = Request::new("POST", "/api/participants").json(&json!({ "name": "Ann", "code": TOKEN }));
    expect(422, server.answer(&wrong));
    let around = tempfile::tempdir().unwrap();
    let folder = around.path().to_str().unwrap();
    let observe = ["observe", "--server", &server.url(), "--as", "Lee", "--session-folder", folder];
    let mut room = Start::new(PROGRAM, &observe).spawn();
    room.until_text("412 1");
    room.send("s");
    room.until_text("saved as ifmatch-session-");
    room.send(ctrl('q'));
    assert!(room.wait().exit.success());
    let session = only_folder_in(around.path());
    let read = |name: &str| fs::read_to_string(session.join(name)).unwrap();
    let (page, archive) = (read("session.md"), read("session.har"));
    for secret in [token.as_str(), TOKEN, &TOKEN.replace('-', "\\-")] {
        assert!(!page.contains(secret) && !archive.contains(secret), "{secret}");
    }
    assert!(page.contains("| Sam | yes |") && page.contains("412 Precondition Failed | 1 | 1 |"), "{page}");
    assert!(page.contains("● v2 Eve") && page.contains("base v1"), "{page}");
    let har: Value = serde_json::from_str(&archive).unwrap();
    let entries = har["log"]["entries"].as_array().unwrap();
    let statuses: Vec<_> = entries.iter().map(|entry| entry["response"]["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses[..6], [201, 201, 200, 200, 412, 422], "every exchange is in it");
    assert!(page.contains("All exchanges since the server began are in these files: "), "{page}");
    #[cfg(unix)]
    for (path, mode) in [(session.join("session.har"), 0o600), (session.join("session.md"), 0o600), (session, 0o700)] {
        let found = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(found & 0o777, mode, "{}", path.display());
    }
}

#[test]
fn session_without_a_folder_is_refused() {
    let server = server();
    let around = tempfile::tempdir().unwrap();
    let nowhere = around.path().join("nowhere");
    let observe = ["observe", "--server", &server.url(), "--session-folder", nowhere.to_str().unwrap()];
    let mut room = Start::new(PROGRAM, &observe).spawn();
    room.until_text("the room:");
    room.send("s");
    room.until_text("the session was not saved: ");
    room.send(ctrl('q'));
    assert!(room.wait().exit.success());
    assert_eq!(fs::read_dir(around.path()).unwrap().count(), 0);
}

#[test]
fn session_is_saved_without_a_screen() {
    let server = server();
    let around = tempfile::tempdir().unwrap();
    let save = || {
        let mut command = Command::new(PROGRAM);
        command.args(["observe", "--server", &server.url(), "--save", "--session-folder"]).arg(around.path());
        command.stdin(Stdio::null()).output().unwrap()
    };
    let ran = save();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let session = only_folder_in(around.path());
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), format!("{}\n", session.display()));
    let page = fs::read_to_string(session.join("session.md")).unwrap();
    assert!(page.contains("### notes") && page.contains("| alice | no |"), "{page}");
    fs::remove_dir_all(around.path()).unwrap();
    let ran = save();
    assert_eq!(ran.status.code(), Some(74));
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(said.contains("the session was not saved: ") && said.contains("its folder does not exist"), "{said}");
}

#[test]
fn new_round_is_a_fresh_copy_and_the_first_document_stays() {
    let server = Server::start(PROGRAM);
    history(&server, DOC, &[TEXT, "changed\n"]);
    let bob = start(&server, "Bob").spawn();
    bob.until_text("clean");
    let mut room = observer(&server);
    room.until_text("Bob");
    room.until_text("writes 2");
    room.send("n");
    room.until_text("Copy 'notes' into a new document");
    room.send("\r");
    room.until_text("people get 'notes-2'");
    room.until_text("writes 0");
    room.until_text("of 2");
    let content = |id: &str| {
        let read = Request::new("GET", &format!("/api/documents/{id}"));
        expect(200, server.answer(&read)).json()["content"].as_str().unwrap().to_owned()
    };
    assert_eq!((content("notes-2").as_str(), content(DOC).as_str()), (TEXT, "changed\n"));
    let read = expect(200, server.answer(&Request::new("GET", "/api/documents/notes-2")));
    let newer = Request::new("PUT", "/api/documents/notes-2").with("If-Match", read.field("etag").expect("a tag"));
    let newer = newer.with("Ifmatch-Author", "Eve").json(&json!({ "title": "Notes", "content": "newer\n" }));
    expect(200, server.answer(&newer));
    // The newest exchange is selected, so the next round is about its document.
    room.until_text("Eve");
    room.send("n");
    room.until_text("Copy 'notes-2' into a new document");
    room.send("c");
    room.until_text("people get 'notes-3'");
    assert_eq!(content("notes-3"), "newer\n");
    drop(bob);
}

#[test]
fn switched_mistake_is_in_each_response() {
    let server = server();
    let mut room = observer(&server);
    room.until_text("the room:");
    room.send("c");
    room.until_text("tags: version");
    room.send("e");
    room.until_text("a text that comes back has its old tag again");
    room.until_text("tags: ✗ content");
    let read = server.answer(&Request::new("GET", &format!("/api/documents/{DOC}")));
    assert_eq!(expect(200, read).field("ifmatch-unsafe"), Some("etags=content"));
    room.send("t");
    room.until_text("dates: ✗ plain");
    let policy = expect(200, server.answer(&Request::new("GET", "/control/policy"))).json();
    assert_eq!(policy["dates"], "plain");
}
