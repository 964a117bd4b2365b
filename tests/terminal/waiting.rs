//! A server that takes connections and does not answer: the screen is there first, and what is typed is kept.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use tests::documents::content;
use tests::keys::ctrl;
use tests::pty::{Start, Terminal};
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;
use crate::drafts::says;
use crate::room::{DOC, TEXT, server, start, type_at_line};

/// A socket whose connections nobody answers, and an editor of a document there, once its screen is there.
fn before_the_first_answer(folder: &Path) -> (TcpListener, Terminal) {
    let silent = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let url = format!("http://{}", silent.local_addr().expect("it listens"));
    let folder = folder.display().to_string();
    let editor = Start::new(PROGRAM, &["edit", DOC, "--server", &url, "--as", "Alice", "--data", &folder]).spawn();
    editor.until_text(&format!("waiting for {url}"));
    (silent, editor)
}

/// Stops the process of a server, or lets it go on.
fn signal(server: &Server, name: &str) {
    let killed = Command::new("kill").args([&format!("-{name}"), &server.process().to_string()]).status();
    assert!(killed.expect("there is a program called kill").success());
}

#[test]
fn words_before_the_first_answer_are_a_draft_at_sigterm() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let (_silent, mut alice) = before_the_first_answer(folder.path());
    alice.send("typed while nothing answers");
    alice.until_text("typed while nothing answers");
    alice.until_text(" s; what you type is kept as a draft");
    alice.signal("TERM");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 143, "{}", ended.text());
    assert!(ended.has_settings_of_before);
    assert!(says(folder.path(), "typed while nothing answers"));
}

#[test]
fn refusal_after_the_screen_ends_an_untouched_editor() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let (silent, alice) = before_the_first_answer(folder.path());
    // All connections that wait are reset.
    drop(silent);
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 3, "{}", ended.text());
    assert!(ended.has_settings_of_before);
}

#[test]
fn refusal_after_the_screen_keeps_what_was_typed() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let (silent, mut alice) = before_the_first_answer(folder.path());
    alice.send("typed early");
    alice.until_text("typed early");
    drop(silent);
    alice.until_text("offline");
    alice.until_text("typed early");
    until("the draft is on the disk", || says(folder.path(), "typed early"));
}

#[test]
fn save_without_an_answer_says_for_how_long() {
    let server = server();
    let mut alice = start(&server, "Alice").spawn();
    alice.until_text("clean");
    type_at_line(&mut alice, 1, "A-");
    signal(&server, "STOP");
    alice.send(ctrl('s'));
    alice.until_text("no answer for 2 s; what you type is kept as a draft");
    alice.until_text("no answer for 3 s");
    type_at_line(&mut alice, 2, "B-");
    alice.send(ctrl('s'));
    alice.until_text("what is typed since is saved after it");
    signal(&server, "CONT");
    alice.until_text("clean");
    alice.until_no_text("no answer for");
    until("both saves arrived", || content(&server, DOC) == format!("A-{}", TEXT.replace("two", "B-two")));
}
