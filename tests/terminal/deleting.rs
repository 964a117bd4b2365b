//! A document that is deleted while another editor has it open.

use tests::documents::{content, expect, get, versions};
use tests::keys::{ENTER, ctrl, f};
use tests::pty::Terminal;
use tests::serve::Server;

use crate::room::{DOC, TEXT, editor, server, type_at_line};

/// Bob has typed, Alice has deleted the document, and Bob's save has been refused.
fn deleted_under_bob(server: &Server) -> Terminal {
    let mut alice = editor(server, "Alice");
    let mut bob = editor(server, "Bob");
    type_at_line(&mut bob, 1, "B-");
    alice.send(f(8));
    alice.until_text("deletes this version and no newer one");
    alice.send(ENTER);
    alice.until_text("deleted");
    expect(410, server.answer(&get(DOC)));
    bob.send(ctrl('s'));
    bob.until_text("Alice deleted this document");
    bob.until_text("deleted by Alice");
    bob.send(f(9));
    bob.until_text("create again");
    bob
}

#[test]
fn deleted_document_can_be_created_again() {
    let server = server();
    let mut bob = deleted_under_bob(&server);
    bob.send("c");
    bob.until_text("this is version \"v3-");
    bob.until_text("clean");
    assert_eq!(content(&server, DOC), format!("B-{TEXT}"));
    let numbers: Vec<_> = versions(&server, DOC).iter().map(|version| version["version"].as_u64()).collect();
    assert_eq!(numbers, [Some(3), Some(2), Some(1)], "version numbers continue");
}

#[test]
fn text_of_a_deleted_document_can_be_discarded() {
    let server = server();
    let mut bob = deleted_under_bob(&server);
    bob.send("d");
    bob.until_text("It is not saved");
    bob.send(ENTER);
    bob.until_text("my text is gone with the document");
    expect(410, server.answer(&get(DOC)));
    bob.send(ctrl('q'));
    assert_eq!(bob.wait().exit.exit_code(), 0, "there is no unsaved text");
}
