//! Drafts in plain mode: choosing one, and the message if none can be written.

use std::fs;

use ifmatch::Paths;
use tests::documents::content;

use crate::room::{DOC, TEXT, edit, home, run, server};

#[test]
fn draft_is_chosen_by_number_and_the_other_one_stays() {
    let (server, home) = (server(), home());
    edit(&home, &server, "Alice", &["add first"]);
    // The same person under another spelling, who starts without a draft.
    let ran = edit(&home, &server, "alice", &["draft none", "add second"]);
    ran.says(&[
        "There is a draft of 'draft-post'",
        "1. ",
        "'first'",
        "written as 'Alice'",
        "> draft none",
        "Line 4: second",
    ]);
    let ran = edit(&home, &server, "alice", &["look 2", "draft 2", "show 4", "save"]);
    ran.says(&[
        "There are 2 drafts",
        "1. just now, 'second'",
        "2. just now, 'first'",
        "Draft 2",
        "Line 4: first",
        "Saved",
    ]);
    assert_eq!(content(&server, DOC), format!("{TEXT}first\n"));
    let ran = edit(&home, &server, "alice", &["save"]);
    ran.says(&["Unsaved text from an earlier run is here again"]);
    assert!(!ran.said.contains("drafts of"), "one draft is left, so there is no choice: {}", ran.said);
}

#[test]
fn end_of_input_does_not_claim_an_unwritten_draft() {
    let (server, home) = (server(), home());
    fs::write(Paths::below(home.path()).drafts(), "in the way").expect("there is room");
    let data = home.path().display().to_string();
    let url = server.url();
    let ran = run(&home, &["edit", DOC, "--server", &url, "--as", "Alice", "--plain", "--data", &data], &["add x"]);
    ran.says(&[
        "Line 4: x",
        "There are no more lines.",
        "draft not written: a part of its path is a file, not a folder",
    ]);
    assert!(!ran.said.contains("kept as a draft"), "{}", ran.said);
    let file = home.path().join(format!("{DOC}-mine.txt"));
    let expected = format!("the unsaved text of {DOC} is in no draft");
    assert!(ran.errors.contains(&expected) && ran.errors.contains(&file.display().to_string()), "{}", ran.errors);
    assert_eq!(fs::read_to_string(file).expect("the file exists"), format!("{TEXT}x\n"));
    assert_eq!(ran.code, 0);
}
