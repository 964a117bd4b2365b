//! Drafts line by line: which one is gone on with, and what is said if none can be written.

use std::fs;

use ifmatch::Paths;
use tests::documents::content;

use crate::room::{DOC, TEXT, edit, home, run, server};

#[test]
fn a_draft_is_chosen_by_its_number_and_the_other_stays() {
    let (server, home) = (server(), home());
    edit(&home, &server, "Alice", &["add first"]);
    // The same person, written otherwise, who wants to begin anew.
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
    assert!(!ran.said.contains("drafts of"), "one is left: {}", ran.said);
}

#[test]
fn the_end_of_the_lines_promises_no_draft_that_is_not_written() {
    let (server, home) = (server(), home());
    fs::write(Paths::below(home.path()).drafts(), "in the way").expect("there is room");
    let data = home.path().display().to_string();
    let url = server.url();
    let ran = run(&home, &["edit", DOC, "--server", &url, "--as", "Alice", "--plain", "--data", &data], &["add x"]);
    ran.says(&["Line 4: x", "There are no more lines.", "draft not written: a file is in the way of its folder"]);
    assert!(!ran.said.contains("kept as a draft"), "{}", ran.said);
    let file = home.path().join(format!("{DOC}-mine.txt"));
    let expected = format!("the unsaved text of {DOC} is in no draft");
    assert!(ran.errors.contains(&expected) && ran.errors.contains(&file.display().to_string()), "{}", ran.errors);
    assert_eq!(fs::read_to_string(file).expect("it is there"), format!("{TEXT}x\n"));
    assert_eq!(ran.code, 0);
}
