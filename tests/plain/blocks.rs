//! A block of lines from a pipe that ends without the dot.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use ifmatch::Paths;
use tests::documents::content;
use tests::http::Request;
use tests::serve::Server;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, edit, home, run, server};

/// Starts Alice's editor and sends these lines; its input stays open.
fn start(home: &tempfile::TempDir, server: &Server, lines: &str) -> Child {
    let mut command = Command::new(PROGRAM);
    let data = home.path().display().to_string();
    command.args(["edit", DOC, "--server", &server.url(), "--as", "Alice", "--plain", "--data", &data]);
    command.env_clear().env("HOME", home.path()).current_dir(home.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the program starts");
    child.stdin.as_mut().expect("its input is a pipe").write_all(lines.as_bytes()).expect("the program reads lines");
    child
}

/// Returns whether a draft in this home folder contains these words.
fn is_in_a_draft(home: &tempfile::TempDir, words: &str) -> bool {
    let Ok(drafts) = std::fs::read_dir(Paths::below(home.path()).drafts()) else { return false };
    drafts.flatten().any(|file| std::fs::read_to_string(file.path()).is_ok_and(|text| text.contains(words)))
}

fn run_again(home: &tempfile::TempDir, server: &Server, lines: &[&str]) -> crate::room::FinishedSession {
    let data = home.path().display().to_string();
    run(home, &["edit", DOC, "--server", &server.url(), "--as", "Alice", "--plain", "--data", &data], lines)
}

#[test]
fn open_block_is_offered_after_kill() {
    let (server, home) = (server(), home());
    let mut child = start(&home, &server, "line 2\nbring\ncake\n");
    // Wait for the lines of the block alone: lines that wait for a document are kept with the line that opens it.
    tests::until("the lines of the block are on the disk", || is_in_a_draft(&home, "\"bring\\ncake"));
    child.kill().expect("the test started it");
    child.wait().expect("the test started it");
    let ran = run_again(&home, &server, &["show", "paste", "save"]);
    ran.says(&["2 lines from an earlier run are in no text yet:", "1. bring", "2. cake", "Line 2: two", "Saved as"]);
    assert_eq!(content(&server, DOC), format!("{TEXT}bring\ncake\n"));
    let ran = run_again(&home, &server, &[]);
    assert!(!ran.said.contains("earlier run"), "the lines were saved: {}", ran.said);
}

/// Commands from a pipe wait for the response to a save; meanwhile, a draft keeps the lines of a block.
#[test]
fn open_block_behind_a_held_save_is_offered_after_kill() {
    let (server, home) = (server(), home());
    let hold = Request::new("PUT", "/control/gate").body("application/json", br#"{"hold":"writes"}"#.to_vec());
    let response = server.answer(&hold);
    assert_eq!(response.status, 200, "{response:?}");
    let mut child = start(&home, &server, "line 1 ONE\nsave\n");
    tests::until("the text is on the disk", || is_in_a_draft(&home, "ONE"));
    child
        .stdin
        .as_mut()
        .expect("its input is a pipe")
        .write_all(b"add\nbring\ncake\n")
        .expect("the program reads lines");
    tests::until("the lines are on the disk", || is_in_a_draft(&home, "bring\\ncake"));
    child.kill().expect("the test started it");
    child.wait().expect("the test started it");
}

#[test]
fn open_block_is_in_the_text_after_the_last_line() {
    let (server, home) = (server(), home());
    let ran = edit(&home, &server, "Alice", &["insert 2", "bring", "cake"]);
    ran.says(&["the block ends without its dot", "Line 2: bring", "Line 3: cake", "kept as a draft"]);
    assert!(!ran.said.contains("is being written"), "the block has ended: {}", ran.said);
    let ran = edit(&home, &server, "Alice", &["save"]);
    ran.says(&["Unsaved text from an earlier run is here again", "Saved as"]);
    assert_eq!(content(&server, DOC), "one\nbring\ncake\ntwo\nthree\n");
}
