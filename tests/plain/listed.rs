//! The list of documents through pipes: rename, move and remove name the version that was printed.

use serde_json::json;
use tests::documents::{expect, get, history};
use tests::http::Request;
use tests::serve::Server;

use crate::room::{DOC, FinishedSession, edit, home, run, server};

fn title(server: &Server, document: &str) -> Option<String> {
    expect(200, server.answer(&get(document))).word("title")
}

/// Creates a document that has this parent.
fn create_child(server: &Server, id: &str, parent: &str) {
    let child = json!({ "title": "Child", "content": "", "parent": parent });
    let request = Request::new("PUT", &format!("/api/documents/{id}")).json(&child).with("If-None-Match", "*");
    expect(201, server.answer(&request));
}

/// Runs an editor without a document, with these lines as input.
fn list(server: &Server, lines: &[&str]) -> FinishedSession {
    run(&home(), &["edit", "--server", &server.url(), "--as", "Carol", "--plain"], lines)
}

#[test]
fn rename_and_move_name_the_printed_version() {
    let server = server();
    history(&server, "handbook", &["text\n"]);
    let ran = list(&server, &["rename 1 Rye bread", "move draft-post handbook", "move 1 none"]);
    ran.says(&[
        "There are 2 documents.",
        "1. draft-post, 'Draft Post', version \"v1-",
        "> rename 1 Rye bread\n",
        "PATCH /api/documents/draft-post, If-Match: \"v1-",
        "The title of 'draft-post' is now 'Rye bread' (v2).",
        "1. draft-post, 'Rye bread', version \"v2-",
        "> move draft-post handbook\n",
        "PATCH /api/documents/draft-post, If-Match: \"v2-",
        "The parent of 'draft-post' is now 'handbook' (v3).",
        "'draft-post' has no parent now (v4).",
    ]);
    assert_eq!(title(&server, DOC).as_deref(), Some("Rye bread"));
}

#[test]
fn change_of_an_open_document_goes_into_its_text() {
    let (server, home) = (server(), home());
    let ran = edit(&home, &server, "Alice", &["documents", "rename 1 Rye", "save"]);
    ran.says(&["The title is 'Rye'.", "The title is part of your text of 'draft-post': 'save' saves it", "> save"]);
    assert!(!ran.said.contains("PATCH /api"), "{}", ran.said);
    assert_eq!(title(&server, DOC).as_deref(), Some("Rye"));
}

#[test]
fn unknown_document_and_impossible_value_send_nothing() {
    let server = server();
    let ran = list(&server, &["rename other Rye", "move 1 No Name", "move 1 draft-post", "rename 1"]);
    ran.says(&[
        "'other' is not in the list that was printed last; 'documents' prints it.",
        "1 to 64 characters",
        "A document cannot be its own parent",
        "Usage: rename NAME TITLE.",
    ]);
    assert!(!ran.said.contains("PATCH /api"), "{}", ran.said);
}

#[test]
fn document_with_children_is_not_removed() {
    let server = server();
    create_child(&server, "child", DOC);
    let ran = list(&server, &["remove draft-post", "no", "remove draft-post", "yes"]);
    ran.says(&[
        "Delete 'draft-post' ('Draft Post', v1 by alice)? The request has If-Match: \"v1-",
        "Say 'yes'",
        "> no\n",
        "> yes\n",
        "DELETE /api/documents/draft-post, If-Match: \"v1-",
        "409: 'draft-post' has a child (child), so it was not deleted. Give it another parent",
    ]);
    expect(200, server.answer(&get(DOC)));
}

#[test]
fn removed_document_is_gone() {
    let server = server();
    let ran = list(&server, &["remove 1", "yes"]);
    ran.says(&["> yes\n", "'draft-post' was deleted.", "There is no document yet."]);
    expect(410, server.answer(&get(DOC)));
}
