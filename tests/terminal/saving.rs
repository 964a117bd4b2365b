//! Saving without a conflict, and blind saves.

use tests::documents::{content, versions};
use tests::keys::{ENTER, ESC, ctrl, f};
use tests::pty::Start;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, editor, save_as, server, type_at_line, writes};

#[test]
fn save_names_the_version_that_it_replaces() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    type_at_line(&mut alice, 1, "A-");
    alice.until_text("edited");
    save_as(&mut alice, 2);
    assert_eq!(content(&server, DOC), format!("A-{TEXT}"));
    type_at_line(&mut alice, 2, "B-");
    save_as(&mut alice, 3);

    let tags: Vec<_> = versions(&server, DOC).iter().rev().map(|version| version["etag"].clone()).collect();
    let writes = writes(&server);
    let [.., (second, 200), (third, 200)] = &writes[..] else { panic!("{writes:?}") };
    assert_eq!(second.as_deref(), tags[0].as_str());
    assert_eq!(third.as_deref(), tags[1].as_str());
}

#[test]
fn careless_save_meets_428_and_can_be_done_right() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    type_at_line(&mut alice, 1, "A-");
    alice.send(f(6));
    alice.until_text("428 Precondition Required");
    alice.until_text("Ctrl-S does it right");
    assert_eq!(content(&server, DOC), TEXT, "nothing was written");
    alice.send(ctrl('s'));
    alice.until_text("saved as version \"v2-");
    alice.until_no_text("does it right");
    assert_eq!(content(&server, DOC), format!("A-{TEXT}"));
    let writes = writes(&server);
    assert!(matches!(&writes[..], [.., (None, 428), (Some(_), 200)]), "{writes:?}");
}

#[test]
fn careless_save_can_be_dismissed() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    type_at_line(&mut alice, 1, "A-");
    alice.send(f(6));
    alice.until_text("┌ 428 Precondition Required");
    alice.until_text("it could overwrite a change");
    alice.send(ESC);
    alice.until_no_text("┌ 428 Precondition Required");
    alice.until_no_text("it could overwrite a change");
    alice.until_text("A-one");
    alice.until_text("edited");
    assert_eq!(content(&server, DOC), TEXT, "nothing was written");
}

#[test]
fn save_of_a_new_document_creates_it() {
    let server = server();
    let mut alice = Start::new(PROGRAM, &["edit", "new-one", "--server", &server.url(), "--as", "Alice"]).spawn();
    alice.until_text("a new document");
    alice.send("mine");
    alice.until_text("edited");
    alice.send(ctrl('s'));
    alice.until_text("created: this is version \"v1-");
    assert!(content(&server, "new-one").starts_with("mine"));
}

#[test]
fn document_can_be_chosen_from_a_list() {
    let server = server();
    let mut alice = Start::new(PROGRAM, &["edit", "--server", &server.url(), "--as", "Alice"]).spawn();
    alice.until_text("type letters");
    alice.until_text(DOC);
    alice.send(ENTER);
    alice.until_text("seven");
    alice.until_text("clean");
}
