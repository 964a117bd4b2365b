//! From the 412 to the saved merge.

use tests::documents::{content, expect, get, put, versions};
use tests::keys::{ESC, alt, ctrl, f};
use tests::pty::Terminal;
use tests::serve::Server;

use crate::room::{DOC, TEXT, editor, save_as, server, type_at_line, writes};

/// Alice and Bob have changed the same two lines, Alice has saved, and Bob has entered the merge.
fn in_the_merge(server: &Server) -> (Terminal, Terminal) {
    let mut alice = editor(server, "Alice");
    let mut bob = editor(server, "Bob");
    type_at_line(&mut alice, 1, "A-");
    type_at_line(&mut alice, 7, "A-");
    type_at_line(&mut bob, 1, "B-");
    type_at_line(&mut bob, 7, "B-");
    save_as(&mut alice, 2);
    bob.send(ctrl('s'));
    bob.until_text("412");
    bob.until_text("merging, 2 open");
    bob.send(f(9));
    bob.until_text("m mine");
    (alice, bob)
}

/// Asserts that each version is based on the one before.
fn check_no_lost_update(server: &Server) {
    for version in versions(server, DOC) {
        assert_eq!(version["basedOn"], version["parentEtag"], "{version}");
    }
}

#[test]
fn merged_text_has_both_changes_in_both_editors() {
    let server = server();
    let (mut alice, mut bob) = in_the_merge(&server);
    bob.send("t");
    bob.until_text("merging, 1 open");
    bob.send("n");
    bob.send("m");
    bob.until_text("merging, all decided");
    bob.send(ctrl('s'));
    bob.until_text("saved as version \"v3-");
    let merged = "A-one\ntwo\nthree\nfour\nfive\nsix\nB-seven\n";
    assert_eq!(content(&server, DOC), merged);

    alice.until_text("stale");
    alice.send(f(5));
    alice.until_text("this is now version \"v3-");
    alice.until_text("A-one");
    alice.until_text("B-seven");
    alice.until_text("clean");
    check_no_lost_update(&server);
    let statuses: Vec<_> = writes(&server).into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, [201, 200, 412, 200]);
}

#[test]
fn change_in_another_line_merges_by_itself() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    let mut bob = editor(&server, "Bob");
    type_at_line(&mut alice, 1, "A-");
    save_as(&mut alice, 2);
    type_at_line(&mut bob, 7, "B-");
    bob.send(ctrl('s'));
    bob.until_text("merging, all decided");
    bob.send(ctrl('s'));
    bob.until_text("your text with 1 line of Alice's; Ctrl-S again saves it under v2");
    bob.send(ctrl('s'));
    bob.until_text("saved as version \"v3-");
    assert_eq!(content(&server, DOC), "A-one\ntwo\nthree\nfour\nfive\nsix\nB-seven\n");
    check_no_lost_update(&server);
}

#[test]
fn open_conflict_cannot_be_saved() {
    let server = server();
    let (_alice, mut bob) = in_the_merge(&server);
    bob.send(ctrl('s'));
    bob.until_text("not saved");
    assert_eq!(versions(&server, DOC).len(), 2, "nothing was sent");
    bob.send("m");
    bob.until_text("merging, 1 open");
    bob.send("u");
    bob.until_text("merging, 2 open");
    bob.send("U");
    bob.until_text("merging, 1 open");
}

#[test]
fn second_412_keeps_decisions() {
    let server = server();
    let (_alice, mut bob) = in_the_merge(&server);
    bob.send("t");
    bob.until_text("merging, 1 open");
    bob.send("nm");
    bob.until_text("merging, all decided");

    // Carol is faster, in a line that Bob has not changed.
    let read = expect(200, server.answer(&get(DOC)));
    let text = content(&server, DOC).replace("four", "C-four");
    let third = put(DOC, &text).with("If-Match", read.etag()).with("Ifmatch-Author", "Carol");
    expect(200, server.answer(&third));

    bob.send(ctrl('s'));
    bob.until_text("Carol saved meanwhile");
    bob.until_text("kept 2");
    bob.until_text("merging, all decided");
    bob.send(ctrl('s'));
    bob.until_text("Ctrl-S again saves it under v3");
    bob.send(ctrl('s'));
    bob.until_text("saved as version \"v4-");
    assert_eq!(content(&server, DOC), "A-one\ntwo\nthree\nC-four\nfive\nsix\nB-seven\n");
    check_no_lost_update(&server);
}

#[test]
fn keys_go_to_the_text_until_the_merge_is_entered() {
    let server = server();
    let (_alice, mut bob) = in_the_merge(&server);
    bob.send("t");
    bob.until_text("merging, 1 open");
    bob.send(ESC);
    bob.until_text("F9 decides");
    bob.send("mt");
    bob.until_text("B-mtseven");
    bob.until_text("merging, 1 open");
    bob.send(f(9));
    bob.until_text("m mine");
    assert_eq!(versions(&server, DOC).len(), 2, "nothing was sent");
}

#[test]
fn same_change_on_both_sides_needs_no_merge() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    let mut bob = editor(&server, "Bob");
    type_at_line(&mut alice, 3, "X-");
    type_at_line(&mut bob, 3, "X-");
    save_as(&mut alice, 2);
    bob.send(ctrl('s'));
    bob.until_text("clean");
    assert!(!bob.text().contains("merging"), "{bob}");
    assert_eq!(versions(&server, DOC).len(), 2, "no second version was created");
}

#[test]
fn decision_by_hand_is_saved() {
    let server = server();
    let (_alice, mut bob) = in_the_merge(&server);
    bob.send("b");
    bob.until_text("merging, 1 open");
    bob.send("n");
    bob.send("e");
    bob.send("by hand ");
    bob.until_text("by hand ");
    bob.send(ctrl('s'));
    bob.until_text("merging, all decided");
    bob.send(ctrl('s'));
    bob.until_text("saved as version \"v3-");
    let text = content(&server, DOC);
    assert!(text.starts_with("B-one\nA-one\ntwo\n"), "{text}");
    assert!(text.lines().last().is_some_and(|line| line.contains("by hand ")), "{text}");
    assert_ne!(text, TEXT);
}

/// The editor reads the newer version in the background, and so knows of the conflict before the 412.
#[test]
fn coming_conflict_is_shown_before_the_save() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    let mut bob = editor(&server, "Bob");
    type_at_line(&mut bob, 1, "B-");
    bob.until_text("~1 B-one");
    type_at_line(&mut alice, 1, "A-");
    save_as(&mut alice, 2);
    bob.until_text("! 1 conflict is coming");
    bob.until_text("!1 B-one");
    bob.send(alt('h'));
    bob.until_text("A conflict is coming: Alice changed the same lines.");
    bob.until_text("A-one");
    bob.send(ESC);
    // Another key right after Escape would be read as one with Alt.
    bob.until_text("!1 B-one");
    bob.send(ctrl('s'));
    bob.until_text("merging, 1 open");
    let statuses: Vec<_> = writes(&server).into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, [201, 200, 412], "the save was as stale as before");
}
