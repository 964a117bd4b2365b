//! A document that the server has lost: an editor may hold its last copy.

use tests::documents::{content, history};
use tests::keys::{ctrl, f};
use tests::pty::Terminal;
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;
use crate::drafts::{editor, says};
use crate::room::{DOC, TEXT, save_as, type_at_line};

/// Saves, replaces the server by an empty one, and waits until the editor has noticed.
fn editor_of_a_lost_document(folder: &std::path::Path) -> (Server, Terminal) {
    let server = Server::start(PROGRAM);
    history(&server, DOC, &[TEXT]);
    let mut alice = editor(&server, folder);
    alice.until_text("seven");
    type_at_line(&mut alice, 1, "A-");
    save_as(&mut alice, 2);
    until("the draft is deleted", || !says(folder, "A-one"));
    let address = server.address().to_string();
    server.kill();
    let server = Server::start_with(PROGRAM, &["--listen", &address, "--store", "memory:"]);
    alice.until_text("not on the server");
    (server, alice)
}

#[test]
fn last_copy_survives_a_kill() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let (server, alice) = editor_of_a_lost_document(folder.path());
    until("the draft is on the disk", || says(folder.path(), "A-one"));
    alice.signal("KILL");
    assert!(!alice.wait().exit.success());

    let mut alice = editor(&server, folder.path());
    alice.until_text("not on the server");
    alice.until_text("A-one");
    alice.send(ctrl('s'));
    alice.until_text("not now: the server has no such document any more");
    alice.send(f(9));
    alice.until_text("create again");
    alice.send("c");
    alice.until_text("clean");
    assert_eq!(content(&server, DOC), format!("A-{TEXT}"));
    until("the draft is deleted", || !says(folder.path(), "A-one"));
}

#[test]
fn quit_asks_about_the_last_copy() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let (server, mut alice) = editor_of_a_lost_document(folder.path());
    alice.send(ctrl('q'));
    alice.until_text("Not saved: notes");
    alice.until_text("the text is kept as a draft");
    alice.send("l");
    assert!(alice.wait().exit.success());

    let alice = editor(&server, folder.path());
    alice.until_text("A-one");
}
