//! A server that dies during an edit, and comes back.

use tests::documents::{content, history, versions};
use tests::keys::ctrl;
use tests::serve::Server;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, editor, type_at_line};

#[test]
fn edits_without_a_server_are_saved_when_it_is_back() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let file = folder.path().join("documents.db").display().to_string();
    let server = Server::start_with(PROGRAM, &["--listen", "127.0.0.1:0", "--store", &file]);
    let tags = history(&server, DOC, &[TEXT]);
    let mut alice = editor(&server, "Alice");
    type_at_line(&mut alice, 1, "A-");

    let address = server.address().to_string();
    server.kill();
    type_at_line(&mut alice, 2, "B-");
    alice.send(ctrl('s'));
    alice.until_text("offline");
    type_at_line(&mut alice, 3, "C-");
    alice.until_text("A-one");

    let server = Server::start_with(PROGRAM, &["--listen", &address, "--store", &file]);
    assert_eq!(content(&server, DOC), TEXT, "the acknowledged text is there");
    alice.send(ctrl('s'));
    alice.until_text("clean");
    assert_eq!(content(&server, DOC), "A-one\nB-two\nC-three\nfour\nfive\nsix\nseven\n");
    let versions = versions(&server, DOC);
    let last = versions.last().expect("the document has versions");
    assert_eq!(last["etag"].as_str(), Some(tags[0].as_str()), "the history continues");
    for version in &versions {
        assert_eq!(version["basedOn"], version["parentEtag"], "{version}");
    }
}

#[test]
fn editor_learns_missed_versions_after_a_restart() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let file = folder.path().join("documents.db").display().to_string();
    let server = Server::start_with(PROGRAM, &["--listen", "127.0.0.1:0", "--store", &file]);
    let tag = history(&server, DOC, &[TEXT]).remove(0);
    let mut alice = editor(&server, "Alice");
    let address = server.address().to_string();
    server.kill();

    let server = Server::start_with(PROGRAM, &["--listen", &address, "--store", &file]);
    let other = tests::documents::put(DOC, "B-one\n").with("If-Match", tag).with("Ifmatch-Author", "Bob");
    tests::documents::expect(200, server.answer(&other));
    alice.until_text("stale");
    alice.send(tests::keys::f(5));
    alice.until_text("B-one");
    alice.until_text("clean");
}
