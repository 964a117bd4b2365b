//! The merge view beyond picking sides: suggestions, edits by hand, and keeping one's text as a file.

use std::fs;

use tests::documents::{content, versions};
use tests::keys::{alt, ctrl, f};
use tests::pty::Terminal;
use tests::serve::Server;

use crate::room::{DOC, TEXT, editor, save_as, server, start, type_at_line};

/// Alice and Bob have changed different words of one line, Alice has saved, and Bob's save got a 412.
fn in_the_merge(server: &Server) -> (Terminal, Terminal) {
    let mut alice = editor(server, "Alice");
    let mut bob = editor(server, "Bob");
    type_at_line(&mut alice, 3, "twenty ");
    type_at_line(&mut bob, 3, "");
    bob.send("\x1b[F and more");
    bob.until_text("three and more");
    save_as(&mut alice, 2);
    bob.send(ctrl('s'));
    bob.until_text("merging, 1 open");
    bob.send(f(9));
    bob.until_text("m mine");
    (alice, bob)
}

#[test]
fn suggestion_is_shown_and_taken_by_one_key() {
    let server = server();
    let (_alice, mut bob) = in_the_merge(&server);
    bob.until_text("open: s takes this, you changed different words:");
    bob.until_text("twenty three and more");
    assert!(bob.text().contains("1 open"), "a suggestion is not taken by itself: {bob}");
    bob.send("s");
    bob.until_text("merging, all decided");
    bob.until_text("suggested");
    bob.send(ctrl('s'));
    bob.until_text("saved as version \"v3-");
    assert_eq!(content(&server, DOC), TEXT.replace("three", "twenty three and more"));
}

#[test]
fn whole_result_is_edited_by_hand_and_saved() {
    let server = server();
    let (_alice, mut bob) = in_the_merge(&server);
    bob.send("E");
    bob.until_text("the whole by hand");
    bob.send(ctrl('s'));
    bob.until_text("1 conflict is here in both versions");
    assert_eq!(versions(&server, DOC).len(), 2, "nothing was sent");
    bob.send("both: ");
    bob.until_text("both: three and more");
    bob.send(ctrl('s'));
    bob.until_text("merging, all decided");
    bob.send("u");
    bob.until_text("merging, 1 open");
    bob.send("U");
    bob.until_text("merging, all decided");
    bob.send(ctrl('s'));
    bob.until_text("saved as version \"v3-");
    assert_eq!(content(&server, DOC), TEXT.replace("three", "both: three and more\ntwenty three"));
}

#[test]
fn own_text_is_kept_as_a_new_file_each_time() {
    let server = server();
    let (_alice, mut bob) = in_the_merge(&server);
    for (key, name) in [("k".to_owned(), "notes-mine.txt"), (alt('k'), "notes-mine-2.txt")] {
        bob.send(key);
        bob.until_text(name);
        let text = bob.text();
        let path = text.split_whitespace().find(|word| word.ends_with(name)).expect("the path is shown").to_owned();
        assert_eq!(fs::read_to_string(&path).expect("the file exists"), TEXT.replace("three", "three and more"));
    }
    bob.until_text("merging, 1 open");
}

#[test]
fn edit_by_hand_survives_a_kill() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let data = folder.path().display().to_string();
    let with_drafts = || start(&server, "Bob").argument("--data").argument(&data).spawn();
    let mut alice = editor(&server, "Alice");
    let mut bob = with_drafts();
    bob.until_text("clean");
    type_at_line(&mut alice, 3, "A-");
    type_at_line(&mut bob, 3, "B-");
    save_as(&mut alice, 2);
    bob.send(ctrl('s'));
    bob.until_text("merging, 1 open");
    bob.send(f(9));
    bob.send("e");
    bob.send("with care ");
    bob.until_text("with care B-three");
    let is_there = |path: &std::path::Path| crate::drafts::says(path, "with care B-three");
    tests::until("the text is on the disk", || is_there(folder.path()));
    bob.signal("KILL");
    assert!(!bob.wait().exit.success());

    let mut bob = with_drafts();
    bob.until_text("merging, 1 open");
    bob.until_text("what you were writing by hand is here again: e goes on with it");
    bob.send(f(9));
    bob.send("e");
    bob.until_text("with care B-three");
    bob.send(ctrl('s'));
    bob.until_text("merging, all decided");
}
