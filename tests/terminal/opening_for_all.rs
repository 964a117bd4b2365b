//! The document that the leader opens for all.
//!
//! People who wait get it, and people who type are not disturbed.

use serde_json::json;
use tests::documents::{expect, history};
use tests::http::Request;
use tests::keys::{alt, ctrl};
use tests::pty::{Start, Terminal};
use tests::serve::Server;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, editor, server, type_at_line};

const SETTINGS: &str = "/control/room";

/// Starts an editor without a document.
fn list(server: &Server, name: &str) -> Terminal {
    Start::new(PROGRAM, &["edit", "--server", &server.url(), "--as", name]).size((120, 40)).spawn()
}

/// Opens a document for all over HTTP, as another leader would.
fn open(server: &Server, document: &str) {
    let tag = expect(200, server.answer(&Request::new("GET", SETTINGS))).field("etag").expect("a tag").to_owned();
    let settings = json!({ "openForAll": document });
    expect(200, server.answer(&Request::new("PUT", SETTINGS).with("If-Match", &tag).json(&settings)));
}

#[test]
fn server_that_starts_with_a_document_opens_it_for_all_who_join() {
    let server =
        Server::start_with(PROGRAM, &["--listen", "127.0.0.1:0", "--store", "memory:", "--open-for-all", "plan"]);
    // It does not exist, and the first save creates it.
    let mut sam = list(&server, "Sam");
    // From now on, Enter lets Sam write, and adds no line.
    sam.until_text("the leader opened plan for all; Enter or F9 lets you write in it");
    sam.send("\rmine");
    sam.until_text("mine");
    sam.send(ctrl('s'));
    sam.until_text("clean");
    let ann = list(&server, "Ann");
    ann.until_text("mine");
    let data = tempfile::tempdir().unwrap();
    let host = server.address().to_string();
    let kim = Start::new(PROGRAM, &["join", &host]).variable("IFMATCH_DATA", data.path().to_str().unwrap());
    let kim = kim.variable("IFMATCH_NAME", "Kim").spawn();
    kim.until_text("the leader opened plan for all");
    kim.until_text("mine");
}

#[test]
fn leaders_key_opens_the_document_for_those_who_wait_only() {
    let server = server();
    history(&server, "plan", &["the plan\n"]);
    let waiting = list(&server, "Sam");
    waiting.until_text("type letters");
    let mut searching = list(&server, "Ann");
    searching.until_text("type letters");
    searching.send("no");
    searching.until_text("find: no");
    let mut typing = editor(&server, "Bob");
    type_at_line(&mut typing, 1, "Rye ");
    let mut room = Start::new(PROGRAM, &["observe", "--server", &server.url(), "--as", "Lee"]).size((120, 40)).spawn();
    room.until_text("Bob");
    // The document that the selected exchange is about.
    expect(200, server.answer(&Request::new("GET", "/api/documents/plan").with("Ifmatch-Author", "Eve")));
    room.until_text("/api/documents/plan");
    room.send("O");
    room.until_text("opens plan for all");
    waiting.until_text("the leader opened plan for all");
    waiting.until_text("the plan");
    searching.until_text("Alt-o opens plan: the leader opened it for all");
    searching.until_text("find: no");
    typing.until_text("Alt-o opens plan: the leader opened it for all");
    typing.until_text("Rye one");
    typing.send("and ");
    typing.until_text("Rye and one");
    typing.send(alt('o'));
    typing.until_text("the plan");
}

#[test]
fn leader_who_was_overtaken_changes_nothing() {
    let server = server();
    let mut room = Start::new(PROGRAM, &["observe", "--server", &server.url(), "--as", "Lee"]).size((120, 40)).spawn();
    expect(200, server.answer(&Request::new("GET", &format!("/api/documents/{DOC}")).with("Ifmatch-Author", "Eve")));
    room.until_text("Eve");
    open(&server, "plan");
    // The screen has heard of the other leader, and names its settings in the next change.
    room.until_text("opens plan for all");
    room.send("O");
    room.until_text(&format!("opens {DOC} for all"));
    let now = expect(200, server.answer(&Request::new("GET", SETTINGS))).json();
    assert_eq!(now, json!({ "openForAll": DOC }));
}

#[test]
fn new_round_opens_in_the_editors() {
    let server = server();
    let waiting = list(&server, "Sam");
    waiting.until_text("type letters");
    let mut typing = editor(&server, "Bob");
    let mut room = Start::new(PROGRAM, &["observe", "--server", &server.url(), "--as", "Lee"]).size((120, 40)).spawn();
    // The document is known once a response about it is on the wire.
    room.until_text("notes v1");
    room.send("n");
    room.until_text("a new round?");
    room.send("\r");
    room.until_text("a new round: people get 'notes-2' by itself");
    waiting.until_text("the leader opened notes-2 for all");
    waiting.until_text(TEXT.lines().last().expect("a line"));
    typing.until_text("Alt-o opens notes-2: the leader opened it for all");
    typing.send(alt('o'));
    typing.until_text("notes-2: Draft Post");
}
