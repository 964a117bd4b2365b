//! From the 412 to the saved merge, in plain mode.

use tests::documents::{content, expect, get, history, path, put, versions};
use tests::http::Request;
use tests::serve::Server;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, edit, home, server};

#[test]
fn decided_412_is_saved_with_the_new_tag() {
    let (server, home) = (server(), home());
    // Alice leaves with unsaved text, and Bob saves meanwhile.
    edit(&home, &server, "Alice", &["line 1 A-one", "line 3 A-three"]);
    let tag = expect(200, server.answer(&get(DOC))).etag();
    let bob = put(DOC, "B-one\ntwo\nB-three\n").with("If-Match", &tag).with("Ifmatch-Author", "Bob");
    expect(200, server.answer(&bob));

    let ran = edit(
        &home,
        &server,
        "Alice",
        &["save", "merge", "theirs", "edit 2 three, by hand", "conflicts", "result", "save"],
    );
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&[
        "Bob has saved since. 2 conflicts to decide, then save.",
        "> save\n2 conflicts to decide: 'merge'.\n",
        "> merge\n",
        "Conflict 1 of 2, open: you and Bob both changed these lines.\nbase: one\nmine: A-one\ntheirs: B-one\n",
        "> theirs\nConflict 1 of 2: theirs (Bob).\n",
        "Conflict 2 of 2, open: you and Bob both changed these lines.\nbase: three\nmine: A-three\ntheirs: B-three\n",
        "> edit 2 three, by hand\nConflict 2 of 2: edited.\n",
        "All is decided. 'save' saves the result",
        "> result\nTitle: Draft Post\nB-one\ntwo\nthree, by hand\n",
        "> save\n",
        "If-Match: \"v2-",
        "Saved as version \"v3-",
    ]);
    assert_eq!(content(&server, DOC), "B-one\ntwo\nthree, by hand\n");
    for version in versions(&server, DOC) {
        assert_eq!(version["basedOn"], version["parentEtag"], "no update was lost: {version}");
    }
}

#[test]
fn base_whose_text_was_removed_is_merged_from_the_draft() {
    let arguments = ["--listen", "127.0.0.1:0", "--store", "memory:", "--keep-versions", "10"];
    let (server, home) = (Server::start_with(PROGRAM, &arguments), home());
    let mut tag = history(&server, DOC, &[TEXT]).remove(0);
    edit(&home, &server, "Alice", &["line 3 three, by Alice"]);
    for number in 2..=12 {
        let bob = put(DOC, &format!("one, {number}\ntwo\nthree\n")).with("If-Match", &tag);
        tag = expect(200, server.answer(&bob.with("Ifmatch-Author", "Bob"))).etag();
    }
    let first = Request::new("GET", &format!("{}/versions/1", path(DOC)));
    tests::until("the text of version 1 is removed", || server.answer(&first).status == 410);

    let ran = edit(&home, &server, "Alice", &["version 1", "no", "save", "save"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&["The server has removed the text of version 1 to save space.", "Saved as version \"v13-"]);
    assert_eq!(content(&server, DOC), "one, 12\ntwo\nthree, by Alice\n", "{}", ran.said);
}
