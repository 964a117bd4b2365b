//! A server that accepts connections and does not answer: the screen appears, and typed text is kept.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use ifmatch::Paths;
use tests::documents::content;
use tests::keys::ctrl;
use tests::pty::{Start, Terminal};
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;
use crate::drafts::says;
use crate::room::{DOC, TEXT, server, start, type_at_line};

/// Starts an editor of a document on a server that never answers, and waits for its screen.
fn before_the_first_response(folder: &Path) -> (TcpListener, Terminal) {
    let silent = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let url = format!("http://{}", silent.local_addr().expect("the listener has an address"));
    let folder = folder.display().to_string();
    let editor = Start::new(PROGRAM, &["edit", DOC, "--server", &url, "--as", "Alice", "--data", &folder]).spawn();
    editor.until_text(&format!("waiting for {url}"));
    (silent, editor)
}

/// Sends a signal to a server, such as `STOP` or `CONT`.
fn signal(server: &Server, name: &str) {
    let killed = Command::new("kill").args([&format!("-{name}"), &server.process().to_string()]).status();
    assert!(killed.expect("kill runs").success());
}

#[test]
fn words_before_the_first_response_survive_sigterm() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let (_silent, mut alice) = before_the_first_response(folder.path());
    alice.send("typed while nothing answers");
    alice.until_text("typed while nothing answers");
    alice.until_text(" s; what you type is kept as a draft");
    alice.signal("TERM");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 143, "{}", ended.text());
    assert!(ended.has_original_settings);
    assert!(says(folder.path(), "typed while nothing answers"));
}

#[test]
fn late_refusal_ends_an_untouched_editor() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let (silent, alice) = before_the_first_response(folder.path());
    // All waiting connections are reset.
    drop(silent);
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 3, "{}", ended.text());
    assert!(ended.has_original_settings);
}

#[test]
fn late_refusal_keeps_typed_text() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let (silent, mut alice) = before_the_first_response(folder.path());
    alice.send("typed early");
    alice.until_text("typed early");
    drop(silent);
    alice.until_text("offline");
    alice.until_text("typed early");
    until("the draft is on the disk", || says(folder.path(), "typed early"));
}

#[test]
fn save_without_a_response_says_for_how_long() {
    let server = server();
    let mut alice = start(&server, "Alice").spawn();
    alice.until_text("clean");
    type_at_line(&mut alice, 1, "A-");
    signal(&server, "STOP");
    alice.send(ctrl('s'));
    alice.until_text("no response for 2 s; what you type is kept as a draft");
    alice.until_text("no response for 3 s");
    type_at_line(&mut alice, 2, "B-");
    alice.send(ctrl('s'));
    alice.until_text("what you have typed since is saved after it");
    signal(&server, "CONT");
    alice.until_text("clean");
    alice.until_no_text("no response for");
    until("both saves are applied", || content(&server, DOC) == format!("A-{}", TEXT.replace("two", "B-two")));
}

/// A named pipe that no process writes to takes the place of a disk that does not answer.
#[test]
fn unreadable_drafts_do_not_block_the_editor() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let open = || start(&server, "Alice").argument("--data").argument(&folder.path().display().to_string()).spawn();
    let mut alice = open();
    alice.until_text("clean");
    type_at_line(&mut alice, 1, "A-");
    until("the draft is on the disk", || says(folder.path(), "A-one"));
    alice.signal("TERM");
    assert_eq!(alice.wait().exit.exit_code(), 143);
    let drafts = fs::read_dir(Paths::below(folder.path()).drafts())
        .expect("the folder of drafts exists")
        .flatten()
        .map(|entry| entry.path());
    let draft = drafts.into_iter().find(|path| path.extension().is_some_and(|end| end == "json")).expect("a draft");
    fs::remove_file(&draft).expect("the draft can be removed");
    assert!(Command::new("mkfifo").arg(&draft).status().expect("mkfifo runs").success());

    let mut alice = open();
    alice.until_text("earlier drafts in it are not offered");
    alice.until_text("clean");
    type_at_line(&mut alice, 1, "B-");
    until("the draft is on the disk", || has_words_beside(&draft, "B-one"));
    alice.signal("TERM");
    assert_eq!(alice.wait().exit.exit_code(), 143);
}

/// Returns whether another file in the folder of this pipe, which is not read, contains these words.
fn has_words_beside(pipe: &Path, words: &str) -> bool {
    let folder = pipe.parent().expect("the pipe is in a folder");
    let files = fs::read_dir(folder).expect("the folder exists").flatten().map(|entry| entry.path());
    files.filter(|file| file != pipe).any(|file| fs::read_to_string(file).is_ok_and(|text| text.contains(words)))
}
