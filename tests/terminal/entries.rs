//! The list of documents: titles, deletes and restores from it, and what a newer version does to them.

use std::path::Path;

use serde_json::json;
use tests::documents::{content, document, expect, get, history, patch, versions};
use tests::http::Request;
use tests::keys::{DOWN, ENTER, ctrl, f};
use tests::pty::{Start, Terminal};
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;
use crate::drafts::{self, says};
use crate::room::{DOC, TEXT, editor, exchanges, server};

/// Starts Carol's editor without a document, so that it shows the list.
fn list(server: &Server) -> Terminal {
    let carol = Start::new(PROGRAM, &["edit", "--server", &server.url(), "--as", "Carol"]).spawn();
    carol.until_text("Enter open");
    carol.until_text(DOC);
    carol
}

/// Changes the title of the document as Bob, who has read it.
fn renamed_by_bob(server: &Server, title: &str) {
    let tag = expect(200, server.answer(&get(DOC))).etag();
    let request = patch(DOC, &json!({ "title": title })).with("If-Match", &tag).with("Ifmatch-Author", "Bob");
    expect(200, server.answer(&request));
}

fn title(server: &Server) -> Option<String> {
    expect(200, server.answer(&get(DOC))).word("title")
}

/// Returns the statuses of the requests that the server has recorded with this method.
fn statuses(server: &Server, method: &str) -> Vec<u64> {
    let exchanges = exchanges(server);
    let sent = exchanges.iter().filter(|exchange| exchange["method"] == method);
    sent.map(|exchange| exchange["status"].as_u64().expect("it was answered")).collect()
}

#[test]
fn stale_rename_is_refused_and_keeps_what_was_typed() {
    let server = server();
    let mut carol = list(&server);
    carol.send(ctrl('t'));
    carol.until_text("title: Draft Post");
    carol.send("Rye");
    carol.until_text("title: Rye");
    renamed_by_bob(&server, "Spelt");
    // The list is read again beneath the prompt, whose request still names the version that Carol saw.
    carol.until_text("Spelt");
    carol.send(ENTER);
    carol.until_text("412: Bob saved v2 meanwhile (its title is now 'Spelt'); nothing was changed.");
    carol.until_text("title: Rye");
    assert_eq!(title(&server).as_deref(), Some("Spelt"));
    carol.send(ENTER);
    carol.until_text("the title of 'notes' is now 'Rye' (v3)");
    assert_eq!(title(&server).as_deref(), Some("Rye"));
    assert_eq!(statuses(&server, "PATCH"), [200, 412, 200]);
    assert_eq!(content(&server, DOC), TEXT, "a rename does not touch the text");
}

#[test]
fn document_with_children_is_not_deleted() {
    let server = server();
    let child = json!({ "title": "Child", "content": "", "parent": DOC });
    let request = Request::new("PUT", "/api/documents/child").json(&child).with("If-None-Match", "*");
    expect(201, server.answer(&request));
    let mut carol = list(&server);
    // The child is the first of the list.
    carol.send(DOWN);
    carol.send(f(8));
    carol.until_text("Delete 'notes' ('Draft Post', v1 by alice)?");
    carol.send(ENTER);
    carol.until_text("409: 'notes' has a child (child), so it was not deleted. Give it another parent");
    expect(200, server.answer(&get(DOC)));
    assert_eq!(statuses(&server, "DELETE"), [409]);
}

/// Alice has typed a title, Bob has saved another one, and Alice's save has been refused.
fn in_a_merge_of_titles(server: &Server) -> Terminal {
    let mut alice = editor(server, "Alice");
    alice.send(ctrl('t'));
    alice.until_text("Draft Post");
    alice.send(format!("Mine{ENTER}"));
    alice.until_text("notes: Mine");
    renamed_by_bob(server, "Theirs");
    alice.send(ctrl('s'));
    alice.until_text("merging, 1 open");
    alice.send(f(9));
    alice.until_text("m mine");
    alice
}

#[test]
fn conflict_of_titles_is_decided_in_the_merge() {
    for (key, decided) in [("m", "Mine"), ("t", "Theirs")] {
        let server = server();
        let mut alice = in_a_merge_of_titles(&server);
        // Neither title is taken before Alice decides.
        alice.send(ctrl('s'));
        alice.until_text("1 conflict");
        alice.send(key);
        alice.until_text("merging, all decided");
        alice.send(ctrl('s'));
        // With the title of theirs, the result is their version.
        alice.until_text(if decided == "Mine" { "saved as version \"v3-" } else { "nothing to save" });
        assert_eq!(title(&server).as_deref(), Some(decided));
        assert_eq!(content(&server, DOC), TEXT);
        for version in versions(&server, DOC) {
            assert_eq!(version["basedOn"], version["parentEtag"], "{version}");
        }
    }
}

/// Types another title into the prompt of the text, and waits until the draft has it.
fn type_title(alice: &mut Terminal, folder: &Path) {
    alice.until_text("clean");
    alice.send(ctrl('t'));
    alice.until_text("Draft Post");
    alice.send("Rye");
    until("the draft is on the disk", || says(folder, "\"title\": \"Rye\""));
}

#[test]
fn typed_title_outlives_a_kill() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    // The prompt may still be open.
    for is_open in [true, false] {
        let mut alice = drafts::editor(&server, folder.path());
        type_title(&mut alice, folder.path());
        if !is_open {
            alice.send(ENTER);
            alice.until_text("the title is part of your text of 'notes'");
        }
        alice.signal("KILL");
        assert!(!alice.wait().exit.success());
        assert_eq!(title(&server).as_deref(), Some("Draft Post"), "nothing was sent");

        let mut alice = drafts::editor(&server, folder.path());
        alice.until_text("notes: Rye");
        alice.until_text("edited");
        alice.send(ctrl('s'));
        alice.until_text("saved as version \"v");
        assert_eq!(title(&server).as_deref(), Some("Rye"));
        until("the draft is deleted", || !says(folder.path(), "Rye"));
        alice.send(ctrl('q'));
        assert!(alice.wait().exit.success());
        renamed_by_bob(&server, "Draft Post");
    }
}

#[test]
fn restore_from_the_list_names_the_version_that_was_seen() {
    let server = Server::start(PROGRAM);
    let tags = history(&server, DOC, &["old\n", "new\n"]);
    let mut carol = list(&server);
    carol.send(f(3));
    carol.until_text("created · no parent");
    carol.send(DOWN);
    carol.send(ENTER);
    carol.until_text("old");
    let write = Request::new("PUT", "/api/documents/notes").json(&document("Bob's\n"));
    expect(200, server.answer(&write.with("If-Match", &tags[1]).with("Ifmatch-Author", "Bob")));
    carol.send("s");
    carol.until_text("412: Bob saved v3: nothing is restored.");
    assert_eq!(content(&server, DOC), "Bob's\n");
    carol.until_text("3 versions");
    carol.send("s");
    carol.until_text("v1 is restored as v4, over v3");
    assert_eq!(content(&server, DOC), "old\n");
    assert_eq!(statuses(&server, "PUT"), [201, 200, 200, 412, 200]);
}

#[test]
fn stale_rename_in_plain_mode_is_refused_in_words() {
    let server = server();
    let arguments = ["edit", "other", "--server", &server.url(), "--as", "Carol", "--plain"];
    let mut carol = Start::new(PROGRAM, &arguments).spawn();
    carol.until_text("A new document");
    carol.send("documents\r");
    carol.until_text("1. notes, 'Draft Post'");
    renamed_by_bob(&server, "Spelt");
    carol.send("rename notes Rye\r");
    carol.until_text("412: Bob saved v2 meanwhile (its title is now 'Spelt'); nothing was changed.");
    carol.until_text("then 'rename' repeats it");
    // The words told of the newer version, so the same line may change it now.
    carol.send("rename notes Rye\r");
    carol.until_text("The title of 'notes' is now 'Rye' (v3).");
    assert_eq!(statuses(&server, "PATCH"), [200, 412, 200]);
}
